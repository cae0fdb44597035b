"""The index of the words that events are found by: `event_words`, filled from `event.searchable` by triggers.

Each database has its own kind of index under one name: FTS5 on SQLite, a `tsvector` on PostgreSQL. Triggers keep it
in step with whatever writes the column, in the same transaction. It belongs to the migrations, not to the models.
A later migration that rebuilds `event` on SQLite (batch_alter_table) loses its triggers: it calls `follow` again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, literal, or_, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler

from calendar_service.db.in_turn import Condition
from calendar_service.domain.finding.search import Either, fts5_question, tsquery

TABLE = "event_words"

_ON_SQLITE = (
    """CREATE VIRTUAL TABLE event_words
    USING fts5(words, content='', contentless_delete=1, detail=none, prefix='2 3', tokenize='ascii')""",
    "INSERT INTO event_words (rowid, words) SELECT id, searchable FROM event",
)
_FOLLOWING_ON_SQLITE = (
    """CREATE TRIGGER event_words_added AFTER INSERT ON event
    BEGIN INSERT INTO event_words (rowid, words) VALUES (new.id, new.searchable); END""",
    """CREATE TRIGGER event_words_changed AFTER UPDATE OF searchable ON event
    BEGIN INSERT OR REPLACE INTO event_words (rowid, words) VALUES (new.id, new.searchable); END""",
    """CREATE TRIGGER event_words_gone AFTER DELETE ON event
    BEGIN DELETE FROM event_words WHERE rowid = old.id; END""",
)
_ON_POSTGRESQL = (
    """CREATE TABLE event_words (
    event_id integer PRIMARY KEY REFERENCES event (id) ON DELETE CASCADE, words tsvector NOT NULL)""",
    "INSERT INTO event_words SELECT id, array_to_tsvector(string_to_array(searchable, ' ')) FROM event",
    "CREATE INDEX ix_event_words_words ON event_words USING gin (words)",
)
_FOLLOWING_ON_POSTGRESQL = (
    """CREATE FUNCTION event_words_follow() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
    INSERT INTO event_words VALUES (new.id, array_to_tsvector(string_to_array(new.searchable, ' ')))
    ON CONFLICT (event_id) DO UPDATE SET words = excluded.words; RETURN NULL; END$$""",
    "CREATE TRIGGER event_words_added AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION event_words_follow()",
    """CREATE TRIGGER event_words_changed AFTER UPDATE OF searchable ON event FOR EACH ROW
    WHEN (old.searchable IS DISTINCT FROM new.searchable) EXECUTE FUNCTION event_words_follow()""",
)
_DOWN = {
    "sqlite": (
        "DROP TRIGGER event_words_added", "DROP TRIGGER event_words_changed", "DROP TRIGGER event_words_gone",
        "DROP TABLE event_words",
    ),
    "postgresql": (
        "DROP TRIGGER event_words_added ON event", "DROP TRIGGER event_words_changed ON event",
        "DROP FUNCTION event_words_follow()", "DROP TABLE event_words",
    ),
}  # fmt: skip


def make(connection: Connection) -> None:
    """Make the index of what stands in `event.searchable`, and let it follow from now on."""
    for statement in _ON_SQLITE if connection.dialect.name == "sqlite" else _ON_POSTGRESQL:
        connection.execute(text(statement))
    follow(connection)


def follow(connection: Connection) -> None:
    """Let the index follow the column; needed again on SQLite when a migration has rebuilt `event`."""
    following = _FOLLOWING_ON_SQLITE if connection.dialect.name == "sqlite" else _FOLLOWING_ON_POSTGRESQL
    for statement in following:
        connection.execute(text(statement))


def take_away(connection: Connection) -> None:
    """Remove the index and what fills it."""
    for statement in _DOWN[connection.dialect.name]:
        connection.execute(text(statement))


def is_modelled(name: str | None, kind: str, parents: object) -> bool:
    """For Alembic's `include_name`: whether a thing in the database ought to stand in the models."""
    del parents
    return not (kind == "table" and name is not None and (name == TABLE or name.startswith(f"{TABLE}_")))


class among_found(Condition):  # noqa: N801 - a function of SQL
    """Whether an id is among the events found; takes the question in both dialects, and asks it in its own."""

    inherit_cache = True
    name = "among_found"


@compiles(among_found, "sqlite")
def _on_sqlite(element: among_found, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    event_id, question, _ = (compiler.process(each, **options) for each in element.clauses)
    return f"{event_id} IN (SELECT rowid FROM event_words WHERE event_words MATCH {question})"  # noqa: S608


@compiles(among_found, "postgresql")
def _on_postgresql(element: among_found, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    event_id, _, question = (compiler.process(each, **options) for each in element.clauses)
    return f"{event_id} IN (SELECT event_id FROM event_words WHERE words @@ CAST({question} AS tsquery))"  # noqa: S608


def found_by(event_id: ColumnElement[int] | InstrumentedAttribute[int], asked: Iterable[Either]) -> ColumnElement[bool]:
    """The events that are found by one way of each that is asked, as a clause over the column of their ids."""
    ways = list(asked)
    return among_found(event_id, literal(fts5_question(ways)), literal(tsquery(ways)))


def stands_in(line: ColumnElement[str] | InstrumentedAttribute[str], ways: Either) -> ColumnElement[bool]:
    """Whether a line that is searched has a word as one of the ways says, without the index."""
    padded = literal(" ") + line + literal(" ")
    return or_(*(padded.contains(f" {way[:-1]}" if way.endswith("*") else f" {way} ") for way in ways))
