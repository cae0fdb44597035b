"""Rules 2 and 10: what no layer does, read from the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from calendar_service.domain.errors import DomainError
from calendar_service.entrance.errors import STATUS

ROOT = Path(__file__).resolve().parents[2]
BELOW_THE_ENTRANCES = ("calendar_service/services", "calendar_service/domain", "calendar_service/db/queries", "feeds")
TRANSACTIONS = {"commit", "rollback", "begin"}


def calls(source: str) -> Iterator[str]:
    """The names of all methods that a module calls."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def test_services_never_commit_rule_2() -> None:
    """Nor end a transaction in any other way: a savepoint (`begin_nested`) is theirs."""
    files = [path for folder in BELOW_THE_ENTRANCES for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > 60
    found = {f"{path.relative_to(ROOT)}: {name}" for path in files for name in calls(path.read_text())
             if name in TRANSACTIONS}  # fmt: skip
    assert found == set()


def test_a_module_that_commits_would_be_noticed() -> None:
    source = (
        "def post(session):\n    session.add(1)\n    session.commit()\n    with session.begin_nested():\n        pass\n"
    )
    assert TRANSACTIONS & set(calls(source)) == {"commit"}


def kinds(of: type[DomainError]) -> set[type[DomainError]]:
    return {each for kind in of.__subclasses__() for each in ({kind} | kinds(kind))}


def test_one_table_turns_every_domain_error_into_its_status_rule_10() -> None:
    """A handful of them; each stands in the table once."""
    listed = [kind for kind, _ in STATUS]
    assert (set(listed), len(listed)) == (kinds(DomainError), len(set(listed)))
    assert len(listed) <= 12
