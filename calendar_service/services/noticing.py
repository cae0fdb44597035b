"""Telling people that an event moved, changed its place or was cancelled (M15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.domain.events import Event


def owe_changes(session: Session, event: Event, *, before: Mapping[str, Any], now: datetime) -> None:
    """Owe one notice to everybody who knows the event as it was `before` (`recording.Snapshot`)."""
    del session, event, before, now
