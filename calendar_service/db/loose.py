"""Small deeds in a row that do not each wait for the disk.

What such a deed leaves is there for everybody at once, whatever becomes of the process that did it. Only a machine that
loses its power, or a PostgreSQL server that dies, may forget the last of them, never more than since one that was
`synced`, and always the later ones first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from calendar_service.db.engine import Database, domain_errors, wal_is_safe


class Loose:
    """One connection for such deeds, one after the other."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    @contextmanager
    def deed(self, *, synced: bool) -> Iterator[Connection]:
        """One transaction; it commits when the block ends well. Raises Busy, Overtaken."""
        with domain_errors(), self._database.turn():
            if self._database.is_sqlite:
                self._wait_for_disk(synced=synced)
            with self._connection.begin():
                if not (synced or self._database.is_sqlite):
                    self._connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                yield self._connection

    def _wait_for_disk(self, *, synced: bool) -> None:
        """SQLite is told before a transaction begins; outside of WAL it has no way that is safe."""
        how = "FULL" if synced or not wal_is_safe() else "NORMAL"
        driver = self._connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - for the type checker: it is open
        driver.execute(f"PRAGMA synchronous={how}")

    def end(self) -> None:
        """Whoever takes the connection next waits for the disk again."""
        if self._database.is_sqlite and not self._connection.invalidated:
            self._wait_for_disk(synced=True)


@contextmanager
def loosely(database: Database) -> Iterator[Loose]:
    """A connection of one's own for such deeds. Raises Busy."""
    with domain_errors():
        opened = database.engine.connect()
    with opened as connection:
        loose = Loose(database, connection.execution_options(sqlite_begin="IMMEDIATE"))
        try:
            yield loose
        finally:
            loose.end()
