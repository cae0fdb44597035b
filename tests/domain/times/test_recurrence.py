"""The dates of rules, additions and exceptions (RFC 5545 §3.3.10, §3.8.5), and how a rule is stored and published."""

from datetime import UTC, datetime, timedelta

import pytest

from calendar_service.domain.times.moments import to_utc
from calendar_service.domain.times.recurrence import BadRule, Rule, expand, is_simple

LIMA = "America/Lima"
MADRID = "Europe/Madrid"
SANTIAGO = "America/Santiago"
SATURDAY = datetime(2026, 12, 5, 19, 30)
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def read(text: str, start: datetime = SATURDAY, *, all_day: bool = False, zone: str = LIMA) -> Rule:
    return Rule.read(text, start=start, all_day=all_day, timezone=zone)


def days(rule: Rule) -> str:
    """The dates of a rule as "9/2 9/3"."""
    return " ".join(f"{wall.month}/{wall.day}" for wall in rule.dates())


# --- the examples of the RFC -------------------------------------------------------------------------------

SEP_2 = datetime(1997, 9, 2, 9)
EXAMPLES = [
    ("FREQ=DAILY;COUNT=10", SEP_2, "9/2 9/3 9/4 9/5 9/6 9/7 9/8 9/9 9/10 9/11"),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", SEP_2, "9/2 9/12 9/22 10/2 10/12"),
    ("FREQ=WEEKLY;COUNT=10", SEP_2, "9/2 9/9 9/16 9/23 9/30 10/7 10/14 10/21 10/28 11/4"),
    ("FREQ=WEEKLY;UNTIL=19971224T000000Z", SEP_2, ("9/2 9/9 9/16 9/23 9/30 10/7 10/14 10/21 10/28 11/4 11/11 11/18 "
     "11/25 12/2 12/9 12/16 12/23")),
    ("FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", SEP_2,
     "9/2 9/4 9/9 9/11 9/16 9/18 9/23 9/25 9/30 10/2"),
    ("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", SEP_2, "9/2 9/4 9/9 9/11 9/16 9/18 9/23 9/25 9/30 10/2"),
    ("FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", datetime(1997, 9, 1, 9),
     ("9/1 9/3 9/5 9/15 9/17 9/19 9/29 10/1 10/3 10/13 10/15 10/17 10/27 10/29 10/31 11/10 11/12 11/14 11/24 "
     "11/26 11/28 12/8 12/10 12/12 12/22")),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", SEP_2, "9/2 9/4 9/16 9/18 9/30 10/2 10/14 10/16"),
    ("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", datetime(1997, 9, 5, 9), "9/5 10/3 11/7 12/5 1/2 2/6 3/6 4/3 5/1 6/5"),
    ("FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", datetime(1997, 9, 5, 9), "9/5 10/3 11/7 12/5"),
    ("FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", datetime(1997, 9, 7, 9),
     "9/7 9/28 11/2 11/30 1/4 1/25 3/1 3/29 5/3 5/31"),
    ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", datetime(1997, 9, 22, 9), "9/22 10/20 11/17 12/22 1/19 2/16"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=6", datetime(1997, 9, 28, 9), "9/28 10/29 11/28 12/29 1/29 2/26"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", SEP_2, "9/2 9/15 10/2 10/15 11/2 11/15 12/2 12/15 1/2 1/15"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", datetime(1997, 9, 30, 9),
     "9/30 10/1 10/31 11/1 11/30 12/1 12/31 1/1 1/31 2/1"),
    ("FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", datetime(1997, 9, 10, 9),
     "9/10 9/11 9/12 9/13 9/14 9/15 3/10 3/11 3/12 3/13"),
    ("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU;COUNT=9", SEP_2, "9/2 9/9 9/16 9/23 9/30 11/4 11/11 11/18 11/25"),
    ("FREQ=YEARLY;COUNT=5;BYMONTH=6,7", datetime(1997, 6, 10, 9), "6/10 7/10 6/10 7/10 6/10"),
    ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=7", datetime(1997, 3, 13, 9), "3/13 3/20 3/27 3/5 3/12 3/19 3/26"),
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=4", datetime(1998, 2, 13, 9), "2/13 3/13 11/13 8/13"),
    ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13;COUNT=10", datetime(1997, 9, 13, 9),
     "9/13 10/11 11/8 12/13 1/10 2/7 3/7 4/11 5/9 6/13"),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", datetime(1997, 9, 4, 9), "9/4 10/7 11/6"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=7", datetime(1997, 9, 29, 9),
     "9/29 10/30 11/27 12/30 1/29 2/26 3/30"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", datetime(1997, 8, 5, 9), "8/5 8/10 8/19 8/24"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", datetime(1997, 8, 5, 9), "8/5 8/17 8/19 8/31"),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", datetime(2007, 1, 15, 9), "1/15 1/30 2/15 3/15 3/30"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "dates"), EXAMPLES, ids=[text for text, _, _ in EXAMPLES])
