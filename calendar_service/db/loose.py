"""Small deeds that do not each wait for the disk.

What such a deed leaves is there for everybody at once, whatever becomes of the process that did it. Only a machine that
loses its power, or a PostgreSQL server that dies, may forget the last of them, never more than since one that was
`synced`, and always the later ones first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import Connection

from calendar_service.db.engine import Database, domain_errors, wal_is_safe


@contextmanager
def loose_deed(database: Database, *, synced: bool) -> Iterator[Connection]:
    """One transaction; it commits when the block ends well. Raises Busy, Overtaken."""
    with domain_errors(), database.turn(), database.engine.connect() as opened:
        connection = opened.execution_options(sqlite_begin="IMMEDIATE")
        hastily = _hastily(connection) if database.is_sqlite and wal_is_safe() and not synced else nullcontext()
        with hastily, connection.begin():
            if not (synced or database.is_sqlite):
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection


@contextmanager
def _hastily(connection: Connection) -> Iterator[None]:
    """SQLite is told before a transaction begins. Whoever takes the connection next waits for the disk again."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - for the type checker: it is open
    driver.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        driver.execute("PRAGMA synchronous=FULL")
