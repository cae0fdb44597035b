"""A consistent copy of the embedded database while it is in use, proved before it counts, and put back (R9, R10)."""

from __future__ import annotations

from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from calendar_service.db.engine import Database
from calendar_service.db.tables import metadata

Counts = dict[str, int]


class DoubtfulCopy(RuntimeError):
    """A copy that is not what it should be; the text says why."""


def dump(database: Database, target: Path) -> Counts:
    """Copy one snapshot into a file, whoever writes meanwhile; gives how many rows each table had in it. Raises
    DoubtfulCopy, as for a full disk.
    """
    source, copy = sqlite.connect(path_of(database)), sqlite.connect(str(target))
    try:
        source.isolation_level = None
        source.execute("BEGIN")  # what is counted and what is copied are one snapshot
        counts = _counts(source)
        source.backup(copy)
        source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    except sqlite.OperationalError as wrong:
        raise DoubtfulCopy(f"it could not be written whole ({wrong})") from wrong
    finally:
        copy.close()
        source.close()
    return counts


def check(copy: Path, counts: Counts) -> None:
    """Open a copy and look through all of it. Raises DoubtfulCopy."""
    opened = sqlite.connect(f"file:{copy}?mode=ro", uri=True)
    try:
        if (said := opened.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise DoubtfulCopy(f"its pages are damaged ({said})")
        if broken := opened.execute("PRAGMA foreign_key_check").fetchone():
            raise DoubtfulCopy(f"a row of {broken[0]} points to nothing")
        if (found := _counts(opened)) != counts:
            raise DoubtfulCopy(f"it holds {sum(found.values())} rows instead of {sum(counts.values())}")
    except sqlite.DatabaseError as wrong:
        raise DoubtfulCopy(f"it is no database ({wrong})") from wrong
    finally:
        opened.close()


def put_back(database: Database, copy: Path) -> None:
    """Let a copy take the place of what is there, in one transaction that every connected process sees."""
    source, target = sqlite.connect(f"file:{copy}?mode=ro", uri=True), sqlite.connect(path_of(database), timeout=30)
    try:
        source.backup(target)
        target.execute("PRAGMA journal_mode=WAL")
    finally:
        target.close()
        source.close()


def path_of(database: Database) -> str:
    """The file."""
    return str(database.engine.url.database)


def _counts(connection: sqlite.Connection) -> Counts:
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    names = sorted(there & set(metadata.tables))
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
