"""Looking at dates in the order in which a list shows them, rather than gathering and sorting what one choice finds.

SQLite knows no sizes and takes an index on what a clause compares wherever there is one: of a discipline that a tenth
of all events carry it would gather ten thousand dates to show thirty. PostgreSQL weighs this by itself.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class in_turn(GenericFunction[int]):  # noqa: N801 - a function of SQL
    """A number that is compared row by row, and by which no rows are sought."""

    inherit_cache = True
    name = "in_turn"


@compiles(in_turn)
def _as_it_is(element: in_turn, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    column: ColumnElement[int] = next(iter(element.clauses))
    return compiler.process(column, **options)


@compiles(in_turn, "sqlite")
def _off_its_index(element: in_turn, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"+{_as_it_is(element, compiler, **options)}"
