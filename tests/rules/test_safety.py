"""Every safety requirement has a test: by its number, or by name in SAFETY.md beside this."""

from __future__ import annotations

import re
from pathlib import Path

from tests.rules.test_table import NAMED, TESTS, names_in

TABLE = (TESTS / "rules" / "SAFETY.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([SMR]\d+) \| .+ \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"^def test_\w+", re.MULTILINE)
NUMBER = re.compile(r"_([smr]\d{1,2})(?=_|$)")


def numbered(kind: str, *spans: int | tuple[int, int]) -> set[str]:
    """`numbered("S", 7, (12, 14))` is S7, S12, S13 and S14."""
    ends = [each if isinstance(each, tuple) else (each, each) for each in spans]
    return {f"{kind}{number}" for first, last in ends for number in range(first, last + 1)}


FIGURES = {"R19", "R20"}
"""Measured by the bench, not said by a test."""
ALL = numbered("S", (1, 53)) | numbered("M", (1, 22)) | numbered("R", (1, 25))


def test_every_requirement_has_a_test() -> None:
    said = {number.upper() for file in TESTS.rglob("test_*.py") for number in in_names(file)}
    proven = said | {number for number, _ in ROW.findall(TABLE)}
    assert sorted(ALL - proven) == sorted(FIGURES)


def test_the_table_names_tests_that_exist() -> None:
    named = [pair for _, cell in ROW.findall(TABLE) for pair in NAMED.findall(cell)]
    assert len(named) == TABLE.count("::") - 1  # the one in its introduction
    assert [(file, test) for file, test in named if test not in names_in(TESTS / file)] == []


def in_names(file: Path) -> list[str]:
    """The numbers in the names of a file's tests."""
    return [number for name in TEST.findall(file.read_text(encoding="utf-8")) for number in NUMBER.findall(name)]
