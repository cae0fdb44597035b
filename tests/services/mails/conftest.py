"""A concert of Barranco's, for the rooms of mails."""

from __future__ import annotations

from datetime import datetime

import pytest

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event
from tests.builders import an_event, an_officer


@pytest.fixture
def officer(session: Session, now: datetime) -> Viewer:
    return an_officer(session, now=now)


@pytest.fixture
def concert(session: Session, officer: Viewer, now: datetime) -> Event:
    """Saturday 5 December 2026, 7:30 to 9 p. m. in Lima."""
    return an_event(session, by=officer, now=now)
