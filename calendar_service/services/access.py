"""Loads a thing for somebody: what she may not know of does not exist (S13, S18)."""

from __future__ import annotations

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import event_by_slug, event_by_uid
from calendar_service.domain.access import Sight, Viewer, may_edit, sight
from calendar_service.domain.errors import Forbidden, NotFound, Stale, WrongState
from calendar_service.domain.events import Event


def event_for(session: Session, slug: str, *, viewer: Viewer) -> tuple[Event, Sight]:
    """The event with a slug (or a former one), and how much of it the viewer sees. Raises NotFound."""
    return _seen(event_by_slug(session, slug), viewer)


def event_with_uid_for(session: Session, uid: str, *, viewer: Viewer) -> tuple[Event, Sight]:
    """The event with a UID, and how much of it the viewer sees. Raises NotFound."""
    return _seen(event_by_uid(session, uid), viewer)


def own_event(session: Session, slug: str, *, viewer: Viewer) -> Event:
    """The event with a slug, for its host's officers. Raises NotFound, Forbidden."""
    event, _ = event_for(session, slug, viewer=viewer)
    if not may_edit(viewer, event):
        raise Forbidden("not_your_event")
    return event


def check_may_change(event: Event, *, by: Viewer, seen: int | None) -> None:
    """Raise Forbidden for who is not the host, Stale for who has seen an older version, WrongState for what is gone.

    `seen` is None only where the asker states no more than what should become of the event (confirm, cancel).
    """
    if not may_edit(by, event):
        raise Forbidden("not_your_event")
    if seen is not None and seen != event.version:
        raise Stale(current=event.version)
    if event.withdrawn:
        raise WrongState("event_withdrawn")


def _seen(event: Event, viewer: Viewer) -> tuple[Event, Sight]:
    seen = sight(viewer, event)
    if seen is Sight.NOTHING:
        raise NotFound("event")
    return event, seen