def test_the_examples_of_the_rfc_come_out_as_printed_there(text: str, start: datetime, dates: str) -> None:
    """RFC 5545 §3.8.5.3, those that our limits leave whole; endless ones cut by a COUNT."""
    assert days(read(text, start, zone="America/New_York")) == dates


def test_a_daily_example_of_the_rfc_runs_to_its_until() -> None:
    rule = read("FREQ=DAILY;UNTIL=19971224T000000Z", SEP_2, zone="America/New_York")
    assert [*rule.dates()] == [SEP_2 + timedelta(days=day) for day in range(113)]


# --- what people mean --------------------------------------------------------------------------------------


def test_the_last_friday_of_each_month() -> None:
    rule = read("FREQ=MONTHLY;BYDAY=-1FR;COUNT=4", datetime(2026, 11, 27, 20))
    assert days(rule) == "11/27 12/25 1/29 2/26"


def test_the_fifth_saturday_leaves_out_months_without_one() -> None:
    assert days(read("FREQ=MONTHLY;BYDAY=5SA;COUNT=3", datetime(2027, 1, 30, 20))) == "1/30 5/29 7/31"


def test_the_31st_leaves_out_short_months() -> None:
    assert days(read("FREQ=MONTHLY;COUNT=4", datetime(2026, 12, 31, 20))) == "12/31 1/31 3/31 5/31"


def test_29_february_has_no_second_date_within_two_years() -> None:
    leap = datetime(2028, 2, 29, 19, 30)
    assert [*read("FREQ=YEARLY;UNTIL=20300228", leap).dates()] == [leap]
    with pytest.raises(BadRule, match="rule_too_long"):
        read("FREQ=YEARLY;COUNT=2", leap)


def test_a_rule_keeps_the_hour_of_the_wall_when_clocks_change() -> None:
    rule = read("FREQ=WEEKLY;COUNT=2", datetime(2027, 3, 27, 19), zone=MADRID)
    assert [to_utc(wall, MADRID).hour for wall in rule.dates()] == [18, 17]


@pytest.mark.parametrize(("hour", "minute"), [(19, 0), (21, 30), (23, 59)])
def test_evenings_in_lima_keep_their_weekday_though_utc_has_the_next(hour: int, minute: int) -> None:
    rule = read("FREQ=WEEKLY;BYDAY=SA;UNTIL=20261219", datetime(2026, 12, 5, hour, minute))
    assert days(rule) == "12/5 12/12 12/19"
    assert {to_utc(wall, LIMA).weekday() for wall in rule.dates()} == {WEEK.index("SU")}


