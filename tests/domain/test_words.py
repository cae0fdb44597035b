"""What people read, as exact strings, in the Spanish of Lima and in English."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from calendar_service.domain.times import moments
from calendar_service.words import Words, pick_language, plain, tied, words

ES = words("es", locale="es_PE")
EN = words("en", locale="es_PE")
SATURDAY = datetime(2026, 12, 5, 19, 30)
TODAY = date(2026, 11, 1)


def both(say: Callable[[Words], str]) -> tuple[str, str]:
    """What `say` gives in Spanish and in English, with ordinary spaces."""
    return plain(say(ES)), plain(say(EN))


# --- translations ---


def test_text_is_translated_and_filled() -> None:
    assert both(lambda w: w.t("%(day)s, todo el día", day="x")) == ("x, todo el día", "x, all day")


def test_text_without_a_translation_stays_spanish() -> None:
    assert EN.t("Nadie tradujo %(what)s todavía", what="esto") == "Nadie tradujo esto todavía"


def test_a_context_keeps_two_meanings_apart() -> None:
    assert EN.p("date pattern", "d 'de' MMM") == "d MMM"
    assert EN.p("another context", "d 'de' MMM") == EN.t("d 'de' MMM") == "d 'de' MMM"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, ("cada semana", "every week")),
        (2, ("cada 2 semanas", "every 2 weeks")),
        (1200, ("cada 1,200 semanas", "every 1,200 weeks")),
    ],
)
def test_one_and_many_are_told_apart(count: int, said: tuple[str, str]) -> None:
    assert both(lambda w: w.n("cada semana", "cada %(num)s semanas", count)) == said


def test_a_percent_sign_is_doubled_with_and_without_values() -> None:
    assert ES.t("100%% gratis") == "100% gratis"


def test_a_language_nobody_translated_is_refused() -> None:
    with pytest.raises(LookupError, match="'fr'"):
        words("fr")


def test_words_are_read_once() -> None:
    assert words("es", locale="es_PE") is ES


# --- sentences for errors ---


def test_an_error_has_a_sentence_in_both_languages() -> None:
    assert both(lambda w: w.sentence("too_many", wait=timedelta(minutes=30))) == (
        "Demasiados intentos. Espera 30 minutos y vuelve a intentar.",
        "Too many tries. Wait 30 minutes and try again.",
    )


def test_an_error_without_a_sentence_fails_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Words, "strict", True)
    with pytest.raises(KeyError, match=r"error\.nobody_wrote_this"):
        ES.sentence("nobody_wrote_this")
    with pytest.raises(KeyError, match="wait"):
        ES.sentence("too_many")


def test_an_error_without_a_sentence_is_logged_and_people_get_a_general_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Words, "strict", False)
    with caplog.at_level(logging.ERROR):
        assert EN.sentence("nobody_wrote_this") == "Something went wrong. Try again in a moment."
    assert [record.levelname for record in caplog.records] == ["ERROR"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 12, 5), "sábado 5 de diciembre de 2026"),
        (SATURDAY, "sábado 5 de diciembre de 2026, 7:30 p. m."),
        (timedelta(days=14), "2 semanas"),
        (Decimal("1500.5"), "1,500.5"),
        (["Ate", "Ica"], "Ate e Ica"),
        (3, "3"),
    ],
)
def test_the_values_of_an_error_are_said_in_words(value: object, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Words, "strict", True)
    sentence = f"Demasiados intentos. Espera {said} y vuelve a intentar."
    assert plain(ES.sentence("too_many", wait=value)) == sentence


# --- days and hours ---


def test_a_day_in_words() -> None:
    assert both(lambda w: w.day(SATURDAY)) == ("sáb. 5 de diciembre", "Sat 5 December")


@pytest.mark.parametrize(("year", "ending"), [(2026, ""), (2025, " de 2026"), (2027, " de 2026")])
def test_a_day_says_its_year_only_when_it_is_another(year: int, ending: str) -> None:
    assert ES.day(SATURDAY, today=date(year, 12, 31)) == f"sáb. 5 de diciembre{ending}"


def test_a_day_in_full() -> None:
    assert both(lambda w: w.day_long(SATURDAY)) == (
        "sábado 5 de diciembre de 2026",
        "Saturday 5 December 2026",
    )


def test_weekday_and_month() -> None:
    assert both(lambda w: f"{w.weekday(SATURDAY)}, {w.month(SATURDAY)}") == (
        "sábado, diciembre de 2026",
        "Saturday, December 2026",
    )


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (SATURDAY, ("7:30 p. m.", "7:30 pm")),
        (time(21), ("9 p. m.", "9 pm")),
        (time(0, 5), ("12:05 a. m.", "12:05 am")),
        (time(12), ("12 p. m.", "12 pm")),
        (SATURDAY.replace(tzinfo=UTC), ("7:30 p. m.", "7:30 pm")),
    ],
)
def test_the_hour_as_people_say_it(at: datetime | time, said: tuple[str, str]) -> None:
    assert both(lambda w: w.time(at)) == said


def test_where_the_day_has_24_hours_a_whole_hour_keeps_its_minutes() -> None:
    assert words("es", locale="es_ES").time(time(21)) == "21:00"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 1), ("hoy", "today")),
        (date(2026, 11, 2), ("mañana", "tomorrow")),
        (date(2026, 11, 3), ("mar. 3 de noviembre", "Tue 3 November")),
        (date(2027, 11, 3), ("mié. 3 de noviembre de 2027", "Wed 3 November 2027")),
    ],
)
def test_today_and_tomorrow_are_called_so(day: date, said: tuple[str, str]) -> None:
    assert both(lambda w: w.relative_day(day, TODAY)) == said


def test_a_last_day_is_said_with_its_year_where_that_is_another() -> None:
    assert both(lambda w: w.until(date(2027, 3, 28))) == ("hasta el 28 de marzo", "until 28 March")
    assert ES.until(date(2027, 3, 28), today=TODAY) == "hasta el 28 de marzo de 2027"


def span(start: str, end: str | None = None, *, all_day: bool = False) -> moments.Span:
    return moments.Span(
        start=datetime.fromisoformat(start),
        end=datetime.fromisoformat(end) if end else None,
        all_day=all_day,
        timezone="America/Lima",
    )


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (span("2026-12-05T19:30"), ("sáb. 5 de diciembre, 7:30 p. m.", "Sat 5 December, 7:30 pm")),
        (
            span("2026-12-05T19:30", "2026-12-05T21:00"),
            ("sáb. 5 de diciembre, 7:30 p. m. a 9 p. m.", "Sat 5 December, 7:30 pm to 9 pm"),
        ),
        (
            span("2027-12-05T19:30", "2027-12-05T19:30"),
            ("dom. 5 de diciembre de 2027, 7:30 p. m.", "Sun 5 December 2027, 7:30 pm"),
        ),
        (
            span("2026-12-05T22:00", "2026-12-06T02:00"),
            ("sáb. 5 de diciembre, 10 p. m. a 2 a. m.", "Sat 5 December, 10 pm to 2 am"),
        ),
        (
            span("2026-12-05T10:00", "2026-12-06T00:00"),
            ("sáb. 5 de diciembre, 10 a. m. a medianoche", "Sat 5 December, 10 am to midnight"),
        ),
        (
            span("2026-12-05T19:00", "2026-12-06T14:00"),
            (
                "del sáb. 5 de diciembre, 7 p. m., al dom. 6 de diciembre, 2 p. m.",
                "Sat 5 December, 7 pm, to Sun 6 December, 2 pm",
            ),
        ),
    ],
)
def test_when_something_timed_is(when: moments.Span, said: tuple[str, str]) -> None:
    assert both(lambda w: w.span(when, today=TODAY)) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-12-05", None, ("sáb. 5 de diciembre, todo el día", "Sat 5 December, all day")),
        ("2026-12-05", "2026-12-05", ("sáb. 5 de diciembre, todo el día", "Sat 5 December, all day")),
        ("2026-11-07", "2026-11-15", ("del 7 al 15 de noviembre", "7 to 15 November")),
        ("2026-11-28", "2026-12-03", ("del 28 de nov. al 3 de dic.", "28 Nov to 3 Dec")),
        ("2027-01-02", "2027-01-03", ("del 2 al 3 de enero de 2027", "2 to 3 January 2027")),
        ("2027-01-02", "2027-02-03", ("del 2 de ene. al 3 de feb. de 2027", "2 Jan to 3 Feb 2027")),
        (
            "2026-12-28",
            "2027-01-03",
            ("del 28 de dic. de 2026 al 3 de ene. de 2027", "28 Dec 2026 to 3 Jan 2027"),
        ),
        (
            "2026-01-05",
            "2027-01-09",
            ("del 5 de ene. de 2026 al 9 de ene. de 2027", "5 Jan 2026 to 9 Jan 2027"),
        ),
    ],
)
def test_when_something_takes_whole_days(first: str, last: str | None, said: tuple[str, str]) -> None:
    assert both(lambda w: w.span(span(first, last, all_day=True), today=TODAY)) == said


def test_a_range_over_new_year_says_both_years_whatever_today_is() -> None:
    said = ES.days(date(2026, 12, 28), date(2027, 1, 3))
    assert said == ES.days(date(2026, 12, 28), date(2027, 1, 3), today=date(2027, 1, 1))
    assert said == "del 28 de dic. de 2026 al 3 de ene. de 2027"


def test_a_range_of_one_day_is_that_day() -> None:
    assert ES.days(date(2026, 12, 5), date(2026, 12, 5)) == "sáb. 5 de diciembre"


# --- the reader's language ---


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "es"),
        ("", "es"),
        ("en", "en"),
        ("en-GB,en;q=0.9,es;q=0.8", "en"),
        ("fr-FR, en;q=0.5, es-PE;q=0.7", "es"),
        ("qu, fr;q=0.9", "es"),
        ("*, en;q=0.5", "es"),
        ("en;q=0, es", "es"),
        ("en;q=2, es;q=0.1", "es"),
        ("en;q=nan", "es"),
        (";;,q=,;q=x,\x00", "es"),
        ("EN-us", "en"),
    ],
)
def test_the_language_the_reader_likes_best_is_picked(header: str | None, language: str) -> None:
    assert pick_language(header, ("es", "en"), "es") == language


def test_what_leads_on_stays_with_what_follows() -> None:
    said = tied("dom. 17 de enero de 2027, 7 p. m. a 1 a. m.")
    assert said.replace("\u00a0", "~") == "dom. 17 de~enero de~2027, 7 p. m. a~1 a. m."
