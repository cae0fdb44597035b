"""What web processes count never ends them (R14)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from typing import Any

import pytest
from prometheus_client.mmap_dict import MmapedDict

from calendar_service.cli.running.counts import KINDS, ROOM, SHARED, share, take_room


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set here is gone with the test."""
    monkeypatch.setenv(SHARED, "")


@contextmanager
def full() -> Iterator[None]:
    """No file may grow as large, as on a full disk."""
    before = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (ROOM // 2, before[1]))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, before)


def test_all_that_is_written_through_memory_has_its_room_on_the_disk_r14(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    share(folder)
    assert os.environ[SHARED] == str(folder)
    for kind in KINDS:
        file = folder / f"{kind}_{os.getpid()}.db"
        assert file.stat().st_blocks * 512 >= ROOM
        counts: Any = MmapedDict(str(file))  # type: ignore[no-untyped-call] # the library takes it as it is
        counts.write_value("many", 3.0, 0.0)
        assert (counts.read_value("many")[0], file.stat().st_size) == (3.0, ROOM)
        counts.close()


def test_on_a_full_disk_nothing_is_counted_and_all_goes_on_r14(tmp_path: Path) -> None:
    with full():
        share(tmp_path / "metrics")
    assert os.environ[SHARED] == ""
    share(tmp_path / "metrics")
    assert take_room()
    with full():
        os.truncate(tmp_path / "metrics" / f"counter_{os.getpid()}.db", 0)
        assert not take_room()
