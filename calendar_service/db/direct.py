"""SQLite by its plain driver: for the few questions that are asked so often that all around them would cost more.

A thread keeps its own connection, in autocommit: no pool, no transaction, no ORM.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

import pysqlite3

from calendar_service.db.engine import Database, wal_is_safe
from calendar_service.domain.errors import Busy

PATIENCE_MS = 250
"""How long such a question waits for a lock before it is answered otherwise."""


def open_file(database: Database, *, patience_ms: int) -> Any:  # noqa: ANN401 - a driver's connection
    """A connection to the database as it lies there; none is made."""
    path = quote(database.engine.url.database or "")
    connection = pysqlite3.dbapi2.connect(
        f"file:{path}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute(f"PRAGMA busy_timeout={patience_ms}")
    return connection


class Direct:
    """Made once per process; opens nothing before the first question."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._own = threading.local()

    def rows(self, question: str, values: Sequence[object] = ()) -> list[Any]:
        """All that is found. Raises Busy when the database is away, or does not give what it should."""
        with self._asking() as connection:
            found: list[Any] = connection.execute(question, values).fetchall()
        return found

    def change(self, statement: str, values: Sequence[object]) -> int:
        """How many rows were changed. What could be lost in a power cut must be worth nothing: nobody waits for the
        disk. Raises Busy.
        """
        with self._database.turn(), self._asking() as connection:
            changed: int = connection.execute(statement, values).rowcount
        return changed

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        try:
            yield getattr(self._own, "connection", None) or self._open()
        except (pysqlite3.dbapi2.Error, OSError) as wrong:
            with suppress(Exception):
                self._own.connection.close()
            self._own.connection = None
            raise Busy("busy") from wrong

    def _open(self) -> Any:  # noqa: ANN401 - a driver's connection
        connection = self._own.connection = open_file(self._database, patience_ms=PATIENCE_MS)
        if wal_is_safe():  # in WAL this gives up the last commits in a power cut, and never the database
            connection.execute("PRAGMA synchronous=NORMAL")
        return connection
