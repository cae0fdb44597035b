"""Questions of whoever runs the service: is anything there, can it be written to, does the clock tick."""

from __future__ import annotations

from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.domain.events import Event
from calendar_service.domain.places import District


def has_events(session: Session) -> bool:
    """Whether there is any event, whatever its status."""
    return session.scalar(select(Event.id).limit(1)) is not None


def has_districts(session: Session) -> bool:
    """Whether a metropolis was loaded."""
    return session.scalar(select(District.id).limit(1)) is not None
