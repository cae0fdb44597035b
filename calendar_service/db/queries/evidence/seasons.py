"""Questions about a season: what took place in public between two days, where, and how many people came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, extract, func, or_, select
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.domain.events import Event, EventTerm, Host, Occurrence, Status, TermKind
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.posting.outcomes import Outcome
from calendar_service.domain.territory.places import District, Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Both days count; without districts it is everybody's. What districts co-host is theirs, too."""

    first: date
    last: date
    districts: Collection[int] | None = None


class Tally(NamedTuple):
    """What an event adds up to in a month at a venue: how many dates take place, are off, were not held after all,
    were counted, and with how many people.
    """

    event: int
    host: int
    free: bool
    format: str | None
    in_public: bool | None
    venue: str | None
    year: int
    month: int
    dates: int
    off: int
    not_held: int
    counted: int
    people: int


def _stands(asked: Asked) -> list[ColumnElement[bool]]:
    """Public, on one of the days, theirs."""
    found: list[ColumnElement[bool]] = [
        Occurrence.shown.is_(True), Occurrence.first_day <= asked.last, Occurrence.last_day >= asked.first,
    ]  # fmt: skip
    if asked.districts is not None:
        joint = select(Host.event_id).where(Host.district_id.in_(asked.districts), Host.state == Consent.ACCEPTED)
        found.append(or_(Occurrence.host_id.in_(asked.districts), Occurrence.event_id.in_(joint)))
    return found


def _answers() -> ColumnElement[bool]:
    return and_(Outcome.event_id == Occurrence.event_id, Outcome.recurrence_id == Occurrence.recurrence_id)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def tallies(session: Session, asked: Asked) -> Sequence[Tally]:
    """All that took place or will, by event, month and venue; what is on for several days counts where it begins."""
    on, held = Occurrence.status == Status.CONFIRMED, func.coalesce(Outcome.held, True)
    in_public = func.coalesce(Event.public_space, Venue.public_space)
    year, month = extract("year", Occurrence.first_day), extract("month", Occurrence.first_day)
    what: tuple[Any, ...] = (Event.id, Event.host_id, Event.free, Event.format, in_public, Venue.name, year, month)
    question: Select[Any] = (
        select(
            *what, _number(and_(on, held)), _number(~on), _number(and_(on, ~held)),
            func.count(Outcome.people), func.coalesce(func.sum(Outcome.people), 0),
        )
        .select_from(Occurrence).join(Event, Event.id == Occurrence.event_id)
        .outerjoin(Venue, Venue.id == Occurrence.venue_id).outerjoin(Outcome, _answers())
        .where(*_stands(asked)).group_by(*what)
    )  # fmt: skip
    return [Tally(*row) for row in session.execute(question)]


def principal_terms(session: Session, asked: Asked) -> dict[tuple[int, str], str]:
    """The first discipline and the first audience of each event."""
    question = select(EventTerm.event_id, EventTerm.kind, EventTerm.slug).where(
        EventTerm.position == 0, EventTerm.kind.in_((TermKind.DISCIPLINE, TermKind.AUDIENCE)),
        EventTerm.event_id.in_(select(Occurrence.event_id).where(*_stands(asked))),
    )  # fmt: skip
    return {(event, kind): slug for event, kind, slug in session.execute(question)}


def cohosts(session: Session, asked: Asked) -> Sequence[tuple[int, int]]:
    """Each event with each district that co-hosts it."""
    question = select(Host.event_id, Host.district_id).where(
        Host.state == Consent.ACCEPTED, Host.event_id.in_(select(Occurrence.event_id).where(*_stands(asked)))
    )
    return [(event, district) for event, district in session.execute(question)]


def names(session: Session) -> dict[int, str]:
    """What every district is called."""
    return dict(session.execute(select(District.id, District.name)).all())


def most_attended(session: Session, asked: Asked, *, limit: int) -> Sequence[tuple[Occurrence, int | None]]:
    """The dates to which most people came, with how many; never None."""
    question = (
        select(Occurrence, Outcome.people).join(Outcome, _answers()).join(Occurrence.event)
        .where(*_stands(asked), Outcome.held.is_(True), Outcome.people > 0)
        .order_by(Outcome.people.desc(), Occurrence.start_utc, Occurrence.id).limit(limit)
        .options(joinedload(Occurrence.event).joinedload(Event.venue))
    )  # fmt: skip
    return [(date_, people) for date_, people in session.execute(question)]


def dates(session: Session, asked: Asked, *, limit: int) -> Sequence[tuple[Occurrence, Outcome | None]]:
    """Each date with what came of it, the first first."""
    event = joinedload(Occurrence.event)
    question = (
        select(Occurrence, Outcome).outerjoin(Outcome, _answers())
        .where(*_stands(asked)).order_by(Occurrence.start_utc, Occurrence.id).limit(limit)
        .options(
            joinedload(Occurrence.venue), event.joinedload(Event.host), event.selectinload(Event.terms),
            event.selectinload(Event.hosts).joinedload(Host.district),
        )
    )  # fmt: skip
    return [(date_, outcome) for date_, outcome in session.execute(question)]
