"""The allow-list in front of every recurrence: S36, F14."""

import sys
from collections.abc import Callable
from datetime import datetime
from types import FrameType
from typing import Any

import pytest

from calendar_service.domain.times.recurrence import BadRule, Rule

START = datetime(2026, 12, 5, 19, 30)  # a Saturday
MOST_STEPS = 40_000  # three years of days, some thirty lines for each


class TooManySteps(Exception):
    """Stops what would go on for ever."""


def read(text: str, *, start: datetime = START, all_day: bool = False) -> Rule:
    return Rule.read(text, start=start, all_day=all_day, timezone="America/Lima")


def steps(deed: Callable[[], object]) -> int:
    """How many lines of Python, ours or a library's, a deed runs; stopped at `MOST_STEPS`. No clock."""
    count = 0

    def trace(_frame: FrameType, event: str, _arg: Any) -> Any:  # noqa: ANN401 - what sys.settrace takes
        nonlocal count
        count += event == "line"
        if count > MOST_STEPS:
            raise TooManySteps
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        deed()
    finally:
        sys.settrace(before)
    return count


def refusal(text: str, **given: Any) -> str:  # noqa: ANN401 - handed on
    """The code with which a rule is refused, within a bounded number of steps."""
    caught: list[BadRule] = []

    def deed() -> None:
        with pytest.raises(BadRule) as refused:
            read(text, **given)
        caught.append(refused.value)

    steps(deed)
    return caught[0].code


def ninety(name: str) -> str:
    return f"{name}=" + ",".join(str(1 + number % 12) for number in range(90))


