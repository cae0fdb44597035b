"""The file of an embedded database: one that was there and is gone is a database that is away (R13, R1).

SQLite would begin an empty file in its place; and a connection that was open when somebody took the file away, or put
another one there, would go on writing into what nobody ever reads again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from weakref import WeakMethod

import pysqlite3
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

Identity = tuple[int, int]
_WHICH = "which file it has open"


def _begin(file: Path) -> None:
    """An empty file is an empty database. It will hold people's addresses: who may read all of a folder that somebody
    else made may not read it, nor what SQLite lays beside it with the same rights (S45).
    """
    with suppress(OSError):  # SQLite says so itself
        file.touch(mode=0o640)


class KeptFile:
    """Watches that the connections of an engine belong to the file that lies there. One that has `begun` elsewhere was
    there before.
    """

    def __init__(self, engine: Engine, *, begun: bool) -> None:
        self._engine = engine
        self._seen = {file for file in [self.path] if begun or file.is_file()}
        self._others: list[WeakMethod[Callable[[], None]]] = []
        event.listen(engine, "do_connect", self._look)
        event.listen(engine, "connect", self._remember)
        event.listen(engine, "checkout", self._compare)

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(self._engine.url.database or "")

    def tell(self, begin_anew: Callable[[], None]) -> None:
        """Call this method when there is another file: for who has lines of her own to it, or knows things about it."""
        self._others = [each for each in self._others if each()] + [WeakMethod(begin_anew)]

    def _identity(self) -> Identity | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _look(self, *_: object) -> None:
        file = self.path
        if file.is_file():
            self._seen.add(file)
        elif file in self._seen:
            raise pysqlite3.dbapi2.OperationalError("the file of the database is gone")
        else:
            _begin(file)

    def _remember(self, _: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info[_WHICH] = self._identity()

    def _compare(self, _: DBAPIConnection, record: ConnectionPoolEntry, *__: object) -> None:
        """SQLite itself neither empties nor removes anything as a connection to a file that was moved is closed."""
        known = record.info.get(_WHICH)
        if known is not None and known != self._identity():
            for other in self._others:
                if begin_anew := other():
                    begin_anew()
            raise DisconnectionError("the file of the database is another one")
