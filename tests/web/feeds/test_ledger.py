"""What polls leave behind is written at once by a quiet service, several at a time by a busy one, and never lost."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from select import PIPE_BUF
from threading import Timer
from typing import Any

import pytest

from calendar_service import logs
from calendar_service.config.reading import read_settings
from calendar_service.services.house import open_house
from calendar_service.web import ledger as ledgers
from calendar_service.web.counting import Counting
from calendar_service.web.ledger import MOST, PAUSE, Asked, Ledger
from tests import left_over

MARK = "feedf00d"
"""How the ids of our lines begin: whatever else writes into the same log."""
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Where our own handler writes, and no other."""
    stream, root = StringIO(), logging.getLogger()
    kept = (root.handlers[:], root.level)
    logs.configure(stream)
    yield stream
    root.handlers[:], level = kept
    root.setLevel(level)


@pytest.fixture
def ledger(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Ledger:  # noqa: ANN401 - a path
    """One whose late writing a test does by itself."""
    monkeypatch.setattr(Timer, "start", lambda _: None)
    monkeypatch.setattr(ledgers, "Finalize", lambda *_, **__: None)
    house = open_house(read_settings({"CALENDAR_DATA_DIR": str(tmp_path)}))
    counting = Counting(house)
    counting._began = True
    ledger = Ledger(counting)
    ledger._mark = MARK
    return ledger


def note(ledger: Ledger, at: float, path: str = "/feeds/all.ics") -> None:
    same = logs.alike("GET", path, 304, 0)
    ledger.note((at, 0.00012, same, Asked("all", date(2026, 12, 1)), "203.0.113.9", "dataaccessd/1.0"))


def written(log: StringIO) -> list[dict[str, Any]]:
    lines = map(json.loads, log.getvalue().splitlines())
    return [line for line in lines if line.get("id", "").startswith(MARK)]


def test_a_quiet_service_writes_each_at_once(ledger: Ledger, log: StringIO) -> None:
    for number in range(3):
        note(ledger, NOON + number)
        assert len(written(log)) == number + 1
    assert written(log)[2] == {
        "at": "2026-12-01T12:00:02.000+00:00", "level": "info", "source": "calendar_service.access",
        "message": "request", "id": written(log)[2]["id"], "method": "GET", "path": "/feeds/all.ics", "status": 304,
        "bytes": 0, "ms": 0.1,
    }  # fmt: skip


def test_a_busy_service_writes_many_together_and_loses_none(ledger: Ledger, log: StringIO) -> None:
    seen = []
    for number in range(MOST + 2):
        note(ledger, NOON + number * PAUSE / MOST / 2, f"/feeds/{number}.ics")
        seen.append(len(written(log)))
    assert seen == [1] * MOST + [MOST + 1] * 2
    ledger.write()
    lines = written(log)
    assert [line["path"] for line in lines] == [f"/feeds/{number}.ics" for number in range(MOST + 2)]
    assert len({line["id"] for line in lines}) == MOST + 2


def test_lines_are_written_whole_where_several_processes_write(ledger: Ledger) -> None:
    """A pipe takes 4,096 bytes in one piece."""
    pieces: list[str] = []

    class Pipe(StringIO):
        def write(self, text: str) -> int:
            pieces.append(text)
            return len(text)

    for number in range(40):
        note(ledger, NOON, f"/feeds/{'ñ' * number}.ics")
    kept = logging.getLogger().handlers[:]
    logs.configure(Pipe())
    ledger.write()
    logging.getLogger().handlers[:] = kept
    assert all(piece.endswith("}\n") and len(piece.encode()) <= PIPE_BUF for piece in pieces)
    assert (len(pieces), sum(piece.count("\n") for piece in pieces)) == (3, 39)


def test_who_comes_last_is_written_though_nobody_comes_after(ledger: Ledger, log: StringIO) -> None:
    waited: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Timer, "start", lambda timer: waited.append(timer.interval))
        for _ in range(4):
            note(ledger, NOON)
    assert (len(written(log)), waited) == (1, [1.0])
    ledger._write_late()
    assert len(written(log)) == 4


def test_what_a_test_leaves_is_written_before_the_next_one_begins(ledger: Ledger, log: StringIO) -> None:
    note(ledger, NOON)
    note(ledger, NOON)
    left_over.finish()
    assert len(written(log)) == 2


def test_a_clock_that_is_put_back_keeps_no_line_waiting(ledger: Ledger, log: StringIO) -> None:
    note(ledger, NOON)
    note(ledger, NOON - 3_600)
    assert len(written(log)) == 2


def test_no_line_says_who_asked_s43(ledger: Ledger, log: StringIO) -> None:
    note(ledger, NOON)
    assert "203.0.113.9" not in log.getvalue()
    assert "dataaccessd" not in log.getvalue()
