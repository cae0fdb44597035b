"""Which rows of a table cannot be read, or are not what their columns say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Table, exists, select
from sqlalchemy.orm import Mapper

from calendar_service.db.damage.soundness import DAMAGED, faults_of
from calendar_service.domain.events import Event
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.people import Officer

AT_ONCE = 1_000
CANNOT_BE_READ = "cannot be read"
WHOLES: Mapping[str, type] = {"event_id": Event, "cluster_id": Cluster, "officer_id": Officer}
"""Of what a row without a number of its own is a part."""


class Whole(NamedTuple):
    """To what a row of a table belongs: it stands or falls with it. A part of an event is damaged: so is the event. Who
    does not know an officer's right lets nobody in.
    """

    noun: type
    column: Column[Any]


class Fault(NamedTuple):
    """A row that cannot be used, by what it belongs to, and which of its columns are wrong."""

    noun: type
    table: str
    number: Any
    columns: str


def whole_of(mapper: Mapper[Any]) -> Whole | None:
    """The noun that a row of a table is, or is a part of; None where that has no single key."""
    table = mapper.local_table
    keys = [each for each in table.primary_key if isinstance(each, Column)]
    if len(keys) == 1:
        return Whole(mapper.class_, keys[0])
    return next((Whole(noun, each) for name, noun in WHOLES.items() for each in keys if each.name == name), None)


def faulty(connection: Connection, mapper: Mapper[Any]) -> Iterator[Fault]:
    """Look at every row of a table."""
    whole, table = whole_of(mapper), mapper.local_table
    if whole is None or not isinstance(table, Table):
        return
    for number, parent in _astray(connection, table, whole.column):
        yield Fault(whole.noun, table.name, number, f"names a {parent} that there is not")
    last: Any = None
    while keys := _keys_after(connection, whole.column, last):
        last = keys[-1]
        for number, columns in _among(connection, table, whole.column, keys):
            yield Fault(whole.noun, table.name, number, columns)


def _astray(connection: Connection, table: Table, column: Column[Any]) -> Iterator[tuple[Any, str]]:
    """Rows that name what there is not, and what that would be. A hand may do so in SQLite's own shell, which heeds no
    keys unless told to, and in PostgreSQL by what brings rows in without its triggers.
    """
    for key in table.foreign_key_constraints:
        parent, names = key.referred_table.alias(), [(each.parent, each.column.name) for each in key.elements]
        is_there = exists().where(*(parent.c[name] == here for here, name in names))
        question = select(column).where(*(here.is_not(None) for here, _ in names), ~is_there)
        for number in connection.execute(question).scalars().all():
            yield number, key.referred_table.name


def _keys_after(connection: Connection, column: Column[Any], last: object) -> Sequence[Any]:
    question = select(column).distinct().order_by(column).limit(AT_ONCE)
    question = question if last is None else question.where(column > last)
    return connection.execute(question).scalars().all()


def _among(
    connection: Connection, table: Table, column: Column[Any], keys: Sequence[Any]
) -> Iterator[tuple[Any, str]]:  # fmt: skip
    """All at once; one by one where that cannot be read."""
    try:
        rows = connection.execute(select(*table.columns).where(column.in_(keys))).all()
    except DAMAGED:
        if len(keys) == 1:
            yield keys[0], CANNOT_BE_READ
            return
        for each in keys:
            yield from _among(connection, table, column, [each])
        return
    place = list(table.columns).index(column)
    for row in rows:
        if faults := faults_of(table, row):
            yield row[place], ", ".join(faults)
