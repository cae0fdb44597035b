"""What stands in an officer's own calendar: what is public, and beside it the drafts and holds that she may know of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from calendar_service import addresses
from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication import feeds as queries
from calendar_service.domain.access import Sight, Viewer, sight
from calendar_service.domain.events import Event
from calendar_service.domain.publication import DESKS, EVERYTHING, desk_scope, district_scope
from calendar_service.domain.times.moments import local_day
from calendar_service.services.syndication import entry_feeds
from calendar_service.services.syndication.asking import Ask, Format, window_of
from calendar_service.services.syndication.bodies import composing
from calendar_service.services.syndication.bodies.composing import Beside, Composed
from calendar_service.services.syndication.entry_feeds import Reader
from calendar_service.services.syndication.keeping import wording_of
from calendar_service.services.syndication.leaving_out import left_out
from calendar_service.services.syndication.private_feeds import Opened
from calendar_service.services.syndication.subjects import Subject
from feeds.ics.writing import busy_texts, event_texts
from feeds.wording import Wording

MOST_UNPUBLISHED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a private feed follows from: while it is the same, so is its body. Read before the body is."""

    ask: Ask
    name: str
    viewer: Viewer
    revisions: int
    day: date


def basis_of(session: Session, ask: Ask, opened: Opened, *, now: datetime) -> Basis:
    """What she asks for, who she is now, and how often any of it changed."""
    day = local_day(now, session.installation.metropolis.timezone)
    districts = ask.selection.districts
    keys = [scope(slug) for slug in districts for scope in (district_scope, desk_scope)] or [EVERYTHING, DESKS]
    revisions = queries.revisions_of(session, keys)
    return Basis(ask=ask, name=opened.feed.name, viewer=opened.viewer, revisions=revisions, day=day)


def compose(session: Session, ask: Ask, opened: Opened, *, now: datetime) -> Composed:
    """The body for who holds the address now. Raises Invalid for more than 400 days."""
    subject = Subject(name=opened.feed.name, page=addresses.office())
    planned = _planned(session, ask, opened.viewer, now=now)
    if ask.format is Format.ICS:
        beside = list(_beside(session, ask, planned, opened.viewer))
        return composing.compose(session, ask, subject, now=now, beside=beside)
    reader = Reader(viewer=opened.viewer, beside=planned)
    body, latest = entry_feeds.body_of(session, ask, subject, now=now, reader=reader)
    return Composed(body=body, revision=0, latest=latest)


def _planned(session: Session, ask: Ask, viewer: Viewer, *, now: datetime) -> Sequence[Event]:
    """The drafts and holds that she may know of."""
    window = window_of(ask, now=now, timezone=session.installation.metropolis.timezone)
    return queries.unpublished_events(session, ask.selection, window=window, viewer=viewer, limit=MOST_UNPUBLISHED)


def _beside(session: Session, ask: Ask, planned: Sequence[Event], viewer: Viewer) -> Iterator[Beside]:
    language = ask.options.lang or session.installation.metropolis.language
    wording = wording_of(session, language, planned)
    for event in planned:
        for text in _texts(event, wording, viewer):
            yield Beside(text, "" if event.all_day else event.timezone)


def _texts(event: Event, wording: Wording, viewer: Viewer) -> Iterator[str]:
    """As much as she sees of it; what cannot be written is left out and logged (decision 8)."""
    with left_out(event.uid):
        busy = sight(viewer, event) is Sight.BUSY
        yield from busy_texts(event, wording) if busy else event_texts(event, wording).values()
