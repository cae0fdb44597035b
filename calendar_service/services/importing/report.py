"""What an import did, row by row: the same for command, page and API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from calendar_service.domain.errors import Problem
from calendar_service.words import Words


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a file: `row` is its line or number from 1, `problems` why it was refused or what was assumed."""

    row: int
    key: str
    uid: str | None
    outcome: Outcome
    summary: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All rows, in the order of the file; `remarks` are about the file as a whole, `dates` how many were written."""

    rows: Sequence[Row]
    remarks: Sequence[Problem] = ()
    dates: int = 0

    def count(self, outcome: Outcome) -> int:
        """How many rows came out so."""
        return sum(each.outcome == outcome for each in self.rows)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused."""
        return not self.count(Outcome.REFUSED)

    def plain(self, words: Words) -> dict[str, Any]:
        """As JSON, its sentences in a language."""
        counts = {str(each): self.count(each) for each in Outcome}
        return counts | {
            "remarks": _sentences(self.remarks, words),
            "rows": [
                {"row": each.row, "key": each.key, "uid": each.uid, "outcome": str(each.outcome),
                 "problems": _sentences(each.problems, words)}
                for each in self.rows
            ],
        }  # fmt: skip


def _sentences(problems: Iterable[Problem], words: Words) -> list[dict[str, str]]:
    return [{"field": each.field, "message": words.sentence(each.code, **each.values)} for each in problems]


def joined(reports: Iterable[Report]) -> Report:
    """Several parts of one file as one report, in the order of the file."""
    parts = list(reports)
    return Report(
        rows=sorted((row for each in parts for row in each.rows), key=lambda each: each.row),
        remarks=[remark for each in parts for remark in each.remarks],
        dates=sum(each.dates for each in parts),
    )
