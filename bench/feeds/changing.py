"""What an officer does to her events, for measuring what comes after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.listing import whole_events
from calendar_service.db.queries.syndication.feeds import raise_revisions
from calendar_service.domain.access import ANYBODY
from calendar_service.domain.events import Event, Status
from calendar_service.domain.publication import EVERYTHING
from calendar_service.domain.territory.places import District
from calendar_service.services.house import House
from calendar_service.services.recording.changes import record, snapshot

AGAIN = " (de nuevo)"


def change(house: House, districts: Iterable[str], *, is_told: bool = True) -> None:
    """In one deed another title for one event of each district. Unless `is_told` which, it may be about anything."""
    with house.deed() as session:
        for district in districts:
            _change(session, district, now=house.now())
        if not is_told:
            raise_revisions(session, {EVERYTHING})


def _change(session: Session, district: str, *, now: datetime) -> None:
    """Another title for one event that is ahead, as its officer's deed would give it."""
    ahead = select(func.min(Event.id)).join(District, District.id == Event.host_id).where(
        District.slug == district, Event.status == Status.CONFIRMED, Event.start > now.replace(tzinfo=None)
    )  # fmt: skip
    for event in whole_events(session, [session.scalars(ahead).one()]):
        before = snapshot(event)
        event.summary = f"{event.summary.removesuffix(AGAIN)}{'' if event.summary.endswith(AGAIN) else AGAIN}"
        record(session, event, before, deed="edited", by=ANYBODY, now=now)
