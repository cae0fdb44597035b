"""How we speak to databases: with an SQLite that is safe, and never in words put together from what people typed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from calendar_service.db.engine import wal_is_safe

ROOT = Path(__file__).resolve().parents[2]
RAW = frozenset({"text", "exec_driver_sql", "literal_column"})
PUT_TOGETHER = [
    ("db/postgresql_copies.py", """f'SELECT count(*) FROM "{name}"'"""),
    ("db/queries/syndication/joining.py", "f'({IDS})'"), ("db/queries/syndication/joining.py", "question"),
    ("db/word_index.py", "statement"), ("db/word_index.py", "statement"), ("db/word_index.py", "statement"),
]  # fmt: skip
"""The names of tables as the database gives them, statements that stand beside it, and questions
that SQLAlchemy puts into words with their values: those that come from outside are names that the address allows."""


@pytest.mark.parametrize(("version", "safe"), [
    ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
    ((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 4), True), ((4, 0, 0), True),
])  # fmt: skip
def test_only_an_sqlite_without_the_race_writes_ahead_r2(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_ours_is_one_of_them_r2() -> None:
    assert wal_is_safe()


def test_no_statement_is_put_together_from_words_of_others_s41() -> None:
    files = sorted((ROOT / "calendar_service" / "db").rglob("*.py"))
    found = [(str(file.relative_to(ROOT / "calendar_service")), said)
             for file in files if "versions" not in file.parts for said in put_together(file)]  # fmt: skip
    assert found == PUT_TOGETHER


def test_only_the_database_room_speaks_sql_s41() -> None:
    rooms = ("services", "web", "api", "entrance", "mail", "cli", "worker.py")
    files = [file for file in (ROOT / "calendar_service").rglob("*.py") if file.relative_to(ROOT).parts[1] in rooms]
    assert [file.name for file in files if "import text" in file.read_text() and "sqlalchemy" in file.read_text()] == []


def put_together(file: Path) -> Iterator[str]:
    """What is given to SQLAlchemy as SQL and is no text written there."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and not isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in RAW:
                yield ast.unparse(node.args[0])
