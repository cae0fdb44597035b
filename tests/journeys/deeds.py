"""Which tables each transaction wrote to: what belongs together is committed together (rule 2)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event as listening

from calendar_service.db.engine import Database

WRITING = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


@contextmanager
def committed(database: Database) -> Iterator[list[set[str]]]:
    """The tables that each transaction of this process wrote to, once it is committed."""
    under_way: dict[int, set[str]] = defaultdict(set)
    done: list[set[str]] = []

    def write(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        if found := WRITING.match(statement):
            under_way[id(connection)].add(found[1])

    def commit(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        if tables := under_way.pop(id(connection), None):
            done.append(tables)

    def roll_back(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        under_way.pop(id(connection), None)

    ears = (("before_cursor_execute", write), ("commit", commit), ("rollback", roll_back))
    for name, ear in ears:
        listening.listen(database.engine, name, ear)
    try:
        yield done
    finally:
        for name, ear in ears:
            listening.remove(database.engine, name, ear)
