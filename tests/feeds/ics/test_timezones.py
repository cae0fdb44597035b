"""VTIMEZONE against the zone database, read by dateutil: a reader that is not ours (decision 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Timezone

from feeds.ics.timezones import YEARS_AHEAD, YEARS_BACK, vtimezone

YEAR = 2026
BY_RULE = [
    "America/Lima", "America/Santiago", "Europe/Madrid", "America/New_York", "Pacific/Auckland",
    "America/Nuuk", "Asia/Jerusalem", "Europe/Dublin", "America/Bogota", "Asia/Kolkata", "UTC",
]  # fmt: skip
ONE_BY_ONE = ["Africa/Casablanca", "Asia/Gaza", "Africa/Cairo"]


SIX_HOURS, QUARTER = timedelta(hours=6), timedelta(minutes=15)


def instants(zone: str, text: str, first: int, last: int) -> set[datetime]:
    """Every five days, and every quarter of an hour around each change that the zone or the text tells of."""
    start, end = datetime(first, 1, 2, tzinfo=UTC), datetime(last, 12, 30, tzinfo=UTC)
    steps = [start + number * SIX_HOURS for number in range((end - start) // SIX_HOURS)]
    offsets = [each.astimezone(ZoneInfo(zone)).utcoffset() for each in steps]
    theirs = [each for each, before, after in zip(steps, offsets, offsets[1:], strict=False) if before != after]
    read = Timezone.from_ical(text)
    assert isinstance(read, Timezone)
    told = [each.replace(tzinfo=UTC) for each in read.get_transitions()[0]]
    changes = [each for each in (*theirs, *told) if start < each < end]
    return {*steps[::20], *(each + number * QUARTER for each in changes for number in range(-24, 25))}


def disagreements(zone: str, first: int, last: int) -> list[datetime]:
    text = vtimezone(zone, YEAR).replace(f"X-LIC-LOCATION:{zone}\r\n", "")  # dateutil knows no X- properties
    ours, theirs = tzical(StringIO(text)).get(zone), ZoneInfo(zone)
    return [
        instant
        for instant in sorted(instants(zone, text, first, last))
        if instant.astimezone(ours).replace(tzinfo=None) != instant.astimezone(theirs).replace(tzinfo=None)
    ]


@pytest.mark.parametrize("zone", BY_RULE)
def test_a_zone_with_yearly_rules_is_right_for_ten_years(zone: str) -> None:
    assert disagreements(zone, YEAR - 1, YEAR + 9) == []


@pytest.mark.parametrize("zone", ONE_BY_ONE)
def test_a_zone_without_yearly_rules_is_right_for_the_years_at_hand(zone: str) -> None:
    assert disagreements(zone, YEAR - YEARS_BACK, YEAR + YEARS_AHEAD) == []


@pytest.mark.parametrize("zone", ONE_BY_ONE)
def test_a_zone_without_yearly_rules_says_each_change_and_no_rule(zone: str) -> None:
    text = vtimezone(zone, YEAR)
    assert "RRULE" not in text
    assert text.count("BEGIN:") > YEARS_BACK + YEARS_AHEAD


def test_lima_is_one_block_of_standard_time() -> None:
    assert vtimezone("America/Lima", YEAR) == (
        "BEGIN:VTIMEZONE\r\nTZID:America/Lima\r\nX-LIC-LOCATION:America/Lima\r\nBEGIN:STANDARD\r\n"
        "DTSTART:19700101T000000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0500\r\nTZNAME:-05\r\nEND:STANDARD\r\n"
        "END:VTIMEZONE\r\n"
    )


def test_santiago_says_the_days_after_the_first_saturday() -> None:
    """Its rule changes at 24:00 of a Saturday: a Sunday between the 2nd and the 8th."""
    lines = vtimezone("America/Santiago", YEAR).split("\r\n")
    assert [line for line in lines if line.startswith("RRULE")] == [
        "RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8",
        "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8",
    ]


@pytest.mark.parametrize("zone", BY_RULE)
def test_the_text_of_a_ruled_zone_does_not_depend_on_the_year(zone: str) -> None:
    assert vtimezone(zone, YEAR) == vtimezone(zone, YEAR + 3)


@pytest.mark.parametrize("name", ["../../etc/passwd", "America/Nowhere", "", "localtime", "america/lima"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not an IANA zone"):
        vtimezone(name, YEAR)
