"""A house over a loaded database, for mails from the wish to the wire."""

from __future__ import annotations

from pathlib import Path

import pytest

from calendar_service.db.engine import Database
from calendar_service.services.house import House
from tests.web.conftest import settings_for


@pytest.fixture
def house(lima: Database, tmp_path: Path) -> House:
    """On SQLite and on PostgreSQL; mails become files unless a test says otherwise."""
    return House(settings=settings_for(lima, tmp_path), installation=lima.installation, database=lima)
