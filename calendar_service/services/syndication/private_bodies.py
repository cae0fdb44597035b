"""What stands in an officer's own calendar: what is public, and beside it the drafts and holds that she may know of."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from calendar_service import addresses
from calendar_service.db.engine import Session
from calendar_service.db.queries import feeds as queries
from calendar_service.domain.access import Sight, Viewer, sight
from calendar_service.domain.events import Event
from calendar_service.services.syndication import composing
from calendar_service.services.syndication.asking import Ask, window_of
from calendar_service.services.syndication.composing import Beside, Composed
from calendar_service.services.syndication.private_feeds import Opened
from calendar_service.services.syndication.subjects import Subject
from feeds.ics.writing import busy_texts, event_texts
from feeds.wording import Wording

MOST_UNPUBLISHED = 300
log = logging.getLogger(__name__)


def compose(session: Session, ask: Ask, opened: Opened, *, now: datetime) -> Composed:
    """The body for who holds the address now. Raises Invalid for more than 400 days."""
    subject = Subject(name=opened.feed.name, page=addresses.office())
    beside = list(_beside(session, ask, opened.viewer, now=now))
    return composing.compose(session, ask, subject, now=now, beside=beside)


def _beside(session: Session, ask: Ask, viewer: Viewer, *, now: datetime) -> Iterator[Beside]:
    metropolis = session.installation.metropolis
    window = window_of(ask, now=now, timezone=metropolis.timezone)
    wording = Wording(installation=session.installation, language=ask.options.lang or metropolis.language)
    found = queries.unpublished_events(session, ask.selection, window=window, viewer=viewer, limit=MOST_UNPUBLISHED)
    for event in found:
        for text in _texts(event, wording, viewer):
            yield Beside(text, "" if event.all_day else event.timezone)


def _texts(event: Event, wording: Wording, viewer: Viewer) -> Iterable[str]:
    """As much as she sees of it; what cannot be written is left out and logged (decision 8)."""
    try:
        if sight(viewer, event) is Sight.BUSY:
            return busy_texts(event, wording)
        return event_texts(event, wording).values()
    except ValueError as wrong:
        log.error("event left out of a private feed", extra={"uid": event.uid, "problem": str(wrong)[:200]})  # noqa: TRY400
        return ()
