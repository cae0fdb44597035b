"""What an event said before: read back from its revisions, to compare with and to go back to (rule 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import last_revision_number, revisions_of
from calendar_service.db.queries.pictures import is_stored
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import NotFound
from calendar_service.domain.events import Event
from calendar_service.domain.journal import Revision
from calendar_service.domain.posting.pictures import digest_in
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import revise

MOST = 100
"""So far back it goes."""


def before(event: Event, later: Sequence[Revision]) -> dict[str, Any]:
    """The event as a draft, as it was before these revisions, the latest first."""
    data = draft_of(event)
    for revision in later:
        data |= {name: old for name, (old, _) in revision.changes.items() if name in data}
    return data


def differing(event: Event, revisions: Sequence[Revision]) -> set[int]:
    """Of an event's revisions, the latest first, the numbers of those after which it said something else than now."""
    now = data = draft_of(event)
    found = set()
    for revision in revisions:
        if data != now:
            found.add(revision.number)
        data = data | {name: old for name, (old, _) in revision.changes.items() if name in data}
    return found


def last_revision(session: Session, event: Event) -> int:
    """The number of the latest revision: with it, a form knows what it was shown."""
    return last_revision_number(session, event)


def since(session: Session, event: Event, number: int) -> list[Revision]:
    """The revisions after one, the latest first."""
    return [each for each in revisions_of(session, event, limit=MOST) if each.number > number]


def base_of(session: Session, event: Event, number: int) -> Mapping[str, Any]:
    """What somebody saw who saw the event after a revision; empty where that is not known."""
    return before(event, since(session, event, number)) if number else {}


def status_before(session: Session, event: Event, number: int) -> str:
    """Where an event stood before a revision."""
    later = [each.changes["status"][0] for each in since(session, event, number - 1) if "status" in each.changes]
    return later[-1] if later else str(event.status)


def revert(session: Session, event: Event, number: int, *, seen: int, by: Viewer, now: datetime) -> None:
    """Let an event say again what it said after a revision, as a new one. Its status, its hosts and what was said of
    single dates stay as they are. Raises NotFound, Forbidden, Stale, Invalid.
    """
    later = since(session, event, number)
    if not later or later[-1].number != number + 1:
        raise NotFound("revision")
    data = before(event, later)
    if data["image"] and not is_stored(session, digest_in(data["image"]["url"])):
        data["image"] = None  # tidied away meanwhile
    draft = read_draft(data, metropolis=session.installation.metropolis, strict=False)
    revise(session, event, draft, seen=seen, by=by, now=now, deed="revert")