HOSTILE = {
    "FREQ=SECONDLY;COUNT=5": "rule_frequency",
    "FREQ=MINUTELY;UNTIL=20270101": "rule_frequency",
    "FREQ=HOURLY;COUNT=5": "rule_frequency",
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31": "rule_frequency",
    "FREQ=;COUNT=5": "rule_syntax",
    "COUNT=5": "rule_frequency",
    "FREQ=DAILY;INTERVAL=0;COUNT=5": "rule_interval",
    "FREQ=DAILY;INTERVAL=-1;COUNT=5": "rule_interval",
    "FREQ=DAILY;INTERVAL=100;COUNT=5": "rule_interval",
    "FREQ=DAILY;INTERVAL=99999999999999999999;COUNT=5": "rule_interval",
    "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3;BYSECOND=1,2,3;COUNT=5": "rule_part",
    "FREQ=YEARLY;BYWEEKNO=20;COUNT=2": "rule_part",
    "FREQ=YEARLY;BYYEARDAY=100;COUNT=2": "rule_part",
    "FREQ=YEARLY;BYEASTER=0;COUNT=2": "rule_part",
    "FREQ=DAILY;RSCALE=CHINESE;COUNT=2": "rule_part",
    "FREQ=DAILY;X-OURS=1;COUNT=2": "rule_part",
    "FREQ=MONTHLY;BYDAY=99MO;COUNT=5": "rule_value",
    "FREQ=MONTHLY;BYDAY=0MO;COUNT=5": "rule_value",
    "FREQ=MONTHLY;BYDAY=6SA;COUNT=5": "rule_value",
    "FREQ=MONTHLY;BYDAY=XX;COUNT=5": "rule_value",
    "FREQ=MONTHLY;BYMONTHDAY=0;COUNT=5": "rule_value",
    "FREQ=MONTHLY;BYMONTHDAY=32;COUNT=5": "rule_value",
    "FREQ=MONTHLY;BYMONTHDAY=-32;COUNT=5": "rule_value",
    "FREQ=MONTHLY;BYMONTHDAY=5,,6;COUNT=5": "rule_value",
    "FREQ=MONTHLY;BYMONTHDAY=0x5;COUNT=5": "rule_value",
    "FREQ=YEARLY;BYMONTH=0;COUNT=2": "rule_value",
    "FREQ=YEARLY;BYMONTH=13;COUNT=2": "rule_value",
    "FREQ=YEARLY;BYMONTH=-1;COUNT=2": "rule_value",
    "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=0;COUNT=2": "rule_value",
    "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=367;COUNT=2": "rule_value",
    "FREQ=WEEKLY;WKST=XX;COUNT=2": "rule_value",
    "FREQ=DAILY;COUNT=0": "rule_value",
    "FREQ=DAILY;COUNT=-5": "rule_value",
    "FREQ=DAILY;COUNT=many": "rule_value",
    "FREQ=DAILY;UNTIL=2027": "rule_value",
    "FREQ=DAILY;UNTIL=20270230": "rule_value",
    "FREQ=DAILY;UNTIL=20270228T256060": "rule_value",
    "FREQ=DAILY;UNTIL=20270228Z": "rule_value",
    "FREQ=DAILY;UNTIL=2027022T8T10000": "rule_value",
    "FREQ=DAILY;UNTIL=00010101T000000Z": "rule_value",
    f"FREQ=DAILY;{ninety('BYMONTH')};COUNT=2": "rule_value",
    "FREQ=DAILY;BYDAY=1SA;COUNT=2": "rule_part",
    "FREQ=WEEKLY;BYDAY=1SA;COUNT=2": "rule_part",
    "FREQ=YEARLY;BYDAY=20MO;COUNT=2": "rule_value",
    "FREQ=YEARLY;BYDAY=1SA;COUNT=2": "rule_part",
    "FREQ=MONTHLY;BYDAY=SU,1SA;COUNT=2": "rule_part",
    "FREQ=WEEKLY;BYMONTHDAY=5;COUNT=2": "rule_part",
    "FREQ=MONTHLY;BYSETPOS=1;COUNT=2": "rule_part",
    "": "rule_syntax",
    "RRULE:": "rule_syntax",
    "FREQ": "rule_syntax",
    "FREQ=DAILY;;COUNT=2": "rule_syntax",
    "FREQ=DAILY;COUNT=2;COUNT=3": "rule_syntax",
    "FREQ=DAILY;COUNT=2;FREQ=WEEKLY": "rule_syntax",
    "FREQ=DAILY;COUNT=٣": "rule_syntax",
    "FREQ=DAıLY;COUNT=3": "rule_syntax",
    "FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2": "rule_syntax",
    "FREQ=DAILY;COUNT=2\r\nX-EVIL:1": "rule_value",
    "FREQ=DAILY;UNTIL=20270101\nX": "rule_value",
    "FREQ=DAILY;COUNT=2" + ";" * 10_000: "rule_syntax",
    "FREQ=DAILY;COUNT=" + "9" * 100_000: "rule_syntax",
    "FREQ=DAILY": "rule_endless",
    "FREQ=DAILY;COUNT=2;UNTIL=20270101": "rule_until_and_count",
    "FREQ=DAILY;UNTIL=20261204": "rule_until_before_start",
    "FREQ=DAILY;UNTIL=20261205T192959": "rule_until_before_start",
    "FREQ=DAILY;UNTIL=20281206": "rule_too_long",
    "FREQ=DAILY;UNTIL=99991231T235959Z": "rule_too_long",
    "FREQ=DAILY;COUNT=733": "rule_too_long",
    "FREQ=YEARLY;COUNT=4": "rule_too_long",
    "FREQ=YEARLY;INTERVAL=99;COUNT=2": "rule_too_long",
    "FREQ=DAILY;COUNT=1001": "rule_too_many",
    "FREQ=DAILY;COUNT=1000000000": "rule_too_many",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=3": "rule_never",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30,31;UNTIL=20281205": "rule_never",
    "FREQ=DAILY;INTERVAL=99;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;COUNT=3": "rule_never",
    "FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=31;COUNT=3": "rule_never",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3": "rule_never",
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYMONTHDAY=31;BYMONTH=2;BYSETPOS=366;COUNT=9": "rule_never",
    "FREQ=YEARLY;BYDAY=SA;BYSETPOS=60;COUNT=9": "rule_never",
    "FREQ=DAILY;BYMONTHDAY=5;BYSETPOS=2;COUNT=9": "rule_never",
    "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=6;COUNT=9": "rule_never",
    "FREQ=WEEKLY;BYDAY=SU;COUNT=3": "rule_start_not_in_rule",
    "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3": "rule_start_not_in_rule",
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.items(), ids=[text[:60] for text in HOSTILE])
def test_a_rule_outside_the_list_is_refused_in_few_steps(text: str, code: str) -> None:
    """S36, F14. That the steps are bounded is counted, not timed."""
    assert refusal(text) == code


def test_counting_steps_stops_what_never_ends() -> None:
    def never() -> None:
        while True:
            pass

    with pytest.raises(TooManySteps):
        steps(never)


def test_the_costliest_rule_that_is_taken_takes_bounded_steps_too() -> None:
    """S36"""
    lists = "BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYMONTHDAY=" + ",".join(
        map(str, range(1, 32))
    )
    assert steps(lambda: read(f"FREQ=YEARLY;{lists};COUNT=732")) < MOST_STEPS
    assert steps(lambda: read("FREQ=DAILY;COUNT=732")) < MOST_STEPS


