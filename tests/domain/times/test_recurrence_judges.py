"""Our dates against those of engines that we did not write, on rules drawn at random (FEEDS, acceptance 5)."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from calendar_service.domain.times.moments import is_skipped, to_utc
from calendar_service.domain.times.recurrence import BadRule, Rule

LIMA = "America/Lima"
MADRID = "Europe/Madrid"
SANTIAGO = "America/Santiago"
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def lists(items: st.SearchStrategy[str], *, most: int = 4) -> st.SearchStrategy[str]:
    return st.lists(items, min_size=1, max_size=most, unique=True).map(",".join)


def numbers(*ranges: range) -> st.SearchStrategy[str]:
    return lists(st.sampled_from([number for each in ranges for number in each]).map(str))


MONTH = st.tuples(st.just("BYMONTH"), numbers(range(1, 13)))
MONTH_DAY = st.tuples(st.just("BYMONTHDAY"), numbers(range(1, 32), range(-31, 0)))
WEEKDAY = st.tuples(st.just("BYDAY"), lists(st.sampled_from(WEEK), most=7))
NTH_WEEKDAY = st.tuples(
    st.just("BYDAY"),
    lists(st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5]), st.sampled_from(WEEK))),
)
PLACE = st.tuples(st.just("BYSETPOS"), numbers(range(1, 6), range(-5, 0)))
INTERVAL = st.tuples(st.just("INTERVAL"), st.integers(1, 14).map(str))
WKST = st.tuples(st.just("WKST"), st.sampled_from(WEEK))


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """A rule without an end that our list takes; most have no date at a given start."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": freq}
    in_months = {"MONTHLY": [WEEKDAY, NTH_WEEKDAY], "YEARLY": [WEEKDAY, NTH_WEEKDAY]}
    choices = [INTERVAL, WKST, MONTH, st.one_of(in_months.get(freq, [WEEKDAY])), PLACE]
    for part in draw(st.lists(st.sampled_from([*choices, *([] if freq == "WEEKLY" else [MONTH_DAY])]), max_size=4)):
        name, value = draw(part)
        parts.setdefault(name, value)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def begun(pattern: str, start: datetime, *, all_day: bool = False, zone: str = LIMA) -> Rule:
    """The rule from its first date at or after `start`; a pattern that we refuse for another reason is passed over."""
    try:
        return Rule.read_open(pattern, start=start, all_day=all_day, timezone=zone).bounded()
    except BadRule as refused:
        first = refused.values.get("first")
        assume(isinstance(first, datetime) and first > start)
        assert isinstance(first, datetime)
        return begun(pattern, first, all_day=all_day, zone=zone)


@settings(deadline=None, max_examples=300)
@given(pattern=patterns(), start=st.datetimes(datetime(1996, 1, 1), datetime(1997, 6, 30)))
def test_dateutil_makes_the_same_dates(pattern: str, start: datetime) -> None:
    """The calendar repeats every 400 years: 8,000 years later dateutil's search soon meets the end of time."""
    rule = begun(pattern, start.replace(second=0, microsecond=0))
    assume(rule.start.year < 1998)
    opening = rule.start
    if rule.freq == "WEEKLY" and rule.byday and rule.bysetpos:  # dateutil's first week begins at DTSTART, not at WKST
        week_start = WEEK.index(pattern.partition("WKST=")[2][:2] or "MO")
        opening -= timedelta(days=(opening.weekday() - week_start) % 7)
    last = rule.start + timedelta(days=730)
    judge = to_the_end_of_time(rrulestr(pattern, dtstart=later(opening, years=8000)))
    theirs = [later(wall, years=-8000) for wall in takewhile(lambda wall: wall <= later(last, years=8000), judge)]
    assert [wall for wall in rule.dates() if wall <= last] == [wall for wall in theirs if wall >= rule.start]


def to_the_end_of_time(walls: Iterable[datetime]) -> Iterator[datetime]:
    """Where a week leads into the year 10000, dateutil raises ValueError."""
    with suppress(ValueError):
        yield from walls


def later(wall: datetime, *, years: int) -> datetime:
    return wall.replace(year=wall.year + years)


VEVENT = """BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r
DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}\r\nRRULE:{rule}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"""


@settings(deadline=None, max_examples=100)
@given(
    pattern=patterns(),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    zone=st.sampled_from([LIMA, MADRID, SANTIAGO]),
    length=st.integers(0, 90),
)
def test_a_rule_as_published_is_read_as_the_same_instants(
    pattern: str, start: datetime, zone: str, length: int
) -> None:
    """Also rules that are not simple: these engines read them right. But those that meet a skipped hour."""
    first = begun(pattern, start.replace(second=0, microsecond=0), zone=zone).start
    rule = Rule.read(
        f"{pattern};UNTIL={first + timedelta(days=length):%Y%m%dT%H%M%S}", start=first, all_day=False, timezone=zone
    )
    assume(not rule.skips_hours and not is_skipped(first, zone) and not (rule.freq == "WEEKLY" and rule.bysetpos))
    calendar = Calendar.from_ical(VEVENT.format(zone=zone, start=rule.start, rule=rule.ical()))
    found = recurring_ical_events.of(calendar).between(date(2025, 1, 1), date(2031, 1, 1))
    assert sorted(event["DTSTART"].dt.astimezone(UTC) for event in found) == [to_utc(at, zone) for at in rule.dates()]


@settings(max_examples=200)
@given(pattern=patterns(), start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), all_day=st.booleans())
def test_what_is_stored_and_what_is_published_is_read_again_as_the_same_rule(
    pattern: str, start: datetime, all_day: bool
) -> None:
    wall = datetime.combine(start, datetime.min.time()) if all_day else start.replace(microsecond=0)
    rule = begun(pattern, wall, all_day=all_day, zone=SANTIAGO)
    for text in (rule.text, rule.ical()):
        assert Rule.read(text, start=rule.start, all_day=all_day, timezone=SANTIAGO) == rule
