"""The rows of a board by venue are as many as one can read: those where most is planned."""

from __future__ import annotations

from calendar_service.services.desk.board import MOST_ROWS, Cell, Row, fullest


def test_of_many_venues_those_where_most_is_planned_stand_on_the_board_by_name() -> None:
    rows = [
        Row(slug=f"{n}", name=f"Plaza {n:03d}", cells=[Cell(events=n), Cell(holds=1)]) for n in range(MOST_ROWS + 2)
    ]
    shown = [each.name for each in fullest(reversed(rows))]
    assert shown == [f"Plaza {n:03d}" for n in range(2, MOST_ROWS + 2)]
