"""The tables that say which test proves what name tests that exist: of the rules, and of what feeds promise."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
TABLE = (TESTS / "rules" / "README.md").read_text(encoding="utf-8")
PROMISES = (TESTS.parent / "docs" / "feeds-conformance.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_rule_names_tests_that_exist() -> None:
    rows = {int(number): NAMED.findall(cell) for number, cell in ROW.findall(TABLE)}
    assert list(rows) == list(range(1, 13))
    lost = {(file, test) for named in rows.values() for file, test in named if test not in names_in(TESTS / file)}
    assert lost == set()
    assert [number for number, named in rows.items() if not named] == []


def test_every_named_test_stands_in_the_table_once() -> None:
    named = NAMED.findall(TABLE)
    assert sorted(named) == sorted(set(named))


SECTIONS = {*(f"D{number}" for number in range(1, 11)), *(f"1.{number}" for number in range(1, 7)), "2", "4"}
PROMISE = re.compile(r"^\| (D\d+|[\d.]+) \| (core|full) \| .+ \| (.+) \|$", re.MULTILINE)


def test_every_promise_of_feeds_names_tests_that_exist() -> None:
    rows = PROMISE.findall(PROMISES)
    assert {section for section, _, _ in rows} == SECTIONS
    assert len(rows) == PROMISES.count("\n| ") - 2, "a line is of no known form"
    named = [NAMED.findall(cell) for _, _, cell in rows]
    assert [rows[number] for number, each in enumerate(named) if not each] == []
    lost = {f"{file}::{test}" for each in named for file, test in each if test not in names_in(TESTS / file)}
    assert lost == set()