# --- the end -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261219", 19),
        ("20261219T193000", 19),
        ("20261219T192959", 12),
        ("20261219T235959", 19),
        ("20261220T003000Z", 19),
        ("20261220T002959Z", 12),
        ("20261220T045959Z", 19),
    ],
)
def test_until_is_a_local_day_a_local_hour_or_utc(until: str, last: int) -> None:
    """FEEDS 3: as a date it is the end of that local day."""
    assert [*read(f"FREQ=WEEKLY;UNTIL={until}").dates()][-1].day == last


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261219", 19),
        ("20261219T000000", 19),
        ("20261219T000000Z", 19),
        ("20261219T235959Z", 19),
        ("20261219T225959Z", 19),
    ],
)
@pytest.mark.parametrize("zone", [LIMA, MADRID])
def test_until_of_an_all_day_rule_is_a_day_however_it_is_written(until: str, last: int, zone: str) -> None:
    rule = read(f"FREQ=DAILY;UNTIL={until}", datetime(2026, 12, 5), all_day=True, zone=zone)
    assert [*rule.dates()][-1].day == last


def test_until_is_stored_as_the_end_of_a_local_day_and_published_in_utc() -> None:
    """RFC 5545 §3.3.10; the last second of 27 March in Lima."""
    rule = read("FREQ=WEEKLY;BYDAY=SA;UNTIL=20270328T003000Z")
    assert rule.text == "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270327T235959"
    assert rule.ical() == "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270328T045959Z"
    assert rule.until == datetime(2027, 3, 27, 23, 59, 59)


def test_until_of_an_all_day_rule_in_utc_may_be_the_end_of_the_local_day() -> None:
    rule = read("FREQ=DAILY;UNTIL=20261220T045959Z", datetime(2026, 12, 5), all_day=True)
    assert rule.until == datetime(2026, 12, 19)


def test_until_of_an_all_day_rule_is_a_date_in_both() -> None:
    rule = read("FREQ=DAILY;UNTIL=20261219", datetime(2026, 12, 5), all_day=True)
    assert rule.text == rule.ical() == "FREQ=DAILY;UNTIL=20261219"
    assert rule.until == datetime(2026, 12, 19)


def test_until_is_published_before_the_next_day_begins_even_when_clocks_jump_at_midnight() -> None:
    """In Nuuk clocks go from 23:00 to midnight: 23:59:59 of that Saturday is a time on Sunday."""
    rule = read("FREQ=DAILY;UNTIL=20270327", datetime(2027, 3, 25, 0, 30), zone="America/Nuuk")
    assert rule.ical() == "FREQ=DAILY;UNTIL=20270328T005959Z"
    assert to_utc(datetime(2027, 3, 28, 0, 30), "America/Nuuk") > datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)


def test_until_stays_right_when_the_event_moves_to_a_later_hour() -> None:
    stored = read("FREQ=WEEKLY;UNTIL=20261219T193000").text
    assert days(read(stored, SATURDAY.replace(hour=22))) == "12/5 12/12 12/19"


# --- hours that clocks skip --------------------------------------------------------------------------------


def test_a_rule_leaves_out_an_hour_that_clocks_skip_and_does_not_count_it() -> None:
    """RFC 5545 §3.3.10"""
    rule = read("FREQ=DAILY;COUNT=3", datetime(2027, 3, 27, 2, 30), zone=MADRID)
    assert days(rule) == "3/27 3/29 3/30"
    assert days(read("FREQ=DAILY;COUNT=3", datetime(2026, 9, 5, 0, 30), zone=SANTIAGO)) == "9/5 9/7 9/8"


def test_a_repeated_hour_is_one_date() -> None:
    rule = read("FREQ=DAILY;COUNT=3", datetime(2026, 10, 24, 2, 30), zone=MADRID)
    assert [to_utc(wall, MADRID).hour for wall in rule.dates()] == [0, 0, 1]


def test_a_start_that_was_written_in_a_skipped_hour_takes_place_and_counts() -> None:
    """RFC 5545 §3.3.5"""
    start = datetime(2027, 3, 28, 2, 30)
    assert [*read("FREQ=DAILY;COUNT=2", start, zone=MADRID).dates()] == [start, start + timedelta(days=1)]


def test_an_all_day_rule_has_no_hour_to_skip() -> None:
    rule = read("FREQ=DAILY;COUNT=3", datetime(2026, 9, 5), all_day=True, zone=SANTIAGO)
    assert days(rule) == "9/5 9/6 9/7"


