"""Carries every row of one database over to an empty one, of whichever kind, and compares what arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, Integer, Table, func, insert, select, text, update

from calendar_service.db.engine import Database
from calendar_service.db.sqlite_copies import Counts, DoubtfulCopy
from calendar_service.db.tables import metadata

AT_ONCE = 500
"""Rows that are read, and written, together."""

Told = Callable[[str, int], None]
"""Is told of each table with rows when it has arrived, and how many they were."""


def carry(source: Database, target: Database, *, told: Told) -> Counts:
    """Carry everything over in one transaction of the target; how many rows each table had.

    Nobody writes to the source meanwhile. Both have today's schema. Raises DoubtfulCopy.
    """
    with _opened(source) as there, _opened(target) as here, here.begin():
        _check_empty(here)
        counts = {}
        for table in metadata.sorted_tables:
            counts[table.name] = _carry_table(there, here, table)
            if counts[table.name]:
                told(table.name, counts[table.name])
    return counts


def _opened(database: Database) -> Connection:
    """A connection that keeps writers of an embedded database out, and may take its time."""
    connection = database.engine.execution_options(sqlite_begin="IMMEDIATE").connect()
    if not database.is_sqlite:
        with connection.begin():
            connection.execute(text("SET statement_timeout = 0"))
    return connection


def _check_empty(target: Connection) -> None:
    for table in metadata.sorted_tables:
        if target.scalar(select(func.count()).select_from(select(table).limit(1).subquery())):
            raise DoubtfulCopy(f"there are rows already (in {table.name}); an empty database is needed")


def _carry_table(source: Connection, target: Connection, table: Table) -> int:
    """Its rows without what points within it, then that: an earlier row may point to a later one."""
    within = [each for each in table.columns if any(key.column.table is table for key in each.foreign_keys)]
    left = [each for each in table.columns if each not in within]
    for rows in _parts(source, left):
        target.execute(insert(table), rows)
    for column in within:
        _point(source, target, column)
    _count_on(target, table)
    return _same(_sum(source, table), _sum(target, table), table)


def _parts(source: Connection, columns: Sequence[Column[Any]]) -> Iterator[list[dict[str, Any]]]:
    found = source.execute(select(*columns).execution_options(yield_per=AT_ONCE)).mappings()
    for rows in found.partitions():
        yield [dict(each) for each in rows]


def _point(source: Connection, target: Connection, column: Column[Any]) -> None:
    key = next(iter(column.table.primary_key))
    pointing = source.execute(select(key, column).where(column.is_not(None))).all()
    for row, other in pointing:
        target.execute(update(column.table).where(key == row).values({column: other}))


def _count_on(target: Connection, table: Table) -> None:
    """PostgreSQL numbers on from a sequence, which knows nothing of rows that came with their numbers."""
    key = table.autoincrement_column
    if target.dialect.name == "sqlite" or key is None or not isinstance(key.type, Integer):
        return
    last = target.scalar(select(func.max(key)))
    if last is not None:
        target.execute(select(func.setval(func.pg_get_serial_sequence(table.name, key.name), last)))


def _sum(connection: Connection, table: Table) -> tuple[int, int]:
    """How many rows, and a sum over their digests that is the same in whatever order they are read."""
    number = total = 0
    for rows in connection.execute(select(table).execution_options(yield_per=AT_ONCE)).partitions():
        number += len(rows)
        total += sum(int.from_bytes(sha256(repr(tuple(each)).encode()).digest()) for each in rows)
    return number, total


def _same(sent: tuple[int, int], arrived: tuple[int, int], table: Table) -> int:
    if sent != arrived:
        raise DoubtfulCopy(f"{table.name} did not arrive as it was ({arrived[0]} rows of {sent[0]})")
    return sent[0]
