"""The database by its plain driver: for the few questions that are asked so often that all around them would cost more.

A thread keeps its own connection, in autocommit: no pool, no transaction, no ORM.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pysqlite3

from calendar_service.db.engine import LONGEST_STATEMENT, Database, wal_is_safe
from calendar_service.domain.errors import Busy

PATIENCE_MS = 250
"""How long such a question waits for a lock before it is answered otherwise."""


def connect(database: Database, *, patience_ms: int, longest: float = LONGEST_STATEMENT) -> Any:  # noqa: ANN401 - a driver's connection
    """A connection to the database as it lies there; no file is made. `longest`: seconds for a statement elsewhere."""
    url = database.engine.url
    if not database.is_sqlite:
        import psycopg  # here: ten megabytes that SQLite has no use for

        patience = f"-c statement_timeout={longest * 1000:.0f} -c lock_timeout={patience_ms}"
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True, connect_timeout=1, options=f"-c timezone=UTC {patience}")
    connection = pysqlite3.dbapi2.connect(
        f"file:{quote(url.database or '')}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute(f"PRAGMA busy_timeout={patience_ms}")
    return connection


def refusals(database: Database) -> tuple[type[Exception], ...]:
    """What is raised by a database that is away, or does not give what it should."""
    if database.is_sqlite:
        return pysqlite3.dbapi2.Error, OSError
    import psycopg  # here: see above

    return psycopg.Error, OSError


class Direct:
    """Made once per process; opens nothing before the first question."""

    def __init__(self, database: Database) -> None:
        self._database, self._is_sqlite = database, database.is_sqlite
        self._refusals: tuple[type[Exception], ...] = (OSError,)
        self._own = threading.local()
        if database.file:
            database.file.tell(self._begin_anew)

    def rows(self, question: str, values: Sequence[object] = ()) -> list[Any]:
        """All that is found, for a question with `?` where a value goes. Raises Busy when the database is away, or
        does not give what it should.
        """
        try:
            found: list[Any] = self._asked(question, values).fetchall()
        except self._refusals as wrong:
            raise self._given_up() from wrong
        return found

    def change(self, statement: str, values: Sequence[object]) -> int:
        """How many rows were changed. What could be lost in a power cut must be worth nothing: nobody waits for the
        disk. Raises Busy.
        """
        with self._database.turn():
            try:
                changed: int = self._asked(statement, values).rowcount
            except self._refusals as wrong:
                raise self._given_up() from wrong
        return changed

    def _asked(self, question: str, values: Sequence[object]) -> Any:  # noqa: ANN401 - the driver's
        connection = getattr(self._own, "connection", None) or self._open()
        if not values:  # a text with its values in it, whose percent signs are signs
            return connection.execute(question)
        return connection.execute(question if self._is_sqlite else question.replace("?", "%s"), values)

    def _begin_anew(self) -> None:
        """What the connections of all threads have open is not the database any more."""
        self._own = threading.local()

    def _given_up(self) -> Busy:
        with suppress(Exception):
            self._own.connection.close()
        self._own.connection = None
        return Busy("busy")

    def _open(self) -> Any:  # noqa: ANN401 - a driver's connection
        self._refusals = refusals(self._database)
        connection = self._own.connection = connect(self._database, patience_ms=PATIENCE_MS)
        if not self._database.is_sqlite:
            connection.execute("SET synchronous_commit = off")
        elif wal_is_safe():  # in WAL this gives up the last commits in a power cut, and never the database
            connection.execute("PRAGMA synchronous=NORMAL")
        return connection
