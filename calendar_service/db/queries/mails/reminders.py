"""Questions of the clock: what falls due, who wants to know of it, who was told already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import contains_eager, load_only

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import Clause, mail_options, row_options
from calendar_service.db.queries.syndication.feeds import insert
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.mail import (
    Message,
    MessageKind,
    MessageState,
    Subscription,
    SubscriptionKind,
    SubscriptionState,
    Timetable,
)

AT_ONCE = 500
MOST_DATES = 20_000
"""Dates that may begin within some days in one metropolis."""

Date = tuple[int, str]
"""An event's id and a recurrence id."""
Person = tuple[str, str]
"""An address and a language."""


# What falls due


def dates_between(session: Session, first: datetime, last: datetime) -> Sequence[Occurrence]:
    """Published dates that begin in (first, last], with what the hour of a reminder depends on."""
    question = (
        select(Occurrence).join(Occurrence.event)
        .where(Occurrence.start_utc > first, Occurrence.start_utc <= last, *_takes_place())
        .options(contains_eager(Occurrence.event).options(load_only(Event.timezone, Event.schedule_version)))
        .order_by(Occurrence.start_utc, Occurrence.id).limit(MOST_DATES)
    )  # fmt: skip
    return session.scalars(question).all()


def _takes_place() -> list[Clause]:
    return [
        Occurrence.status == Status.CONFIRMED, Event.status == Status.CONFIRMED, ~Event.is_bare
    ]  # fmt: skip


def event_subscribers(session: Session, event_ids: Iterable[int], *, lead: str) -> Iterator[tuple[int, Person]]:
    """Who wants a reminder of which event."""
    for some in _chunks(event_ids):
        question = select(Subscription.event_id, Subscription.address, Subscription.language).where(
            *_active(SubscriptionKind.EVENT), Subscription.lead == lead, Subscription.event_id.in_(some)
        )
        for event_id, address, language in session.execute(question.order_by(Subscription.id)):
            yield event_id or 0, (address, language)


def selections_wanted(session: Session, *, lead: str) -> Sequence[str]:
    """The selections of which anybody wants reminders, each once."""
    wanted = select(Subscription.selection).where(*_active(SubscriptionKind.SELECTION), Subscription.lead == lead)
    return session.scalars(wanted.distinct().order_by(Subscription.selection)).all()


def selection_subscribers(session: Session, selection: str, *, lead: str) -> Sequence[Person]:
    """Who wants reminders of a selection."""
    question = select(Subscription.address, Subscription.language).where(
        *_active(SubscriptionKind.SELECTION), Subscription.lead == lead, Subscription.selection == selection
    )
    return [(address, language) for address, language in session.execute(question.order_by(Subscription.id))]


def ids_matching(session: Session, clauses: Sequence[Clause], ids: Iterable[int]) -> set[int]:
    """Those of these dates that a selection asks for."""
    found: set[int] = set()
    for some in _chunks(ids):
        question = select(Occurrence.id).join(Event, Event.id == Occurrence.event_id)
        found.update(session.scalars(question.where(Occurrence.id.in_(some), *clauses)))
    return found


def reminders_owed(session: Session, event_ids: Iterable[int], *, lead: str) -> Iterator[Message]:
    """Reminders of that lead that there are for these events, in whatever state."""
    for some in _chunks(event_ids):
        question = select(Message).where(
            Message.kind == MessageKind.REMINDER, Message.event_id.in_(some), Message.lead == lead
        )
        columns = (Message.key, Message.folded_address, Message.event_id, Message.recurrence_id, Message.starts,
                   Message.state, Message.ambiguous)  # fmt: skip
        yield from session.scalars(question.options(load_only(*columns)))


def digests_due(session: Session, *, day: str, limit: int) -> Sequence[Subscription]:
    """Digests that nobody owes yet for a day (ISO); see `digesting.key_end`."""
    key = (
        literal(f"{MessageKind.DIGEST}|") + Subscription.folded_address + literal("|||||")
        + Subscription.scope + literal(f":{day}")
    )  # fmt: skip
    question = select(Subscription).where(
        *_active(SubscriptionKind.DIGEST), ~exists().where(Message.key == key)
    )  # fmt: skip
    return session.scalars(question.order_by(Subscription.id).limit(limit)).all()


def _active(kind: SubscriptionKind) -> list[ColumnElement[bool]]:
    return [Subscription.state == SubscriptionState.ACTIVE, Subscription.kind == kind]


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    every = sorted(set(ids))
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))


# What a mail says: asked for each mail, and therefore made once (see `claims`)

