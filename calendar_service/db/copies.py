"""Copies of whichever database there is: dumped, checked, put back."""

from __future__ import annotations

from pathlib import Path

from calendar_service.db import postgresql_copies, sqlite_copies
from calendar_service.db.engine import Database
from calendar_service.db.postgresql_copies import MissingProgram
from calendar_service.db.sqlite_copies import Counts, DoubtfulCopy

__all__ = ["Counts", "DoubtfulCopy", "MissingProgram", "check", "dump", "kind_of", "put_back"]


def kind_of(database: Database) -> str:
    """What a copy of it can be put back into."""
    return database.engine.dialect.name


def dump(database: Database, target: Path) -> Counts:
    """Copy one snapshot into a file; how many rows each table had in it. Raises DoubtfulCopy, MissingProgram."""
    return sqlite_copies.dump(database, target) if database.is_sqlite else postgresql_copies.dump(database, target)


def check(kind: str, copy: Path, counts: Counts) -> None:
    """Prove that a copy is whole. Raises DoubtfulCopy, MissingProgram."""
    (sqlite_copies if kind == "sqlite" else postgresql_copies).check(copy, counts)


def put_back(database: Database, copy: Path) -> None:
    """Let a copy take the place of what is there. Raises DoubtfulCopy, MissingProgram."""
    if database.is_sqlite:
        sqlite_copies.put_back(database, copy)
    else:
        postgresql_copies.put_back(database, copy)
