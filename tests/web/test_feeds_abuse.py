"""Many strange questions: memory, table and folder stay as they were (S29, S30)."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from calendar_service.db.engine import Database
from calendar_service.domain.publication import FeedVersion
from calendar_service.services.house import House
from calendar_service.services.syndication import composing, copies

ROUNDS = 3
EACH = 60
MEGABYTE = 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_distinct_query_strings_leave_nothing_behind(
    client: FlaskClient, lima: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "MAX_VERSIONS", 50)
    monkeypatch.setattr(copies, "MAX_OTHERS", 20)
    held = []
    tracemalloc.start()
    for turn in range(ROUNDS):
        for number in range(EACH):
            for _ in range(2):
                assert client.get(f"/feeds/selection.ics?q=palabra{turn}x{number}").status_code == 200
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[-1] - held[0] < MEGABYTE
    with lima.reading() as session:
        assert session.scalar(select(func.count()).select_from(FeedVersion)) == 50
    assert len(list((house.settings.data_dir / "feeds" / "others").iterdir())) <= 20
