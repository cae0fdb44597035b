"""Amounts, sizes, durations and lists, as exact strings, in the Spanish of Lima and in English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal

import pytest

from calendar_service.words import Words, plain, words

ES = words("es", locale="es_PE")
EN = words("en", locale="es_PE")


def both(say: Callable[[Words], str]) -> tuple[str, str]:
    """What `say` gives in Spanish and in English, with ordinary spaces."""
    return plain(say(ES)), plain(say(EN))


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("15", "PEN", ("S/ 15", "S/ 15")),
        ("15.00", "PEN", ("S/ 15", "S/ 15")),
        ("15.50", "PEN", ("S/ 15.50", "S/ 15.50")),
        ("1500", "PEN", ("S/ 1,500", "S/ 1,500")),
        ("9.9", "USD", ("USD 9.90", "$9.90")),
        ("0", "PEN", ("S/ 0", "S/ 0")),
    ],
)
def test_a_price_has_cents_only_where_there_are_any_and_the_sign_that_the_reader_knows(
    amount: str, currency: str, said: tuple[str, str]
) -> None:
    assert both(lambda w: w.price(Decimal(amount), currency)) == said


def test_a_price_elsewhere_follows_its_country() -> None:
    assert plain(words("es", locale="es_ES").price(Decimal("15.5"), "EUR")) == "15,50 €"
    assert plain(words("es", locale="es_CL").price(Decimal(5000), "CLP")) == "$5.000"
    assert plain(words("en").price(Decimal(15), "PEN")) == "PEN 15"


def test_what_costs_nothing_is_free_entry() -> None:
    assert both(lambda w: w.free) == ("Ingreso libre", "Free entry")


@pytest.mark.parametrize(("km", "said"), [(1.23, "1.2 km"), (2.0, "2 km"), (9.96, "10 km"), (12.6, "13 km")])
def test_a_distance_is_said_more_precisely_the_shorter_it_is(km: float, said: str) -> None:
    assert both(lambda w: w.distance(km)) == (said, said)


def test_numbers_follow_the_country_and_not_the_language_alone() -> None:
    assert ES.number(Decimal("1234.5")) == "1,234.5"
    assert words("es", locale="es_ES").number(Decimal("1234.5")) == "1.234,5"
    assert plain(words("es").distance(1.23)) == "1,2 km"


@pytest.mark.parametrize(
    ("size", "said"), [(20, "1 kB"), (350_400, "350 kB"), (999_600, "1 MB"), (1_250_000, "1.2 MB")]
)
def test_the_size_of_a_file(size: int, said: str) -> None:
    assert both(lambda w: w.file_size(size)) == (said, said)


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (timedelta(hours=1), ("1 hora", "1 hour")),
        (timedelta(hours=2), ("2 horas", "2 hours")),
        (timedelta(days=7), ("1 semana", "1 week")),
        (timedelta(days=30), ("30 días", "30 days")),
        (timedelta(minutes=90), ("1 hora y 30 minutos", "1 hour and 30 minutes")),
        (timedelta(days=1, hours=2, minutes=3), ("1 día y 2 horas", "1 day and 2 hours")),
        (timedelta(seconds=30), ("30 segundos", "30 seconds")),
        (timedelta(0), ("0 minutos", "0 minutes")),
    ],
)
def test_a_duration_is_said_by_its_two_largest_parts(duration: timedelta, said: tuple[str, str]) -> None:
    assert both(lambda w: w.duration_words(duration)) == said


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], ("", "")),
        (["música"], ("música", "música")),
        (["música", "danza"], ("música y danza", "música and danza")),
        (["música", "danza", "cine"], ("música, danza y cine", "música, danza, and cine")),
        (["música", "historia"], ("música e historia", "música and historia")),
        (["Lima", "Barranco", "Ica"], ("Lima, Barranco e Ica", "Lima, Barranco, and Ica")),
        (["agua", "hielo"], ("agua y hielo", "agua and hielo")),
    ],
)
def test_a_list_of_all(items: list[str], said: tuple[str, str]) -> None:
    assert both(lambda w: w.list_and(items)) == said


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], ("", "")),
        (["lunes", "martes"], ("lunes o martes", "lunes or martes")),
        (["danza", "ópera"], ("danza u ópera", "danza or ópera")),
        (["7", "8"], ("7 u 8", "7 or 8")),
    ],
)
def test_a_list_to_choose_from(items: list[str], said: tuple[str, str]) -> None:
    assert both(lambda w: w.list_or(items)) == said


def test_spaces_that_do_not_break_are_kept_for_pages_and_made_ordinary_for_mail() -> None:
    assert ES.price(Decimal(15), "PEN") == "S/\xa015"
    assert ES.time(time(21)) == "9\u202fp.\u202fm."
    assert plain("9\u202fp.\u202fm. S/\xa015") == "9 p. m. S/ 15"