def test_a_rule_that_meets_a_skipped_hour_is_not_simple() -> None:
    assert not is_simple(read("FREQ=DAILY;COUNT=3", datetime(2027, 3, 27, 2, 30), zone=MADRID))
    assert is_simple(read("FREQ=DAILY;COUNT=3", datetime(2027, 3, 24, 2, 30), zone=MADRID))
    assert is_simple(read("FREQ=DAILY;COUNT=3", datetime(2027, 3, 27, 2, 30), zone=LIMA))


# --- additions and exceptions ------------------------------------------------------------------------------


def dates(text: str | None, *, rdates: list[datetime] | None = None, exdates: list[datetime] | None = None) -> str:
    rule = read(text) if text else None
    found = expand(start=SATURDAY, rule=rule, rdates=rdates or [], exdates=exdates or [])
    return " ".join(f"{wall.month}/{wall.day}" for wall in found)


def on(month: int, day: int, hour: int = 19, minute: int = 30) -> datetime:
    return datetime(2026 if month == 12 else 2027, month, day, hour, minute)


def test_an_event_without_a_rule_has_its_start() -> None:
    assert dates(None) == "12/5"


def test_an_exception_still_counts() -> None:
    """RFC 5545 §3.8.5.1"""
    assert dates("FREQ=WEEKLY;COUNT=4", exdates=[on(12, 12)]) == "12/5 12/19 12/26"


def test_an_exception_at_another_hour_is_none() -> None:
    assert dates("FREQ=WEEKLY;COUNT=2", exdates=[on(12, 12, hour=20)]) == "12/5 12/12"


def test_added_dates_are_sorted_in_and_stand_once() -> None:
    assert dates("FREQ=WEEKLY;COUNT=2", rdates=[on(1, 6), on(12, 8), on(12, 12), on(12, 8)]) == "12/5 12/8 12/12 1/6"


def test_an_exception_wins_over_an_addition() -> None:
    assert dates(None, rdates=[on(12, 8)], exdates=[on(12, 8)]) == "12/5"


def test_the_start_may_be_an_exception_while_another_date_is_left() -> None:
    assert dates("FREQ=WEEKLY;COUNT=2", exdates=[SATURDAY]) == "12/12"
    with pytest.raises(BadRule, match="rule_never"):
        dates("FREQ=WEEKLY;COUNT=2", exdates=[SATURDAY, on(12, 12)])


def test_an_added_date_in_a_skipped_hour_is_kept_as_written() -> None:
    start, gap = datetime(2027, 3, 27, 2, 30), datetime(2027, 3, 28, 2, 30)
    rule = read("FREQ=DAILY;COUNT=1", start, zone=MADRID)
    assert expand(start=start, rule=rule, rdates=[gap], exdates=[]) == [start, gap]


def test_an_event_has_a_thousand_dates_at_most() -> None:
    """S36"""
    more = [SATURDAY + timedelta(hours=hour) for hour in range(1, 1001)]
    assert len(expand(start=SATURDAY, rule=None, rdates=more[:-1], exdates=[])) == 1000
    assert len(expand(start=SATURDAY, rule=None, rdates=more, exdates=more[:1])) == 1000
    with pytest.raises(BadRule, match="rule_too_many"):
        expand(start=SATURDAY, rule=None, rdates=more, exdates=[])


