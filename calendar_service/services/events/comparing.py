"""Two texts of one event side by side: what somebody typed, and what stands there by now (rule 8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event
from calendar_service.services.drafts import EventDraft, draft_of
from calendar_service.services.events.filling import fill


def differences(
    session: Session, event: Event, draft: EventDraft, *, by: Viewer, now: datetime
) -> Mapping[str, tuple[Any, Any]]:
    """Each field in which a draft would change the event: what stands there now, and what the draft says.

    Writes the draft into the event, so that both are said alike: call it in a rehearsal. Raises Invalid.
    """
    theirs = draft_of(event)
    fill(session, event, draft, by=by, now=now)
    yours = draft_of(event)
    return {name: (theirs[name], yours[name]) for name in theirs if theirs[name] != yours[name]}
