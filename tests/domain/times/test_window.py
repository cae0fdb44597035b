"""What "today" and "this weekend" mean, at the hours when it is already tomorrow in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from calendar_service.domain.finding.selection import Selection, When
from calendar_service.domain.times.window import window

LIMA = "America/Lima"
LATE_MONDAY = datetime(2026, 12, 1, 4, 59, tzinfo=UTC)
"""23:59 on Monday 30 November in Lima."""


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        (When.TODAY, date(2026, 11, 30), date(2026, 11, 30)),
        (When.TOMORROW, date(2026, 12, 1), date(2026, 12, 1)),
        (When.WEEK, date(2026, 11, 30), date(2026, 12, 6)),
        (When.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (When.WEEKEND, date(2026, 12, 4), date(2026, 12, 6)),
    ],
)
def test_ranges_by_name_are_local_days(when: When, first: date, last: date) -> None:
    found = window(Selection(when=when), now=LATE_MONDAY, timezone=LIMA)
    assert (found.first_day, found.last_day) == (first, last)


def test_the_weekend_begins_on_friday_evening_and_ends_with_sunday() -> None:
    found = window(Selection(when=When.WEEKEND), now=LATE_MONDAY, timezone=LIMA)
    assert found.start == datetime(2026, 12, 4, 23, 0, tzinfo=UTC)
    assert found.end == datetime(2026, 12, 7, 5, 0, tzinfo=UTC)


def test_a_running_weekend_is_this_one() -> None:
    late_sunday = datetime(2026, 12, 7, 4, 59, tzinfo=UTC)
    found = window(Selection(when=When.WEEKEND), now=late_sunday, timezone=LIMA)
    assert found.first_day == date(2026, 12, 4)


def test_by_default_it_is_from_today_on() -> None:
    found = window(Selection(), now=LATE_MONDAY, timezone=LIMA)
    assert (found.first_day, found.last_day, found.end) == (date(2026, 11, 30), None, None)
    assert found.start == datetime(2026, 11, 30, 5, 0, tzinfo=UTC)


def test_a_past_range_is_a_past_range() -> None:
    found = window(Selection(to_day=date(2026, 11, 2)), now=LATE_MONDAY, timezone=LIMA)
    assert (found.first_day, found.last_day) == (date(2026, 11, 2), date(2026, 11, 2))


def test_a_day_of_23_hours_is_whole() -> None:
    found = window(
        Selection(from_day=date(2026, 9, 6), to_day=date(2026, 9, 6)), now=LATE_MONDAY, timezone="America/Santiago"
    )
    assert found.end is not None
    assert (found.end - found.start).total_seconds() == 23 * 3600
