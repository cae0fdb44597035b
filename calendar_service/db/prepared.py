"""Short deeds in the driver's own words: for the few changes of which so many follow each other that all around them
would cost more than the database takes for them.

The connection is one of the engine's, so that it is watched as every other, and waits for the disk as every other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import BindParameter, Dialect, Update
from sqlalchemy.sql.compiler import SQLCompiler

from calendar_service.db.engine import Database


class Prepared:
    """A change put into SQL once for one kind of database; its values are given by name."""

    def __init__(self, change: Update, dialect: Dialect) -> None:
        compiled = change.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - for the type checker: a change is nothing else
        self.text = str(compiled)
        self._in_order = compiled.positiontup
        self._stored = [(name, how) for name, bind in compiled.binds.items() if (how := _storing(bind, dialect))]
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}

    def values(self, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what a driver wants
        """What the driver is given, of values as they are in Python; more of them may be given than are asked for."""
        named = {**self._fixed, **given}
        for name, how in self._stored:
            named[name] = how(named[name])
        return named if self._in_order is None else [named[each] for each in self._in_order]


def _storing(bind: BindParameter[Any], dialect: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's
    return bind.type.dialect_impl(dialect).bind_processor(dialect)


class Driver:
    """What a short deed does it with."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:  # noqa: ANN401 - a driver's connection
        self._connection, self.dialect = connection, dialect

    def change(self, prepared: Prepared, given: Mapping[str, Any]) -> int:
        """How many rows were changed."""
        changed: int = self._connection.execute(prepared.text, prepared.values(given)).rowcount
        return changed


@contextmanager
def short_deed(database: Database) -> Iterator[Driver]:
    """A deed (see `Database.deed`) that only changes what it knows by name. Raises what every deed does."""
    with database.driver() as connection:
        yield Driver(connection, database.engine.dialect)
