"""How many statements something asks of the database (rule 11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from calendar_service.db.engine import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements asked inside the block, transactions' own (BEGIN, …) left out."""
    asked: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", keep)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", keep)
