"""Recurrences out of other people's calendars: bounded, within reach of today, and the same dates as far as they go."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr

from calendar_service.domain.times.foreign_rules import Fitted, Foreign, fit
from calendar_service.domain.times.foreign_zones import shifted
from calendar_service.domain.times.moments import to_utc, to_wall
from calendar_service.domain.times.recurrence import expand

TODAY = date(2026, 11, 30)


def foreign(start: str, *rules: str, zone: str = "America/Lima", **walls: tuple[datetime, ...]) -> Foreign:
    return Foreign(start=datetime.fromisoformat(start), all_day="T" not in start, timezone=zone, rules=rules, **walls)


def dates(fitted: Fitted) -> list[datetime]:
    return expand(start=fitted.start, rule=fitted.rule, rdates=fitted.rdates, exdates=fitted.exdates)


LONG = [
    ("2019-01-05T10:00", "FREQ=WEEKLY"), ("2019-01-05T10:00", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SA;WKST=SU"),
    ("2015-03-31T10:00", "FREQ=MONTHLY"), ("2019-01-08T10:00", "FREQ=MONTHLY;INTERVAL=5;BYDAY=2TU"),
    ("2001-05-13", "FREQ=YEARLY;BYMONTH=5;BYDAY=2SU"), ("1564-04-23", "FREQ=YEARLY"),
    ("2000-02-29", "FREQ=YEARLY"), ("1990-01-01T08:00", "FREQ=DAILY;INTERVAL=7"),
    ("2019-06-14", "FREQ=YEARLY;INTERVAL=2"),
    ("2020-01-31T10:00", "FREQ=MONTHLY;BYMONTHDAY=-1"), ("2018-01-01T08:00", "FREQ=DAILY;BYMONTH=1"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "rule"), LONG, ids=str)
def test_what_is_kept_of_a_long_series_are_its_own_dates_and_all_of_them(start: str, rule: str) -> None:
    fitted = fit(foreign(start, rule), today=TODAY)
    kept = dates(fitted)
    judge = rrulestr(rule, dtstart=datetime.fromisoformat(start))
    assert kept == judge.between(kept[0], kept[-1], inc=True)
    earlier = judge.before(kept[0])
    assert earlier is not None
    assert earlier.date() < TODAY - timedelta(days=30)
    assert [each.code for each in fitted.remarks] == ["import_series_cut"]


@pytest.mark.parametrize(("start", "rule"), LONG[:5], ids=str)
def test_two_years_are_kept_from_a_month_before_today_on(start: str, rule: str) -> None:
    kept = dates(fit(foreign(start, rule), today=TODAY))
    assert kept[0].date() >= TODAY - timedelta(days=30)
    assert timedelta(days=365) <= kept[-1] - kept[0] <= timedelta(days=731)


def test_of_a_long_series_that_is_over_its_last_two_years_are_kept() -> None:
    kept = dates(fit(foreign("2010-01-02T10:00", "FREQ=WEEKLY;UNTIL=20191228T235959"), today=TODAY))
    assert (kept[0], kept[-1]) == (datetime(2017, 12, 30, 10), datetime(2019, 12, 28, 10))


def test_a_count_ends_a_series_where_it_would_have_ended() -> None:
    rule = "FREQ=WEEKLY;COUNT=400"
    kept = dates(fit(foreign("2019-01-05T10:00", rule), today=TODAY))
    assert kept[-1] == list(rrulestr(rule, dtstart=datetime(2019, 1, 5, 10)))[-1]
    assert kept[0] == datetime(2024, 8, 31, 10)


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;COUNT=10", "FREQ=WEEKLY;UNTIL=20270201T010000Z", "FREQ=DAILY;COUNT=3;BYHOUR=10;BYMINUTE=0"]
)
def test_a_short_series_stays_as_it_is(rule: str) -> None:
    fitted = fit(foreign("2026-12-05T10:00", rule), today=TODAY)
    assert fitted.remarks == ()
    assert fitted.start == datetime(2026, 12, 5, 10)
    assert fitted.rule


def test_the_earlier_of_two_ends_counts() -> None:
    kept = dates(fit(foreign("2026-12-05T10:00", "FREQ=DAILY;COUNT=100;UNTIL=20261207"), today=TODAY))
    assert [each.day for each in kept] == [5, 6, 7]


def test_a_start_that_the_rule_does_not_make_is_a_date_all_the_same() -> None:
    fitted = fit(foreign("2026-12-04T10:00", "FREQ=WEEKLY;BYDAY=SA;COUNT=3"), today=TODAY)
    assert [each.day for each in dates(fitted)] == [4, 5, 12, 19]


def test_further_rules_become_dates() -> None:
    rules = ("FREQ=WEEKLY;COUNT=2", "FREQ=DAILY;COUNT=3")
    assert [each.day for each in dates(fit(foreign("2026-12-05T10:00", *rules), today=TODAY))] == [5, 6, 7, 12]


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;UNTIL=20200101", "nonsense"])
def test_a_rule_that_we_cannot_follow_leaves_the_start_and_is_said(rule: str) -> None:
    fitted = fit(foreign("2026-12-05T10:00", rule), today=TODAY)
    assert (fitted.rule, dates(fitted)) == (None, [datetime(2026, 12, 5, 10)])
    assert [each.code for each in fitted.remarks] == ["import_rule_lost"]


@pytest.mark.parametrize("zone", ["America/Lima", "Asia/Tokyo", "Europe/Madrid", "America/Santiago"])
@pytest.mark.parametrize(
    "rule",
    ["FREQ=WEEKLY;COUNT=60", "FREQ=WEEKLY;BYDAY=MO,SU;INTERVAL=2;COUNT=40", "FREQ=DAILY;UNTIL=20270301T003000Z",
     "FREQ=MONTHLY;BYDAY=1SU;COUNT=12", "FREQ=MONTHLY;BYMONTHDAY=6;COUNT=12", "FREQ=YEARLY;COUNT=2"],
)  # fmt: skip
def test_a_series_kept_in_utc_is_at_the_same_moments_on_other_clocks(zone: str, rule: str) -> None:
    start = "2026-12-06T00:30"
    judge = rrulestr(rule.replace("T003000Z", "T003000"), dtstart=datetime.fromisoformat(start))
    in_utc = foreign(start, rule, zone="UTC")
    told = dates(shifted(fit(in_utc, today=TODAY), in_utc, zone=zone))
    assert told == [to_wall(to_utc(each, "UTC"), zone) for each in judge]
