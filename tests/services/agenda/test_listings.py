"""Statements are said once and kept: as many as are asked for all day, and no more."""

from __future__ import annotations

from calendar_service.domain.finding.selection import Selection
from calendar_service.services.agenda.listings import KEPT, WORDED, kept


def test_whoever_asks_without_end_for_something_else_fills_no_memory_r22() -> None:
    """Of statements with words, the largest, only a few stay; a page asked for all day is said once among them."""
    said: list[Selection] = []

    @kept
    def say(selection: Selection) -> int:
        said.append(selection)
        return len(said)

    usual = say(Selection(districts=("barranco",)))
    for number in range(10 * WORDED):
        say(Selection(q=f"palabra {number}"))
    assert (say(Selection(districts=("barranco",))), len(said)) == (usual, 1 + 10 * WORDED)
    latest, oldest = Selection(q=f"palabra {10 * WORDED - 1}"), Selection(q="palabra 0")
    assert (say(latest), say(oldest)) == (1 + 10 * WORDED, 2 + 10 * WORDED)
    for number in range(KEPT):
        say(Selection(age=number))
    assert say(Selection(districts=("barranco",))) > usual
