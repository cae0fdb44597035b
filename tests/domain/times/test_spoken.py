"""When something is, said in Spanish: understood wholly, or not at all and with the reason."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calendar_service.domain.times.recurrence import Rule
from calendar_service.domain.times.spoken import Misheard, Spoken, understand
from calendar_service.words import words

MONDAY = date(2026, 11, 30)
ES = words("es", locale="es_PE")


def day(text: str) -> date:
    """`5/12` of this season, which goes over New Year."""
    number, month = map(int, text.split("/"))
    return date(2026 if month > 10 else 2027, month, number)


def heard(text: str, **more: Any) -> Spoken:  # noqa: ANN401
    return understand(text, today=MONDAY, **more)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "cada sábado de 4 a 6 p. m. hasta el 28 de marzo, menos el 25 de diciembre",
            Spoken(start=day("5/12"), begins=time(16), ends=time(18), kind="weekly", weekdays=("SA",),
                   until=day("28/3"), without=(day("25/12"),)),
        ),
        (
            "Todos los sábados de diciembre a las 7 pm",
            Spoken(start=day("5/12"), begins=time(19), kind="weekly", weekdays=("SA",), until=day("31/12")),
        ),
        (
            "sábados y domingos de 10 a. m. a 1 p. m. hasta fines de febrero",
            Spoken(start=day("5/12"), begins=time(10), ends=time(13), kind="weekly", weekdays=("SA", "SU"),
                   until=day("28/2")),
        ),
        (
            "cada dos semanas los martes de 6 a 8 de la noche durante 8 semanas",
            Spoken(start=day("1/12"), begins=time(18), ends=time(20), kind="weekly", weekdays=("TU",), interval=2,
                   until=day("25/1")),
        ),
        (
            "cada quince días los viernes a las 19:00 desde el 4 de diciembre, 6 fechas",
            Spoken(start=day("4/12"), begins=time(19), kind="weekly", weekdays=("FR",), interval=2, count=6),
        ),
        (
            "de lunes a viernes de 9 a 13 hasta el 20 de diciembre",
            Spoken(start=day("30/11"), begins=time(9), ends=time(13), kind="weekly",
                   weekdays=("MO", "TU", "WE", "TH", "FR"), until=day("20/12")),
        ),
        (
            "el último domingo de cada mes a las 11 de la mañana, 5 veces",
            Spoken(start=day("27/12"), begins=time(11), kind="monthly-last", weekdays=("SU",), count=5),
        ),
        (
            "el segundo sábado de cada mes hasta junio",
            Spoken(start=day("12/12"), kind="monthly-weekday", weekdays=("SA",), until=day("30/6")),
        ),
        (
            "el día 15 de cada mes a mediodía hasta fin de año",
            Spoken(start=day("15/12"), begins=time(12), kind="monthly-day", until=day("31/12")),
        ),
        ("del 5 al 20 de diciembre", Spoken(start=day("5/12"), last=day("20/12"), all_day=True)),
        ("del 28 de diciembre al 3 de enero, todo el día", Spoken(start=day("28/12"), last=day("3/1"), all_day=True)),
        (
            "del 5 al 20 de diciembre de 10 a 18",
            Spoken(start=day("5/12"), begins=time(10), ends=time(18), kind="daily", until=day("20/12")),
        ),
        (
            "los sábados del 5 al 20 de diciembre",
            Spoken(start=day("5/12"), kind="weekly", weekdays=("SA",), until=day("20/12")),
        ),
        (
            "el 5, 6, 12, 13, 19 y 20 de diciembre de 10 a. m. a 1 p. m.",
            Spoken(start=day("5/12"), begins=time(10), ends=time(13),
                   dates=tuple(day(f"{n}/12") for n in (6, 12, 13, 19, 20))),
        ),
        (
            "19 de diciembre y 2 de enero, 4 de la tarde",
            Spoken(start=day("19/12"), begins=time(16), dates=(day("2/1"),)),
        ),
        ("sábado 5 de diciembre, 7:30 p. m.", Spoken(start=day("5/12"), begins=time(19, 30))),
        ("05/12/2026 19:30", Spoken(start=day("5/12"), begins=time(19, 30))),
        ("mañana de 11 a 1 p. m.", Spoken(start=day("1/12"), begins=time(11), ends=time(13))),
        ("este sábado", Spoken(start=day("5/12"))),
        ("29 de febrero", Spoken(start=date(2028, 2, 29))),
        ("un sábado sí y otro no", Spoken(start=day("5/12"), kind="weekly", weekdays=("SA",), interval=2)),
        (
            "cada viernes hasta el 28 de marzo, menos los feriados y el 5 de febrero",
            Spoken(start=day("4/12"), kind="weekly", weekdays=("FR",), until=day("28/3"), without=(day("5/2"),),
                   without_holidays=True),
        ),
        (
            "cada viernes hasta el 28 de marzo, sin el 5 de febrero ni feriados",
            Spoken(start=day("4/12"), kind="weekly", weekdays=("FR",), until=day("28/3"), without=(day("5/2"),),
                   without_holidays=True),
        ),
        ("", Spoken()),
    ],
)  # fmt: skip
def test_what_people_say_is_understood(text: str, meant: Spoken) -> None:
    assert heard(text) == meant


@pytest.mark.parametrize(
    ("hours", "begins", "ends"),
    [
        ("10 a. m. a 1", 10, 13), ("10 a. m. a 12", 10, 12), ("10 p. m. a 2", 22, 2), ("11 a 1 p. m.", 11, 13),
        ("10 a 12 m.", 10, 12), ("9 a mediodía", 9, 12), ("12 m. a 2", 12, 14), ("8 a 12 de la noche", 20, 0),
        ("12 de la noche a 2 de la madrugada", 0, 2), ("09:00 a 12", 9, 12), ("9 a 12h", 9, 12),
    ],
)  # fmt: skip
def test_of_two_hours_the_one_says_in_which_half_of_the_day_the_other_is(hours: str, begins: int, ends: int) -> None:
    found = heard(f"hoy de {hours}")
    assert (found.begins, found.ends) == (time(begins), time(ends))


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("cada luna llena", "spoken_rest", {"rest": "cada luna llena"}),
        ("cada sábado hasta el 28 de marzo, menos los cumpleaños", "spoken_rest", {"rest": "menos los cumpleanos"}),
        ("cada sábado de 10 a 12", "spoken_hour", {"hour": "10–12"}),
        ("sábado 5 de diciembre a las 8", "spoken_hour", {"hour": "8"}),
        ("31 de febrero", "spoken_date", {"date": "31 febrero"}),
        ("hoy a las 25:00", "spoken_date", {"date": "25:00"}),
        ("domingo 5 de diciembre", "spoken_weekday", {"date": "domingo 5 de diciembre"}),
        ("cada sábado hasta el 28 de marzo hasta el 4 de abril", "spoken_twice", {"rest": "hasta el 4 de abril"}),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(text: str, code: str, values: dict[str, str]) -> None:
    with pytest.raises(Misheard) as wrong:
        heard(text)
    assert (wrong.value.code, wrong.value.values) == (code, values)


def test_a_first_date_from_elsewhere_is_where_a_series_begins() -> None:
    assert heard("cada sábado", start=day("10/1")).start == day("16/1")
    assert heard("cada semana, 3 veces", start=day("10/1")).start == day("10/1")
    assert heard("cada semana, 3 veces").start is None


RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 6)),
    st.builds(
        lambda days, every: f"FREQ=WEEKLY;INTERVAL={every};BYDAY={','.join(sorted(days))}",
        st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=6),
        st.integers(1, 4),
    ),
    st.builds(
        "FREQ=MONTHLY;INTERVAL={1};BYDAY={0}{2}".format, st.sampled_from([1, 2, 3, 4, -1]), st.integers(1, 3),
        st.sampled_from(["MO", "WE", "SU"]),
    ),
    st.builds("FREQ=MONTHLY;INTERVAL={1};BYMONTHDAY={0}".format, st.integers(1, 28), st.integers(1, 3)),
)  # fmt: skip
ENDS = st.sampled_from(["COUNT=5", "UNTIL=20270510"])


@settings(max_examples=150, deadline=None)
@given(RULES, ENDS)
def test_what_we_say_of_a_rule_ourselves_is_understood_as_that_rule(text: str, end: str) -> None:
    """The sentence on an event's page, typed back into the form, makes the same dates."""
    open_rule = Rule.read_open(f"{text};{end}", start=datetime(2026, 11, 30), all_day=True, timezone="America/Lima")
    first = next(open_rule.dates())
    rule = Rule.read(f"{text};{end}", start=first, all_day=True, timezone="America/Lima")
    spoken = heard(ES.recurrence(rule, today=MONDAY), start=first.date())
    assert spoken.start == first.date()
    assert (spoken.kind or "-")[:5] == rule.freq.lower()[:5]
    assert (spoken.interval, spoken.count) == (rule.interval, rule.count)
    assert (spoken.until is None) == (rule.until is None)
    assert set(spoken.weekdays) == {each.day for each in rule.byday}


CODES = {"spoken_rest", "spoken_hour", "spoken_date", "spoken_weekday", "spoken_twice"}
SOME = """cada todos los sábados sábado domingo lunes a de del al el la y , hasta desde menos 5 12 31 45 0 2026 99
diciembre enero feb. marzo p. m. a. m. las 4 7:30 25:61 19:30 pm todo día semanas dos quince veces durante primer
último mes hoy mañana 05/13 31/2 2026-02-30 mediodía fin año entre sin por medio h - 4-6"""
WORDS = st.sampled_from(SOME.split())


@settings(max_examples=400, deadline=500)
@given(st.one_of(st.lists(WORDS, max_size=14).map(" ".join), st.text(max_size=60)))
@example("5 " * 300)
@example("sábado, " * 60)
@example("de 4 a " * 80)
def test_whatever_is_typed_is_understood_or_refused_with_a_reason(text: str) -> None:
    found: Spoken | Misheard
    try:
        found = heard(text)
    except Misheard as wrong:
        found = wrong
    assert isinstance(found, Spoken) or found.code in CODES
