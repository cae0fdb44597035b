"""Repetitions as people say them, as exact strings, in the Spanish of Lima and in English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime

import pytest

from calendar_service.domain.times.recurrence import Rule
from calendar_service.domain.times.rule_parts import read_parts
from calendar_service.words import Words, plain, words

ES = words("es", locale="es_PE")
EN = words("en", locale="es_PE")
SATURDAY = datetime(2026, 12, 5, 19, 30)
TODAY = date(2026, 11, 1)


def both(say: Callable[[Words], str]) -> tuple[str, str]:
    """What `say` gives in Spanish and in English, with ordinary spaces."""
    return plain(say(ES)), plain(say(EN))


def rule(text: str) -> Rule:
    """A rule as it is read in somebody's calendar, from Saturday 5 December 2026 on."""
    parts, until = read_parts(text)
    return Rule(
        **asdict(parts) | {"byday": parts.byday},
        start=SATURDAY,
        all_day=False,
        timezone="America/Lima",
        until=datetime.fromisoformat(until) if until else None,
    )


@pytest.mark.parametrize(
    ("text", "spanish", "english"),
    [
        ("FREQ=DAILY", "cada día", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "cada 3 días", "every 3 days"),
        ("FREQ=DAILY;BYMONTH=1,2", "cada día, en enero y febrero", "every day, in January and February"),
        ("FREQ=WEEKLY;BYDAY=MO", "cada lunes", "every Monday"),
        ("FREQ=WEEKLY;BYDAY=WE,MO", "cada lunes y miércoles", "every Monday and Wednesday"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
            "cada 2 semanas los lunes y miércoles",
            "every 2 weeks on Mondays and Wednesdays",
        ),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "cada 2 semanas los sábados", "every 2 weeks on Saturdays"),
        ("FREQ=WEEKLY;BYDAY=TU,WE,TH,FR,SA,SU", "de martes a domingo", "Tuesday to Sunday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,TH", "cada lunes, martes y jueves", "every Monday, Tuesday, and Thursday"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR",
            "cada 2 semanas, de lunes a viernes",
            "every 2 weeks, Monday to Friday",
        ),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "cada día", "every day"),
        ("FREQ=MONTHLY;BYDAY=1SU", "el primer domingo de cada mes", "the first Sunday of every month"),
        ("FREQ=MONTHLY;BYDAY=SU", "cada domingo de cada mes", "every Sunday of every month"),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=2SA,-1FR",
            "el segundo sábado y el último viernes, cada 2 meses",
            "the second Saturday and the last Friday, every 2 months",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=7", "el día 7 de cada mes", "day 7 of every month"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=15,1,-1",
            "los días 1 y 15 y el último día de cada mes",
            "days 1 and 15 and the last day of every month",
        ),
        ("FREQ=YEARLY", "cada año", "every year"),
        ("FREQ=YEARLY;INTERVAL=2", "cada 2 años", "every 2 years"),
        (
            "FREQ=YEARLY;BYMONTH=10;BYDAY=3SU",
            "el tercer domingo de octubre, cada año",
            "the third Sunday of October, every year",
        ),
    ],
)
def test_a_repetition_in_words(text: str, spanish: str, english: str) -> None:
    assert both(lambda w: w.recurrence(rule(text))) == (spanish, english)


@pytest.mark.parametrize(
    ("text", "spanish", "english"),
    [
        ("FREQ=WEEKLY", "cada sábado", "every Saturday"),
        ("FREQ=MONTHLY", "el día 5 de cada mes", "day 5 of every month"),
        (
            "FREQ=YEARLY;BYMONTH=1,7",
            "el día 5 de enero y julio, cada año",
            "day 5 of January and July, every year",
        ),
    ],
)
def test_what_a_rule_leaves_open_is_said_by_its_first_date(text: str, spanish: str, english: str) -> None:
    assert both(lambda w: w.recurrence(rule(text))) == (spanish, english)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=-2",
        "FREQ=DAILY;INTERVAL=2;BYDAY=SA",
        "FREQ=YEARLY;BYMONTHDAY=5",
    ],
)
def test_a_rule_too_odd_to_say_says_nothing_wrong(text: str) -> None:
    assert both(lambda w: w.recurrence(rule(text))) == ("en varias fechas", "on several dates")


@pytest.mark.parametrize(
    ("end", "spanish", "english"),
    [
        ("UNTIL=20270328T235959", " hasta el 28 de marzo de 2027", " until 28 March 2027"),
        ("UNTIL=20261226T235959", " hasta el 26 de diciembre", " until 26 December"),
        ("COUNT=10", ", 10 fechas", ", 10 dates"),
        ("COUNT=1", ", 1 fecha", ", 1 date"),
    ],
)
def test_a_repetition_says_where_it_ends(end: str, spanish: str, english: str) -> None:
    said = both(lambda w: w.recurrence(rule(f"FREQ=WEEKLY;BYDAY=SA;{end}"), today=TODAY))
    assert said == (f"cada sábado{spanish}", f"every Saturday{english}")
