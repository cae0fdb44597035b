"""Values that a driver cannot read at all break off what meets them first; that is done again, and from then on this
process reads them forgivingly. Not from the beginning, as it costs every value half a microsecond.

SQLite: text that is no UTF-8 is read with signs of replacement. PostgreSQL: `infinity`, and years that Python does not
know, are read as the text that they are, which is no time: then only their own row cannot be used.
"""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import Any

from psycopg import Connection, DataError
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

UNREADABLE = ("Could not decode to UTF-8", "timestamp too", "date too")
"""How SQLite's driver begins to say that text is none, and PostgreSQL's that a time is none."""

FORGIVES = "forgives"
"""What is noted in `Connection.info` where values are read forgivingly."""

log = logging.getLogger(__name__)


class NoTime(str):
    """A time that PostgreSQL knows and Python does not, as its text: whatever takes it for a time goes wrong."""

    __slots__ = ()


def is_unreadable(wrong: BaseException | None) -> bool:
    """Whether this is what a driver says of a value that it cannot read."""
    return any(each in str(wrong) for each in UNREADABLE)


def read_on(engine: Engine) -> None:
    """Let the connections of an engine forgive, once one of them met such a value."""
    met = threading.Event()
    forgive = _replace_letters if engine.dialect.name == "sqlite" else _keep_as_text

    @event.listens_for(engine, "handle_error")
    def look(context: ExceptionContext) -> None:
        if not met.is_set() and is_unreadable(context.original_exception):
            met.set()
            log.error("a value in the database cannot be read: such values are forgiven from now on")

    @event.listens_for(engine, "checkout")
    def lend(connection: DBAPIConnection, record: ConnectionPoolEntry, *_: object) -> None:
        if met.is_set():
            forgive(connection)
            record.info[FORGIVES] = True


def _replace_letters(connection: DBAPIConnection) -> None:
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")


def _keep_as_text(connection: DBAPIConnection) -> None:
    driver = connection.driver_connection if hasattr(connection, "driver_connection") else connection
    if isinstance(driver, Connection):
        for name, loader in (("timestamptz", _Instant), ("timestamp", _WallClock), ("date", _Day)):
            driver.adapters.register_loader(name, loader)


class _Forgiving(Loader):
    """Reads as `kind` does; what that cannot read is given as its text."""

    kind: type[Loader]

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        self._read = self.kind(oid, context).load

    def load(self, data: Buffer) -> Any:  # noqa: ANN401 - whatever the database holds
        """A time, or what is none."""
        try:
            return self._read(data)
        except DataError:
            return NoTime(bytes(data).decode())


class _Instant(_Forgiving):
    kind = TimestamptzLoader


class _WallClock(_Forgiving):
    kind = TimestampLoader


class _Day(_Forgiving):
    kind = DateLoader
