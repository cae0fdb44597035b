"""What the demo's municipalities share with each other: proposed, answered, and by standing agreement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event
from calendar_service.domain.network.sharing import ANY
from calendar_service.services.demo.data import Entry
from calendar_service.services.network import sharing, standing


def agree(session: Session, entries: Sequence[Entry], *, by: Viewer, now: datetime) -> None:
    """Make the standing agreements."""
    for each in entries:
        discipline = each.get("discipline", ANY)
        standing.agree(session, each["giver"], each["receiver"], discipline=discipline, by=by, now=now)


def share(session: Session, event: Event, entry: Entry, *, by: Viewer, now: datetime) -> None:
    """Propose an event to the districts that its entry names, and let those answer who do."""
    shown, hidden = entry.get("shown_by", []), entry.get("not_shown_by", [])
    asked = [*shown, *hidden, *entry.get("proposed_to", [])]
    if not asked:
        return
    sharing.propose(session, event, asked, text=entry.get("proposal", ""), by=by, now=now)
    for slug in [*shown, *hidden]:
        sharing.answer(session, event, slug, accept=slug in shown, by=by, now=now)
