"""Feeds that are no calendars: what changed last, for readers of news; every date as a row, for spreadsheets."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries import feeds as queries
from calendar_service.db.queries.listing import whole_events
from calendar_service.domain.events import Event, Occurrence
from calendar_service.services.syndication.asking import Ask, Format, window_of
from calendar_service.services.syndication.subjects import Subject, head_of
from feeds.body import Body
from feeds.ics.calendar import calendar_uid
from feeds.news import atom, json_feed
from feeds.news.entries import MOST, About, Entry, entry_of
from feeds.tables.csv_writer import csv_bytes
from feeds.tables.table import Cell, row
from feeds.wording import Wording

MAX_ROWS = 20_000
BATCH = 500
log = logging.getLogger(__name__)


def body_of(session: Session, ask: Ask, subject: Subject, *, now: datetime) -> tuple[Body, datetime | None]:
    """The body of such a feed, and the last change (UTC) of what stands in it."""
    if ask.format is Format.CSV:
        dates = [] if subject.ended else _dates(session, ask, now=now)
        found = _whole(session, list(dict.fromkeys(each.event_id for each in dates)))
        rows = _rows(session, dates, found)
        return Body(csv_bytes(rows), b""), max((each.last_modified for each in found.values()), default=None)
    events = [] if subject.ended else _events(session, ask, now=now)
    entries = _entries(session, ask, events)
    write = atom.write if ask.format is Format.ATOM else json_feed.write
    return write(_about(session, ask, subject), entries), max((each.last_modified for each in events), default=None)


def _dates(session: Session, ask: Ask, *, now: datetime) -> Sequence[Occurrence]:
    window = window_of(ask, now=now, timezone=session.installation.metropolis.timezone)
    return queries.public_dates(session, ask.selection, window=window, limit=MAX_ROWS)


def _events(session: Session, ask: Ask, *, now: datetime) -> Sequence[Event]:
    window = window_of(ask, now=now, timezone=session.installation.metropolis.timezone)
    return queries.latest_events(session, ask.selection, window=window, limit=MOST)


def _whole(session: Session, ids: Sequence[int]) -> dict[int, Event]:
    """The events by id; a statement takes only so many ids."""
    batches = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    return {each.id: each for batch in batches for each in whole_events(session, batch)}


def _rows(session: Session, dates: Sequence[Occurrence], events: Mapping[int, Event]) -> Iterator[Mapping[str, Cell]]:
    installation = session.installation
    for each in dates:
        yield row(each, events[each.event_id], metropolis=installation.metropolis, base_url=installation.base_url)


def _entries(session: Session, ask: Ask, events: Sequence[Event]) -> Iterator[Entry]:
    """An event that makes no sense is left out and logged, as in calendars (decision 8)."""
    language = ask.options.lang or session.installation.metropolis.language
    wording = Wording(installation=session.installation, language=language)
    for event in events:
        try:
            yield entry_of(event, wording)
        except ValueError as wrong:
            log.error("event left out of feeds", extra={"uid": event.uid, "problem": str(wrong)[:200]})  # noqa: TRY400


def _about(session: Session, ask: Ask, subject: Subject) -> About:
    head = head_of(session.installation, ask, subject)
    return About(
        key=calendar_uid(head), title=head.name, description=head.description, page=head.url, itself=head.source,
        language=ask.options.lang or session.installation.metropolis.language,
        author=session.installation.metropolis.name,
    )  # fmt: skip
