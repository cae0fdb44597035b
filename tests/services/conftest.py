"""The deed in which a test of services does what it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from calendar_service.db.engine import Database, Session


@pytest.fixture
def session(lima: Database) -> Iterator[Session]:
    with lima.deed() as opened:
        yield opened
