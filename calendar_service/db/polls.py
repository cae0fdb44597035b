"""One row by the plain driver: what a poll of an unchanged feed asks, and all that it asks (rule 3).

The row is read anew for every poll, so an answer is never older than the last commit. A thread keeps its own
connection, in autocommit: no pool, no transaction, no ORM.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pysqlite3

from calendar_service.db.direct import PATIENCE_MS, open_file
from calendar_service.db.engine import Database
from calendar_service.domain.errors import Busy

Row = tuple[str, str | datetime, str]
"""ETag, last change as the driver gives it (see `instant`), and the key of the scope."""

_QUESTION = """
SELECT f.etag, f.changed, s.key FROM feed_version f JOIN scope s ON s.key = f.scope_key
WHERE f.key = ? AND f.revision = s.revision AND f.builder = ? AND f.local_day = ?
"""


class Polls:
    """Reads versions, and waits so long for a lock. Made once per process; opens nothing before the first poll."""

    def __init__(self, database: Database, *, patience_ms: int = PATIENCE_MS) -> None:
        self._database, self._is_sqlite, self._patience_ms = database, database.is_sqlite, patience_ms
        self._own = threading.local()
        self._refusals: tuple[type[Exception], ...] = (pysqlite3.dbapi2.Error, OSError)

    def current(self, key: str, *, builder: str, today: date) -> Row | None:
        """A feed's current version; None when there is none by this builder for this day.

        Raises Busy when the database is away.
        """
        values = (key, builder, today.isoformat() if self._is_sqlite else today)
        try:
            row: Row | None = (getattr(self._own, "ask", None) or self._open())(values).fetchone()
        except self._refusals as wrong:
            self._forget()
            raise Busy("busy") from wrong
        return row

    def _open(self) -> Callable[[tuple[object, ...]], Any]:
        """How this thread asks the question from now on: of its own connection, put together once."""
        connection = self._own.connection = self._connect()
        if self._is_sqlite:
            self._own.ask = partial(connection.cursor().execute, _QUESTION)
        else:
            self._own.ask = partial(connection.execute, _QUESTION.replace("?", "%s"), prepare=True)
        ask: Callable[[tuple[object, ...]], Any] = self._own.ask
        return ask

    def _connect(self) -> Any:  # noqa: ANN401 - a driver's connection
        url = self._database.engine.url
        if self._is_sqlite:
            connection = open_file(self._database, patience_ms=self._patience_ms)
            connection.execute("PRAGMA query_only=1")
            return connection
        import psycopg  # here: ten megabytes that SQLite has no use for

        self._refusals = (psycopg.Error, OSError)
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(
            plain, autocommit=True, connect_timeout=1, options="-c timezone=UTC -c statement_timeout=1s"
        )

    def _forget(self) -> None:
        connection = getattr(self._own, "connection", None)
        self._own.connection = self._own.ask = None
        if connection is not None:
            with suppress(Exception):
                connection.close()


def instant(changed: str | datetime) -> datetime:
    """SQLite keeps text without an offset, in UTC (see `domain.columns.UtcDateTime`)."""
    return changed if isinstance(changed, datetime) else datetime.fromisoformat(changed).replace(tzinfo=UTC)
