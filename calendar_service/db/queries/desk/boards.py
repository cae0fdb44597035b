"""What the planning board asks: every date of some weeks, holds among them, in a few columns each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import Clause
from calendar_service.db.queries.sound import sound_rows
from calendar_service.domain.access import Viewer, worded_to
from calendar_service.domain.events import Event, EventTerm, Host, Occurrence, Status, TermKind
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.territory.places import Venue

PLANNED = (Status.TENTATIVE, Status.CONFIRMED)


class Planned(NamedTuple):
    """One date on the board. `worded`: the asker sees its title and its place."""

    event_id: int
    slug: str
    summary: str
    worded: bool
    status: str
    host_id: int
    venue_id: int | None
    start: datetime
    end: datetime | None
    all_day: bool
    timezone: str
    first_day: date
    last_day: date
    several_days: bool
    expected: int | None


def planned(session: Session, clauses: Sequence[Clause], *, viewer: Viewer, limit: int) -> Sequence[Planned]:
    """What is confirmed or held, soonest first."""
    question = (
        select(
            Event.id, Event.slug, Event.summary, worded_to(viewer), Event.status, Event.host_id, Occurrence.venue_id,
            Occurrence.start, Occurrence.end, Occurrence.all_day, Event.timezone, Occurrence.first_day,
            Occurrence.last_day, Occurrence.several_days, Event.expected_attendance,
        )
        .join(Event, Event.id == Occurrence.event_id)
        .where(*clauses, Occurrence.status.in_(PLANNED), Event.status.in_(PLANNED))
        .order_by(Occurrence.start_utc, Occurrence.id).limit(limit)
    )  # fmt: skip
    return list(map(Planned._make, sound_rows(session, question)))


def cohosts_of(session: Session, event_ids: Sequence[int]) -> Mapping[int, Sequence[int]]:
    """The districts (ids) that co-host each of these events and have accepted."""
    question = select(Host.event_id, Host.district_id).where(
        Host.event_id.in_(event_ids), Host.state == Consent.ACCEPTED
    )
    found: dict[int, list[int]] = {}
    for event_id, district_id in session.execute(question.order_by(Host.district_id)):
        found.setdefault(event_id, []).append(district_id)
    return found


def disciplines_of(session: Session, event_ids: Sequence[int]) -> Mapping[int, str]:
    """The main discipline of each event."""
    question = select(EventTerm.event_id, EventTerm.slug).where(
        EventTerm.event_id.in_(event_ids), EventTerm.kind == TermKind.DISCIPLINE
    )
    found: dict[int, str] = {}
    for event_id, slug in session.execute(question.order_by(EventTerm.event_id, EventTerm.position)):
        found.setdefault(event_id, slug)
    return found


def terms_of(session: Session, event_ids: Sequence[int]) -> Mapping[int, Sequence[tuple[str, str]]]:
    """Kind and slug of the disciplines and audiences of each event, as they were put in order."""
    question = select(EventTerm.event_id, EventTerm.kind, EventTerm.slug).where(
        EventTerm.event_id.in_(event_ids), EventTerm.kind.in_((TermKind.DISCIPLINE, TermKind.AUDIENCE))
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for event_id, kind, slug in session.execute(question.order_by(EventTerm.event_id, EventTerm.position)):
        found.setdefault(event_id, []).append((kind, slug))
    return found


def names_of_venues(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[str, str]]:
    """Slug and name of venues."""
    question = select(Venue.id, Venue.slug, Venue.name).where(Venue.id.in_(ids))
    return {key: (slug, name) for key, slug, name in session.execute(question)}
