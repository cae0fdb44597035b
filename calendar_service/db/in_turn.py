"""In which way a database shall find dates, where what it knows of their numbers leads it wrong.

Lists are looked along in the order in which they are shown, rather than gathering and sorting what one choice finds:
SQLite knows no sizes and takes an index on what a clause compares wherever there is one; of a discipline that a tenth
of all events carry it would gather ten thousand dates to show thirty. PostgreSQL weighs this by itself; but where a
few are found by their ids, it would rather read all.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement
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


class Condition(GenericFunction[bool]):
    """What is a condition already: nothing compares it with true, which would keep SQLite from its index."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: object = None) -> Condition:
        """As it is."""
        del against
        return self


class among_few(Condition):  # noqa: N801 - a function of SQL
    """Whether an id is among the few that a question (as a scalar subquery) finds: that is asked first."""

    inherit_cache = True
    name = "among_few"


@compiles(among_few)
def _among(element: among_few, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    row_id, question = (compiler.process(each, **options) for each in element.clauses)
    return f"{row_id} IN {question}"


@compiles(among_few, "postgresql")
def _in_an_array(element: among_few, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    row_id, question = (compiler.process(each, **options) for each in element.clauses)
    return f"{row_id} = ANY (ARRAY{question})"
