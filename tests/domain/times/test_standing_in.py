"""Which date of a changed series stands for which of its former ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from calendar_service.domain.times.standing_in import standing_in


def moments(*said: str) -> Sequence[datetime]:
    """Days of December 2026 with an hour: `1 16` is Tuesday 1 at 16:00."""
    return [datetime(2026, 12, 1, int(each.split()[1])) + timedelta(days=int(each.split()[0]) - 1) for each in said]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        pytest.param(["1 16", "8 16"], ["1 18", "8 18"], [("1 16", "1 18"), ("8 16", "8 18")], id="another hour"),
        pytest.param(["1 16", "8 16"], ["3 16", "10 16"], [("1 16", "3 16"), ("8 16", "10 16")], id="another weekday"),
        pytest.param(["6 16"], ["1 16"], [("6 16", "1 16")], id="Sunday to Tuesday of its week"),
        pytest.param(["1 16", "3 16"], ["2 16", "4 16"], [("1 16", "2 16"), ("3 16", "4 16")], id="two a week"),
        pytest.param(["1 16", "3 16"], ["3 16", "4 16"], [("1 16", "4 16")], id="one of two"),
        pytest.param(["1 16", "3 16"], ["4 16"], [], id="which of the two went is not known"),
        pytest.param(["1 16", "1 18"], ["1 17"], [], id="nor with two on a day"),
        pytest.param(["1 16"], ["8 16"], [], id="another week"),
        pytest.param(["1 16"], ["1 16", "3 16"], [], id="what stays has nothing in its place"),
    ],
)  # fmt: skip
def test_a_date_is_followed_to_another_hour_of_its_day_else_to_another_day_of_its_week(
    was: list[str], now: list[str], expected: list[tuple[str, str]]
) -> None:
    pairs = [tuple(moments(*pair)) for pair in expected]
    assert sorted(standing_in(moments(*was), moments(*now)).items()) == pairs