_DATES = tuple_(Occurrence.event_id, Occurrence.recurrence_id).in_(bindparam("dates", expanding=True))
ACTIVE = (
    select(Subscription)
    .where(
        Subscription.folded_address.in_(bindparam("addresses", expanding=True)),
        Subscription.state == SubscriptionState.ACTIVE,
    ).order_by(Subscription.id)
)  # fmt: skip
STANDING = (
    select(Occurrence).join(Occurrence.event).where(_DATES)
    .options(contains_eager(Occurrence.event).load_only(
        Event.status, Event.withdrawn, Event.taken_down, Event.schedule_version
    ))
)  # fmt: skip
NAMED = (
    select(Occurrence).join(Occurrence.event).where(_DATES).options(*mail_options())
    .order_by(Occurrence.start_utc, Occurrence.id)
)  # fmt: skip


def active_subscriptions(session: Session, folded_addresses: Iterable[str]) -> Iterator[Subscription]:
    """What addresses are subscribed to now."""
    every = list(folded_addresses)
    for start in range(0, len(every), AT_ONCE):
        yield from session.scalars(ACTIVE, {"addresses": every[start : start + AT_ONCE]})


def dates_standing(session: Session, dates: Iterable[Date]) -> Sequence[Occurrence]:
    """These dates, with what decides whether one may be reminded of them."""
    return session.scalars(STANDING, {"dates": sorted(set(dates))}).all()


def dates_named(session: Session, dates: Iterable[Date]) -> Sequence[Occurrence]:
    """These dates, as they now stand, with what a mail says of each, by when they begin."""
    return session.scalars(NAMED, {"dates": sorted(set(dates))}).unique().all()


# Notices


def told_of(session: Session, event_id: int, *, now: datetime) -> Sequence[Message]:
    """Reminders of dates of an event still to come that went out, or may have."""
    went_out = or_(
        Message.state.in_((MessageState.SENT, MessageState.SENDING, MessageState.UNKNOWN)), Message.ambiguous > 0
    )
    question = select(Message).where(
        Message.kind == MessageKind.REMINDER, Message.event_id == event_id, Message.starts > now, went_out
    )
    return session.scalars(question.order_by(Message.id)).all()


def subscribers_of(session: Session, event_id: int) -> Sequence[Subscription]:
    """Who is subscribed to an event."""
    question = select(Subscription).where(*_active(SubscriptionKind.EVENT), Subscription.event_id == event_id)
    return session.scalars(question.order_by(Subscription.id)).all()


def notices_waiting(session: Session, event_id: int) -> Sequence[Message]:
    """Notices about an event that certainly have not gone out yet."""
    question = select(Message).where(
        Message.kind.in_((MessageKind.CHANGED, MessageKind.CANCELLED)), Message.event_id == event_id,
        Message.state == MessageState.QUEUED, Message.ambiguous == 0,
    )  # fmt: skip
    return session.scalars(question.order_by(Message.id)).all()


def count_subscribers(session: Session, event_id: int) -> int:
    """How many are subscribed to an event."""
    question = select(func.count()).select_from(Subscription)
    return session.scalar(question.where(*_active(SubscriptionKind.EVENT), Subscription.event_id == event_id)) or 0


def count_notices(session: Session, event_id: int, schedule_version: int) -> Sequence[tuple[str, int, datetime]]:
    """How many notices of a change of an event there are in each state, and when the first of them is due."""
    question = (
        select(Message.state, func.count(), func.min(Message.due))
        .where(
            Message.kind.in_((MessageKind.CHANGED, MessageKind.CANCELLED)), Message.event_id == event_id,
            Message.schedule_version == schedule_version,
        ).group_by(Message.state)
    )  # fmt: skip
    return [(state, many, due) for state, many, due in session.execute(question)]


def keep_timetable(session: Session, values: dict[str, Any]) -> None:
    """Keep what an event's dates were at a schedule version, unless that is kept already."""
    session.execute(insert(session)(Timetable).values(values).on_conflict_do_nothing())


def timetable(session: Session, event_id: int, schedule_version: int) -> Timetable | None:
    """What an event's dates were at a schedule version."""
    return session.get(Timetable, (event_id, schedule_version))


def dates_of(session: Session, event_id: int) -> Sequence[Occurrence]:
    """Every date of an event, with its venue, by when it begins."""
    question = select(Occurrence).join(Occurrence.event).where(Occurrence.event_id == event_id).options(*row_options())
    return session.scalars(question.order_by(Occurrence.start_utc, Occurrence.id)).all()
