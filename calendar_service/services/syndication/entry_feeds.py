"""Feeds that are no calendars: what changed last, for readers of news; every date as a row, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.listing import whole_events
from calendar_service.db.queries.syndication import feeds as queries
from calendar_service.domain.access import ANYBODY, Sight, Viewer, sight
from calendar_service.domain.errors import NotFound
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.network.sharing import is_of_others
from calendar_service.domain.times.dates import dates_of
from calendar_service.services.syndication.asking import Ask, Format, Kind, window_of
from calendar_service.services.syndication.keeping import wording_of
from calendar_service.services.syndication.leaving_out import left_out
from calendar_service.services.syndication.subjects import Subject, head_of
from feeds.body import Body
from feeds.ics.calendar import calendar_uid
from feeds.news import atom, json_feed
from feeds.news.entries import MOST, About, Entry, busy_entry, entry_of, entry_of_date
from feeds.tables.csv_writer import csv_bytes
from feeds.tables.table import Cell, busy_row, row
from feeds.wording import Wording

MAX_ROWS = 20_000
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads: `beside` are what is not public and she may know of; of a hold perhaps its hours alone."""

    viewer: Viewer = ANYBODY
    beside: Sequence[Event] = ()


def body_of(
    session: Session, ask: Ask, subject: Subject, *, now: datetime, reader: Reader = Reader()
) -> tuple[Body, datetime | None]:  # fmt: skip
    """The body of such a feed, and the last change (UTC) of what stands in it."""
    if ask.format is Format.CSV:
        dates = [] if subject.ended else _dates(session, ask, subject, reader, now=now)
        found = _whole(session, list(dict.fromkeys(each.event_id for each in dates)))
        rows = _rows(dates, found, _wording(session, ask), reader.viewer)
        return Body(csv_bytes(rows)), max((each.last_modified for each in found.values()), default=None)
    events = [] if subject.ended else _events(session, ask, subject, reader, now=now)
    entries = _entries(ask, events, _wording(session, ask, events), reader.viewer)
    write = atom.write if ask.format is Format.ATOM else json_feed.write
    return write(_about(session, ask, subject), entries), max((each.last_modified for each in events), default=None)


def _wording(session: Session, ask: Ask, events: Iterable[Event] = ()) -> Wording:
    return wording_of(session, ask.options.lang or session.installation.metropolis.language, events)


def _dates(session: Session, ask: Ask, subject: Subject, reader: Reader, *, now: datetime) -> Sequence[Occurrence]:
    if subject.event is not None:
        dates = [] if subject.event.is_bare else queries.dates_of_events(session, [subject.event.id], limit=MAX_ROWS)
        return _of_that_date(ask, dates)
    window = window_of(ask, now=now, timezone=session.installation.metropolis.timezone)
    public = queries.public_dates(session, ask.selection, window=window, limit=MAX_ROWS)
    if not reader.beside:
        return public
    planned = queries.dates_of_events(session, [each.id for each in reader.beside], window=window, limit=MAX_ROWS)
    return sorted((*public, *planned), key=lambda each: (each.start_utc, each.id))


def _of_that_date(ask: Ask, dates: Sequence[Occurrence]) -> Sequence[Occurrence]:
    """The one that is asked for, of all dates of an event. Raises NotFound when there is none."""
    if ask.kind is not Kind.OCCURRENCE:
        return dates
    found = [each for each in dates if each.recurrence_id == ask.recurrence_id]
    if not found:
        raise NotFound("occurrence")
    return found


def _events(session: Session, ask: Ask, subject: Subject, reader: Reader, *, now: datetime) -> Sequence[Event]:
    if subject.event is not None:
        return [] if subject.event.is_bare else [subject.event]
    window = window_of(ask, now=now, timezone=session.installation.metropolis.timezone)
    public = queries.latest_events(session, ask.selection, window=window, limit=MOST)
    latest = sorted((*public, *reader.beside), key=lambda each: (each.last_modified, each.id), reverse=True)
    return latest[:MOST]


def _whole(session: Session, ids: Sequence[int]) -> dict[int, Event]:
    """The events by id; a statement takes only so many ids."""
    batches = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    return {each.id: each for batch in batches for each in whole_events(session, batch)}


def _rows(
    dates: Sequence[Occurrence], events: Mapping[int, Event], wording: Wording, viewer: Viewer
) -> Iterator[Mapping[str, Cell]]:
    for each in dates:
        if event := events.get(each.event_id):
            with left_out(event.uid):
                yield _row(each, event, wording, viewer)


def _row(date: Occurrence, event: Event, wording: Wording, viewer: Viewer) -> Mapping[str, Cell]:
    if sight(viewer, event) is Sight.BUSY:
        return busy_row(date, event, said=wording.busy(event))
    return row(date, event, metropolis=wording.installation.metropolis, base_url=wording.installation.base_url)


def _entries(ask: Ask, events: Sequence[Event], wording: Wording, viewer: Viewer) -> Iterator[Entry]:
    """An event that makes no sense is left out and logged, as in calendars (decision 8)."""
    for event in events:
        with left_out(event.uid):
            yield _entry(ask, event, wording, viewer)


def _entry(ask: Ask, event: Event, wording: Wording, viewer: Viewer) -> Entry:
    if sight(viewer, event) is Sight.BUSY:
        return busy_entry(event, wording)
    if ask.kind is not Kind.OCCURRENCE:
        return entry_of(event, wording, shared=is_of_others(event, ask.selection.districts))
    found = next((each for each in dates_of(event) if each.recurrence_id == ask.recurrence_id), None)
    if found is None:
        raise NotFound("occurrence")
    return entry_of_date(event, found, wording)


def _about(session: Session, ask: Ask, subject: Subject) -> About:
    head = head_of(session.installation, ask, subject)
    return About(
        key=calendar_uid(head), title=head.name, description=head.description, page=head.url, itself=head.source,
        language=ask.options.lang or session.installation.metropolis.language,
        author=session.installation.metropolis.name,
    )  # fmt: skip
