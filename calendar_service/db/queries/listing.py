"""Lists that are read to their end, a page at a time: each page is asked from where the last one stopped.

Clauses are those of `browsing`, over `Occurrence` joined to `Event`. `after` is the place of the last row read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from calendar_service.db.engine import Session
from calendar_service.db.queries.browsing import Clause
from calendar_service.db.queries.events import whole_event_options
from calendar_service.db.queries.places import venues_known_to
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Host, Occurrence
from calendar_service.domain.places import District, Venue

Place = tuple[datetime, int]
"""An instant by which rows are sorted, and the row's id where two share one."""


def events_by_first_date(
    session: Session, clauses: Sequence[Clause], *, after: Place | None, limit: int
) -> list[tuple[int, datetime]]:
    """Events (by id) with the beginning of the first of their dates that fit, the earliest first."""
    first = func.min(Occurrence.start_utc)
    question = (
        select(Event.id, first).select_from(Occurrence).join(Event, Event.id == Occurrence.event_id).where(*clauses)
        .group_by(Event.id).order_by(first, Event.id).limit(limit)
    )  # fmt: skip
    if after:
        question = question.having(_beyond(first, Event.id, after))
    return [(found, at) for found, at in session.execute(question)]


def events_by_change(
    session: Session, clauses: Sequence[Clause], *, since: datetime, after: Place | None, limit: int
) -> list[tuple[int, datetime]]:
    """Events (by id) with a date that fits, changed at or after an instant, the earliest change first."""
    changed = Event.last_modified
    question = (
        select(Event.id, changed).select_from(Occurrence).join(Event, Event.id == Occurrence.event_id)
        .where(*clauses, changed >= since).group_by(Event.id, changed).order_by(changed, Event.id).limit(limit)
    )  # fmt: skip
    if after:
        question = question.where(_beyond(changed, Event.id, after))
    return [(found, at) for found, at in session.execute(question)]


def whole_events(session: Session, ids: Sequence[int]) -> list[Event]:
    """These events with all that hangs on them, in this order."""
    question = select(Event).where(Event.id.in_(ids)).options(*whole_event_options())
    found = {each.id: each for each in session.scalars(question)}
    return [found[each] for each in ids if each in found]


def occurrences_by_start(
    session: Session, clauses: Sequence[Clause], *, after: Place | None, limit: int
) -> Sequence[Occurrence]:
    """Occurrences by when they begin, with their event, its hosts and their venue: two queries."""
    question = (
        select(Occurrence).join(Event, Event.id == Occurrence.event_id).where(*clauses)
        .order_by(Occurrence.start_utc, Occurrence.id).limit(limit)
    )  # fmt: skip
    if after:
        question = question.where(_beyond(Occurrence.start_utc, Occurrence.id, after))
    event = contains_eager(Occurrence.event)
    options = (
        event.joinedload(Event.host), event.selectinload(Event.hosts).joinedload(Host.district),
        joinedload(Occurrence.venue),
    )  # fmt: skip
    return session.scalars(question.options(*options)).all()


def venues_by_slug(
    session: Session, districts: Sequence[str], *, viewer: Viewer, after: str, limit: int
) -> Sequence[Venue]:
    """Venues that somebody may know of by their slug, of these districts or of all, merged ones left out."""
    question = (
        select(Venue).join(District, District.id == Venue.district_id)
        .where(Venue.replaced_by_id.is_(None), Venue.slug > after, venues_known_to(viewer))
        .order_by(Venue.slug).limit(limit)
    )  # fmt: skip
    if districts:
        question = question.where(District.slug.in_(districts))
    return session.scalars(question.options(contains_eager(Venue.district))).all()


def _beyond(key: ColumnElement[Any] | Any, row: Any, after: Place) -> Clause:  # noqa: ANN401 - columns of any kind
    """Further on than a place, in the order of (key, id)."""
    at, last = after
    return or_(key > at, and_(key == at, row > last))
