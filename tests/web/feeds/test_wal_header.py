"""Whether anybody committed is seen in the memory that SQLite's connections share, and looking there breaks no lock."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysqlite3
import pytest

from calendar_service.db.wal_header import LENGTH, header_of

BEGIN = "import sys, pysqlite3; pysqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute(sys.argv[2])"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "calendar.sqlite"


def opened(file: Path, mode: str = "WAL") -> Any:  # noqa: ANN401 - a driver's connection
    connection = pysqlite3.connect(str(file), isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={mode}")
    connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
    return connection


@pytest.fixture
def connection(file: Path) -> Iterator[Any]:
    made = opened(file)
    yield made
    made.close()


def elsewhere(file: Path, statement: str) -> str:
    """What another process is told."""
    said = subprocess.run([sys.executable, "-c", BEGIN, str(file), statement], capture_output=True, check=False)
    return said.stderr.decode()


def test_it_is_another_after_each_commit_of_whoever_and_the_same_until_then(file: Path, connection: Any) -> None:  # noqa: ANN401
    header = header_of(str(file))
    assert header
    seen = [header[:LENGTH]]
    for statement in (
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET x = 2",
        "CREATE INDEX i ON t (x)",
        "PRAGMA user_version=7",
    ):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(statement)
        connection.execute("SELECT * FROM t").fetchall()
        assert header[:LENGTH] == seen[-1]
        connection.execute("COMMIT")
        seen.append(header[:LENGTH])
    assert elsewhere(file, "INSERT INTO t VALUES (3)") == ""
    seen.append(header[:LENGTH])
    assert len(set(seen)) == len(seen)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM t")
    connection.execute("ROLLBACK")
    assert header[:LENGTH] == seen[-1]


def test_a_lock_stays_a_lock_however_often_it_is_looked_at(file: Path, connection: Any) -> None:  # noqa: ANN401
    """Closing a descriptor of the file would end it, and let two write at once."""
    connection.execute("BEGIN IMMEDIATE")
    first = header_of(str(file))
    assert header_of(str(file)) is first
    del first
    assert "locked" in elsewhere(file, "BEGIN IMMEDIATE")
    connection.execute("COMMIT")
    assert elsewhere(file, "BEGIN IMMEDIATE") == ""


def test_what_has_no_such_memory_is_asked_instead(file: Path) -> None:
    opened(file, "DELETE").close()
    assert header_of(str(file)) is None
    Path(f"{file}-shm").touch()
    assert header_of(str(file)) is None