# --- what may be published as a rule -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("FREQ=DAILY;INTERVAL=2;COUNT=9", "FREQ=WEEKLY;COUNT=9", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SA;COUNT=9"),
        *("FREQ=MONTHLY;COUNT=9", "FREQ=MONTHLY;BYMONTHDAY=5;COUNT=9", "FREQ=MONTHLY;BYDAY=1SA;COUNT=9"),
        *("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1;COUNT=9", "FREQ=DAILY;BYDAY=SA,SU;COUNT=9", "FREQ=YEARLY;COUNT=2"),
        "FREQ=WEEKLY;WKST=SU;COUNT=9",
    ],
)
def test_rules_that_every_calendar_reads_right_are_simple(text: str) -> None:
    """FEEDS 0.7, 1.2"""
    assert is_simple(read(text))


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("FREQ=DAILY;BYMONTH=12;COUNT=9", SATURDAY),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=SA;COUNT=9", SATURDAY),
        ("FREQ=DAILY;BYMONTHDAY=-27;COUNT=9", SATURDAY),
        ("FREQ=WEEKLY;BYDAY=SA;BYMONTH=12;COUNT=9", SATURDAY),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA,SU;COUNT=9", SATURDAY),
        ("FREQ=WEEKLY;BYDAY=SA,SU;BYSETPOS=1;COUNT=9", SATURDAY),
        ("FREQ=MONTHLY;BYDAY=SA;COUNT=9", SATURDAY),
        ("FREQ=MONTHLY;BYDAY=1SA,3SA;COUNT=9", SATURDAY),
        ("FREQ=MONTHLY;BYDAY=1SA;BYMONTHDAY=5;COUNT=2", SATURDAY),
        ("FREQ=MONTHLY;BYDAY=-4SA;COUNT=9", SATURDAY),
        ("FREQ=MONTHLY;BYDAY=5SA;COUNT=3", datetime(2027, 1, 30, 20)),
        ("FREQ=MONTHLY;BYMONTHDAY=5,20;COUNT=9", SATURDAY),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=9", datetime(2026, 12, 31, 20)),
        ("FREQ=MONTHLY;BYMONTHDAY=29;COUNT=9", datetime(2026, 12, 29, 20)),
        ("FREQ=MONTHLY;COUNT=9", datetime(2026, 12, 31, 20)),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=1SA;COUNT=2", SATURDAY),
        ("FREQ=YEARLY;COUNT=1", datetime(2028, 2, 29, 20)),
    ],
)
def test_rules_that_some_calendars_read_otherwise_are_not_simple(text: str, start: datetime) -> None:
    """FEEDS 0.7, 1.2; MS-OXCICAL 2.1.3.2.2 for what Exchange knows."""
    assert not is_simple(read(text, start))


# --- other people's rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;COUNT=3"),
        ("FREQ=WEEKLY;UNTIL=20270101", "FREQ=WEEKLY;UNTIL=20270101T235959"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;UNTIL=20281202T235959"),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", "FREQ=WEEKLY;UNTIL=20281202T235959"),
        ("FREQ=WEEKLY;COUNT=1000000000", "FREQ=WEEKLY;UNTIL=20281202T235959"),
        ("FREQ=YEARLY;COUNT=10", "FREQ=YEARLY;UNTIL=20281205T235959"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "FREQ=WEEKLY;UNTIL=20261219T235959"),
        ("FREQ=WEEKLY;COUNT=30;UNTIL=20270101", "FREQ=WEEKLY;UNTIL=20261226T235959"),
    ],
)
def test_a_rule_from_elsewhere_ends_at_the_earliest_of_its_ends_and_two_years(text: str, stored: str) -> None:
    """FEEDS 3"""
    foreign = Rule.read_open(text, start=SATURDAY, all_day=False, timezone=LIMA).bounded()
    assert foreign.text == stored
    assert read(stored) == foreign


def test_for_ever_may_be_written_as_the_last_second_of_the_calendar() -> None:
    """East of Greenwich there is no wall clock for it."""
    foreign = Rule.read_open(
        "FREQ=YEARLY;UNTIL=99991231T235959Z", start=SATURDAY, all_day=False, timezone=MADRID
    ).bounded()
    assert days(foreign) == "12/5 12/5 12/5"


def test_a_rule_from_elsewhere_still_needs_dates_and_its_start_among_them() -> None:
    for text, code in {
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31": "never",
        "FREQ=WEEKLY;BYDAY=SU": "start_not_in_rule",
    }.items():
        with pytest.raises(BadRule, match=f"rule_{code}"):
            Rule.read_open(text, start=SATURDAY, all_day=False, timezone=LIMA).bounded()
