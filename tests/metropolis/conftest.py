"""Greater Santiago, in three communes: the whole service over another folder of data files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calendar_service.db.engine import Database
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.domain.territory.metropolis import Installation
from tests.databases import Copies, copied, loading
from tests.sites import Site, opened
from tests.smtp import Postbox

SANTIAGO = Path(__file__).parent / "santiago"


@pytest.fixture(scope="session")
def installation() -> Installation:
    """Another metropolis under the same code."""
    return Installation(
        metropolis=read_metropolis(SANTIAGO), base_url="https://agenda.granstgo.example", secret=b"s" * 32
    )


@pytest.fixture
def santiago(copies: Copies, installation: Installation) -> Iterator[Database]:
    """A database with its communes and vocabularies, no events."""
    with copied(copies, "santiago", loading(installation), installation) as database:
        yield database


@pytest.fixture
def site(santiago: Database, tmp_path: Path, smtp_server: Postbox) -> Iterator[Site]:
    """Its pages on Wednesday 2 September 2026, 9 a. m.: the clocks go forward on the night of Saturday."""
    now = datetime(2026, 9, 2, 13, 0, tzinfo=UTC)
    with opened(santiago, tmp_path, now=now, postbox=smtp_server, metropolis=SANTIAGO) as site:
        yield site