def test_a_start_outside_the_calendar_we_can_reckon_in_is_refused() -> None:
    assert refusal("FREQ=DAILY;COUNT=2", start=datetime(9998, 12, 5)) == "rule_start_year"
    assert refusal("FREQ=DAILY;COUNT=2", start=datetime(1, 1, 1)) == "rule_start_year"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("FREQ=SECONDLY;COUNT=5", {"frequency": "SECONDLY"}),
        ("FREQ=DAILY;INTERVAL=0;COUNT=5", {"most": 99}),
        ("FREQ=DAILY;BYHOUR=3;COUNT=5", {"part": "BYHOUR"}),
        ("FREQ=MONTHLY;BYMONTHDAY=32;COUNT=5", {"part": "BYMONTHDAY", "value": "32"}),
        ("FREQ=DAILY;COUNT=1001", {"most": 1000}),
        ("FREQ=DAILY;UNTIL=20281206", {"years": 2, "latest": datetime(2028, 12, 5).date()}),
        ("FREQ=WEEKLY;BYDAY=SU;COUNT=3", {"first": datetime(2026, 12, 6, 19, 30)}),
    ],
)
def test_a_refusal_says_what_its_sentence_needs(text: str, values: dict[str, object]) -> None:
    with pytest.raises(BadRule) as refused:
        read(text)
    assert refused.value.values == values


def test_the_second_anniversary_is_the_last_day_allowed() -> None:
    assert [*read("FREQ=YEARLY;UNTIL=20281205").dates()][-1] == datetime(2028, 12, 5, 19, 30)
    assert len([*read("FREQ=DAILY;COUNT=732").dates()]) == 732
    leap = datetime(2028, 2, 29, 19, 30)
    assert [*read("FREQ=DAILY;UNTIL=20300301", start=leap).dates()][-1] == datetime(2030, 3, 1, 19, 30)
    assert refusal("FREQ=DAILY;UNTIL=20300302", start=leap) == "rule_too_long"


# --- canonical text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("FREQ=WEEKLY;BYDAY=SA;COUNT=4", "FREQ=WEEKLY;BYDAY=SA;COUNT=4"),
        ("rrule:count=4;byday=sa;freq=weekly;", "FREQ=WEEKLY;BYDAY=SA;COUNT=4"),
        ("  RRULE:FREQ=DAILY;INTERVAL=1;WKST=MO;COUNT=+4\r\n", "FREQ=DAILY;COUNT=4"),
        ("FREQ=WEEKLY;COUNT=4;BYDAY=SU,SA,SA,MO", "FREQ=WEEKLY;BYDAY=MO,SA,SU;COUNT=4"),
        ("FREQ=MONTHLY;COUNT=4;BYMONTHDAY=-1,5,+20", "FREQ=MONTHLY;BYMONTHDAY=5,20,-1;COUNT=4"),
        ("FREQ=MONTHLY;COUNT=4;BYDAY=-1FR,+1SA", "FREQ=MONTHLY;BYDAY=1SA,-1FR;COUNT=4"),
        ("FREQ=YEARLY;COUNT=2;BYDAY=1SA;BYMONTH=12", "FREQ=YEARLY;BYMONTH=12;BYDAY=1SA;COUNT=2"),
    ],
)
def test_a_rule_has_one_canonical_text(given: str, canonical: str) -> None:
    assert read(given).text == canonical
    assert read(canonical) == read(given)


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("FREQ=DAILY;BYDAY=MO,SA;COUNT=4", "FREQ=WEEKLY;BYDAY=MO,SA;COUNT=4"),
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1;COUNT=4", "FREQ=MONTHLY;BYDAY=1SA;COUNT=4"),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=SA,SU;COUNT=4", "FREQ=WEEKLY;BYDAY=SA,SU;COUNT=4"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA;COUNT=4", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;COUNT=4"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO,SA;COUNT=4", "FREQ=DAILY;INTERVAL=2;BYDAY=MO,SA;COUNT=4"),
        ("FREQ=DAILY;BYDAY=SA;BYMONTHDAY=5;COUNT=4", "FREQ=DAILY;BYMONTHDAY=5;BYDAY=SA;COUNT=4"),
        (
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA,SU;COUNT=4",
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA,SU;COUNT=4",
        ),
        ("FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1;COUNT=4", "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1;COUNT=4"),
        ("FREQ=MONTHLY;BYDAY=1SA;BYSETPOS=-1;COUNT=4", "FREQ=MONTHLY;BYDAY=1SA;BYSETPOS=-1;COUNT=4"),
        (
            "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=5,12;BYSETPOS=1;COUNT=2",
            "FREQ=MONTHLY;BYMONTHDAY=5,12;BYDAY=SA;BYSETPOS=1;COUNT=2",
        ),
    ],
    ids=lambda text: text[:40],
)
def test_long_forms_of_other_calendars_become_plain_ones_where_they_mean_the_same(given: str, canonical: str) -> None:
    assert read(given).text == canonical
