"""The bin: a draft that was thrown away can be brought back for thirty days (R25); then it is gone for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete

from calendar_service.db.engine import Session
from calendar_service.db.queries.desk import bins as queries
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.access import Viewer, may_edit
from calendar_service.domain.errors import Forbidden, NotFound, WrongState
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.journal import Revision
from calendar_service.domain.mail import Message, Subscription
from calendar_service.services.auditing import CLOCK, note
from calendar_service.services.recording.changes import record, snapshot

KEPT = timedelta(days=30)
AT_ONCE = 50
"""How many are removed in one transaction."""


def discard(session: Session, event: Event, *, by: Viewer, now: datetime) -> None:
    """Throw a draft into its district's bin. Raises Forbidden, WrongState."""
    if not may_edit(by, event):
        raise Forbidden("not_your_event")
    if event.status != Status.DRAFT or event.first_published is not None:
        raise WrongState("only_drafts_are_deleted")
    before = snapshot(event)
    event.status = Status.DISCARDED
    record(session, event, before, deed="discard", by=by, now=now)


def restore(session: Session, slug: str, *, by: Viewer, now: datetime) -> Event:
    """Take a draft out of the bin again. Raises NotFound: what is in no bin of hers is not there (S18)."""
    event = event_by_slug(session, slug)
    if event.status != Status.DISCARDED or event.host_id not in by.districts:
        raise NotFound("event")
    if not may_edit(by, event):
        raise Forbidden("not_your_event")
    return bring_back(session, event, by=by, now=now)


def bring_back(session: Session, event: Event, *, by: Viewer, now: datetime) -> Event:
    """Make it a draft again; whoever calls has seen to it that this may be."""
    before = snapshot(event)
    event.status = Status.DRAFT
    record(session, event, before, deed="restore", by=by, now=now)
    return event


def binned(session: Session, *, by: Viewer) -> Sequence[Event]:
    """What lies in the bins of her districts, the last thrown away first."""
    return queries.binned(session, by.districts)


def empty(session: Session, *, now: datetime) -> int:
    """Remove for good what has lain in a bin for thirty days; how many. The clock calls it."""
    old = queries.binned_before(session, now - KEPT, limit=AT_ONCE)
    for event in old:
        remove(session, event, now=now)
    return len(old)


def remove(session: Session, event: Event, *, now: datetime) -> None:
    """Remove a draft that nobody but its own districts ever saw, with all that hangs on it."""
    for table in (Revision, Occurrence, Message, Subscription):
        session.execute(delete(table).where(table.event_id == event.id))
    note(session, by=CLOCK, deed="event-removed", subject=f"event:{event.uid}", district_id=event.host_id, now=now)
    session.delete(event)
    session.flush()
