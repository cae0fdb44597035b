"""A site that people visit over real HTTP, with a real mail server and the time that a test sets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from calendar_service.db.engine import Database
from tests.sites import Site, opened
from tests.smtp import Postbox


@pytest.fixture
def site(lima: Database, tmp_path: Path, smtp_server: Postbox, now: datetime) -> Iterator[Site]:
    """Lima on the evening of 30 November 2026, with nothing on yet."""
    with opened(lima, tmp_path, now=now, postbox=smtp_server) as site:
        yield site
