"""Materialises an event's dates, in the deed that makes or changes them. Rules are bounded, so this is, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import occurrences_of
from calendar_service.domain.access import is_shown
from calendar_service.domain.events import FACETS, WEIGHED, Event, Occurrence, Status
from calendar_service.domain.times.dates import Date, dates_of


def materialise_new(session: Session, events: Iterable[Event]) -> None:
    """Write the occurrences of events that have none yet."""
    rows = [_row(event, date) | copied for event in events for copied in [_copied(event)] for date in dates_of(event)]
    if rows:
        session.connection().execute(insert(Occurrence), rows)


def materialise(session: Session, event: Event, *, now: datetime) -> None:
    """Bring the event's occurrences to what it says.

    What is past stays as it was, since the evidence hangs on it: it is neither deleted nor cancelled after
    the fact, and changes only when that very date was given another time (an override). What lists ask of the event
    every date follows.
    """
    copied = _copied(event)
    found = {each.recurrence_id: each for each in occurrences_of(session, event)}
    missing: list[dict[str, object]] = []
    wanted = {each.recurrence_id: each for each in dates_of(event)}
    for key, date in wanted.items():
        occurrence = found.get(key)
        if occurrence is None:
            missing.append(_row(event, date) | copied)
        elif date.override is not None or not _is_evidence(event, occurrence, now):
            _set(occurrence, _values(event, date))
    for each in found.values():
        _set(each, copied)
    for key in found.keys() - wanted.keys():
        if not _is_evidence(event, found[key], now):
            session.delete(found[key])
    if missing:
        session.execute(insert(Occurrence), missing)


def _is_evidence(event: Event, occurrence: Occurrence, now: datetime) -> bool:
    return event.first_published is not None and occurrence.end_utc <= now


def _set(occurrence: Occurrence, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(occurrence, name, value)


def _copied(event: Event) -> dict[str, object]:
    """What every date says of its event."""
    return {"shown": is_shown(event), **{name: getattr(event, name) for name in (*FACETS, *WEIGHED)}}


def _row(event: Event, date: Date) -> dict[str, object]:
    return _values(event, date) | {"event_id": event.id, "recurrence_id": date.recurrence_id}


def _values(event: Event, date: Date) -> dict[str, object]:
    span = date.span
    return {
        "start": span.start, "end": span.end, "all_day": span.all_day,
        "start_utc": span.start_utc, "end_utc": span.end_utc,
        "first_day": span.first_day, "last_day": span.last_day, "several_days": span.several_days,
        "hour": None if span.all_day else span.start.hour,
        "venue_id": date.venue.id if date.venue else None,
        "district_id": date.venue.district_id if date.venue else event.host_id,
        "status": Status.CANCELLED if date.cancelled or event.taken_down else event.status,
    }  # fmt: skip
