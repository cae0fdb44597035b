"""When reminders fall due (M14, M17)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from calendar_service.domain.mail import Lead
from calendar_service.domain.times.leads import FARTHEST, NEAREST, falls
from calendar_service.domain.times.moments import Span, to_wall

LIMA, MADRID = "America/Lima", "Europe/Madrid"


def span(start: str, zone: str = LIMA, *, all_day: bool = False) -> Span:
    return Span(start=datetime.fromisoformat(start), end=None, all_day=all_day, timezone=zone)


def due(lead: str, of: Span) -> str:
    return to_wall(falls(Lead(lead), of).due, of.timezone).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("1h", "2026-12-05T22:45"), ("morning", "2026-12-05T08:00"),
        ("1d", "2026-12-04T23:45"), ("1w", "2026-11-28T23:45"),
    ],
)  # fmt: skip
def test_a_late_concert_in_lima(lead: str, expected: str) -> None:
    """At 23:45 in Lima it is tomorrow already in UTC."""
    assert due(lead, span("2026-12-05T23:45")) == expected


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("1h", "2026-12-04T09:00"), ("morning", "2026-12-04T09:00"),
        ("1d", "2026-12-04T09:00"), ("1w", "2026-11-28T09:00"),
    ],
)  # fmt: skip
def test_what_lasts_all_day_is_reminded_of_in_a_morning_before(lead: str, expected: str) -> None:
    """M17: 09:00 of the day before."""
    assert due(lead, span("2026-12-05T00:00", all_day=True)) == expected


@pytest.mark.parametrize(("start", "expected"), [("08:59", "2026-12-04T19:00"), ("09:00", "2026-12-05T08:00")])
def test_what_begins_early_is_reminded_of_the_evening_before(start: str, expected: str) -> None:
    assert due("morning", span(f"2026-12-05T{start}")) == expected


def test_a_day_before_is_the_same_hour_when_clocks_change_in_between() -> None:
    """M17: in Madrid clocks go forward on 29 March 2026, back on 25 October."""
    spring, autumn = span("2026-03-29T19:30", MADRID), span("2026-10-25T19:30", MADRID)
    assert (due("1d", spring), due("1d", autumn)) == ("2026-03-28T19:30", "2026-10-24T19:30")
    assert spring.start_utc - falls(Lead.DAY, spring).due == timedelta(hours=23)
    assert autumn.start_utc - falls(Lead.DAY, autumn).due == timedelta(hours=25)


def test_an_hour_before_is_an_hour_of_everybodys_life() -> None:
    """03:30 on the night that has no 02:30: an hour earlier clocks show 01:30."""
    assert due("1h", span("2026-03-29T03:30", MADRID)) == "2026-03-29T01:30"


def test_a_reminder_in_a_skipped_hour_moves_forward_and_in_a_repeated_one_is_the_first() -> None:
    assert due("1d", span("2026-03-30T02:30", MADRID)) == "2026-03-29T03:30"
    repeated = falls(Lead.DAY, span("2026-10-26T02:30", MADRID)).due
    assert repeated.isoformat() == "2026-10-25T00:30:00+00:00"


@pytest.mark.parametrize("lead", list(Lead))
@pytest.mark.parametrize("all_day", [True, False])
@pytest.mark.parametrize("start", ["2026-03-29T00:00", "2026-10-25T00:00", "2026-10-26T00:00", "2026-12-05T08:30"])
def test_a_reminder_expires_half_way_and_is_looked_for_far_enough(lead: Lead, start: str, *, all_day: bool) -> None:
    """M14: min(start, due + half the lead)."""
    of = span(start.replace("08:30", "00:00") if all_day else start, MADRID, all_day=all_day)
    found = falls(lead, of)
    assert found.due < found.expires < of.start_utc
    assert found.expires - found.due == (of.start_utc - found.due) / 2
    assert of.start_utc - found.due <= FARTHEST[lead]
    assert of.start_utc - found.expires >= NEAREST[lead]
