"""An event as it would be, were it public now: for a page that shows it before anything is kept.

Everything here happens in a rehearsal (`House.rehearsal`), which is rolled back at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Problem
from calendar_service.domain.events import Event, Status
from calendar_service.domain.times.dates import dates_of
from calendar_service.services.access import own_event
from calendar_service.services.draft_checks import missing
from calendar_service.services.drafts import EventDraft
from calendar_service.services.events.posting import post
from calendar_service.services.events.revising import revise
from calendar_service.services.mails.audience import Audience, audience_of
from calendar_service.services.status import statuses
from calendar_service.services.syndication.keeping import wording_of
from feeds.ics.writing import event_texts
from feeds.wording import place


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a calendar program shows of an event, and the text (RFC 5545) that it reads."""

    summary: str
    location: str
    description: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """The event, what it lacks to be public, its entry in a calendar, and how many would be told of the change."""

    event: Event
    lacking: Sequence[Problem]
    entry: Entry
    audience: Audience


def rehearse(
    session: Session, draft: EventDraft, *, slug: str, host: str, by: Viewer, now: datetime, language: str
) -> Rehearsed:  # fmt: skip
    """What becomes of a draft: of the event with a slug, or of a new one that `host` holds (an empty slug).

    What is no public event yet is shown as one, complete or not. Raises what posting and revising raise.
    """
    event = _written(session, draft, slug=slug, host=host, by=by, now=now)
    lacking = missing(event)
    if event.status in (Status.DRAFT, Status.TENTATIVE):
        if lacking:
            event.status = Status.CONFIRMED
        else:
            statuses.confirm(session, event, by=by, now=now)
    return Rehearsed(event=event, lacking=lacking, entry=_entry(session, event, language),
                     audience=audience_of(session, event))  # fmt: skip


def _written(session: Session, draft: EventDraft, *, slug: str, host: str, by: Viewer, now: datetime) -> Event:
    if not slug:
        return post(session, draft, host=host, by=by, now=now)
    event = own_event(session, slug, viewer=by)
    return revise(session, event, draft, seen=event.version, by=by, now=now)


def _entry(session: Session, event: Event, language: str) -> Entry:
    wording = wording_of(session, language, [event])
    title, address = place(event, event.venue)
    return Entry(
        summary=wording.summary(event, cancelled=event.is_off),
        location=", ".join(filter(None, (title, address))) or event.online_url,
        description=wording.description(event, dates_of(event)[0]),
        text="\n".join(event_texts(event, wording).values()).replace("\r\n", "\n").strip(),
    )  # fmt: skip
