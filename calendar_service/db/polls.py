"""One row by the plain driver: what a poll of an unchanged feed asks, and all that it asks (rule 3).

The row is read anew for every poll, or it is looked whether anybody committed since it was read: an answer is
never older than the last commit. A thread keeps its own connection, in autocommit: no pool, no transaction, no ORM.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from mmap import mmap
from types import SimpleNamespace
from typing import Any

from calendar_service.db.direct import PATIENCE_MS, connect, refusals
from calendar_service.db.engine import Database
from calendar_service.db.wal_header import LENGTH, header_of
from calendar_service.domain.errors import Busy

LONGEST = 1.0
"""Seconds for which a database elsewhere may look for one row."""

Row = tuple[str, str | datetime, str]
"""ETag, last change as the driver gives it (see `instant`), and the key of the scope."""

_QUESTION = """
SELECT f.etag, f.changed, s.key FROM feed_version f JOIN scope s ON s.key = f.scope_key
WHERE f.key = ? AND f.revision = s.revision AND f.builder = ? AND f.local_day = ?
"""


class Polls:
    """Reads versions. Made once per process; opens nothing before the first poll.

    The brisk waits for no lock, and has one connection for whoever asks: one thread at a time.
    """

    def __init__(self, database: Database, *, brisk: bool = False) -> None:
        self._database, self._is_sqlite = database, database.is_sqlite
        self._patience_ms = 0 if brisk else PATIENCE_MS
        self._question = _QUESTION if self._is_sqlite else _QUESTION.replace("?", "%s")
        self._kind = SimpleNamespace if brisk else threading.local
        self._own: Any = self._kind()
        self._header: mmap | None = None
        self._refusals: tuple[type[Exception], ...] = ()
        self._begun = itertools.count(1)
        if database.file:
            database.file.tell(self._begin_anew)

    def current(self, key: str, *, builder: str, today: date) -> Row | None:
        """A feed's current version; None when there is none by this builder for this day.

        Raises Busy when the database is away.
        """
        row: Row | None = self._asked(self._question, (key, builder, today.isoformat() if self._is_sqlite else today))
        return row

    def commits(self) -> object:
        """Something else than before if anybody committed since; of the brisk, as each connection counts for itself.

        SQLite alone says it. Raises Busy, and begins anew after it.
        """
        header = self._header
        return self._counted() if header is None else header[:LENGTH]

    def _counted(self) -> object:
        """By asking; from then on by looking at what is asked about, where that can be done."""
        (number,) = self._asked("PRAGMA data_version", ())
        if not self._own.looked:
            self._own.looked = True
            (mode,) = self._asked("PRAGMA journal_mode", ())
            self._header = header_of(str(self._database.engine.url.database)) if mode == "wal" else None
        return self._own.begun, number

    def _asked(self, question: str, values: tuple[object, ...]) -> Any:  # noqa: ANN401 - a row
        try:
            return (getattr(self._own, "execute", None) or self._open())(question, values).fetchone()
        except self._refusals as wrong:
            self._forget()
            raise Busy("busy") from wrong

    def _open(self) -> Callable[..., Any]:
        """How this thread asks from now on: over its own connection, put together once."""
        connection = self._own.connection = self._connect()
        self._own.begun, self._own.looked = next(self._begun), False
        if self._is_sqlite:
            self._own.execute = connection.cursor().execute
        else:
            self._own.execute = partial(connection.execute, prepare=True)
        execute: Callable[..., Any] = self._own.execute
        return execute

    def _connect(self) -> Any:  # noqa: ANN401 - a driver's connection
        self._refusals = refusals(self._database)
        connection = connect(self._database, patience_ms=self._patience_ms, longest=LONGEST)
        if self._is_sqlite:
            connection.execute("PRAGMA query_only=1")
        return connection

    def _begin_anew(self) -> None:
        """What the connections of all threads have open is not the database any more."""
        self._own, self._header = self._kind(), None

    def _forget(self) -> None:
        connection = getattr(self._own, "connection", None)
        self._own.connection = self._own.execute = self._header = None
        if connection is not None:
            with suppress(Exception):
                connection.close()


def instant(changed: str | datetime) -> datetime:
    """SQLite keeps text without an offset, in UTC (see `domain.columns.UtcDateTime`)."""
    return changed if isinstance(changed, datetime) else datetime.fromisoformat(changed).replace(tzinfo=UTC)
