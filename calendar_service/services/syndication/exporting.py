"""A selection as a file: everything that is public of it, without the limits that a feed or a page has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.listing import whole_events
from calendar_service.domain.access import ANYBODY
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.times.moments import local_day
from calendar_service.services.agenda import listing
from calendar_service.services.agenda.listing import MAX_LIMIT, Question
from calendar_service.services.syndication import subjects
from calendar_service.services.syndication.asking import Kind, read_ask
from calendar_service.services.syndication.keeping import wording_of
from calendar_service.services.syndication.leaving_out import left_out
from feeds.ics.calendar import join
from feeds.ics.writing import whole_text
from feeds.tables.table import Cell, row
from feeds.wording import Wording


def events(session: Session, selection: Selection, *, now: datetime) -> Iterator[Event]:
    """Every public event of a selection, wholly loaded, by its first date that fits. Raises Invalid."""
    asked = Question(selection=selection, limit=MAX_LIMIT)
    while True:
        page = listing.events(session, asked, viewer=ANYBODY, now=now)
        yield from page.items
        if page.next_cursor is None:
            return
        session.expunge_all()  # what was written is done with
        asked = replace(asked, cursor=page.next_cursor)


def calendar(session: Session, selection: Selection, *, now: datetime) -> bytes:
    """The selection as iCalendar, each event in one entry; one that cannot be written is left out and logged."""
    metropolis = session.installation.metropolis
    texts: list[bytes] = []
    zones: set[str] = set()
    for event in events(session, selection, now=now):
        texts += _text(event, wording_of(session, metropolis.language, [event]))
        zones |= set() if event.all_day else {event.timezone}
    ask = read_ask(Kind.SELECTION, selection.pairs(), metropolis=metropolis)
    head = subjects.head_of(session.installation, ask, subjects.find(session, ask, now=now))
    year = local_day(now, metropolis.timezone).year
    return join(head, texts, zones=zones, year=year).written(now)


def _text(event: Event, wording: Wording) -> Iterator[bytes]:
    with left_out(event.uid):
        yield whole_text(event, wording).encode()


def rows(session: Session, selection: Selection, *, now: datetime) -> Iterator[Mapping[str, Cell]]:
    """Every public date of a selection as the cells of a table; a range holds at most 400 days. Raises Invalid."""
    asked = Question(selection=selection, limit=MAX_LIMIT)
    while True:
        page = listing.occurrences(session, asked, viewer=ANYBODY, now=now)
        yield from _cells(session, page.items)
        if page.next_cursor is None:
            return
        session.expunge_all()
        asked = replace(asked, cursor=page.next_cursor)


def _cells(session: Session, occurrences: Sequence[Occurrence]) -> Iterator[Mapping[str, Cell]]:
    installation = session.installation
    ids = dict.fromkeys(each.event_id for each in occurrences)
    found = {each.id: each for each in whole_events(session, list(ids))}
    for each in occurrences:
        if event := found.get(each.event_id):
            with left_out(event.uid):
                yield row(each, event, metropolis=installation.metropolis, base_url=installation.base_url)
