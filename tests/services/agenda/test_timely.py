"""Words that say when, as a choice of that time."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_service.domain.finding.selection import Selection, When
from calendar_service.services.agenda.timely import timely
from calendar_service.words import words

SPOKEN = [words("es", locale="es_PE"), words("en", locale="es_PE")]
TODAY = date(2026, 11, 28)
"""A Saturday."""


@pytest.mark.parametrize(("typed", "q", "when"), [
    ("Hoy", "", When.TODAY), ("jazz este fin de semana", "jazz", When.WEEKEND), ("free tonight", "free", When.TODAY),
    ("fin de semana en Barranco", "en Barranco", When.WEEKEND), ("teatro MAÑANA", "teatro", When.TOMORROW),
    ("salsa esta noche", "salsa", When.TODAY), ("este finde", "", When.WEEKEND), ("what to do today", "", When.TODAY),
])  # fmt: skip
def test_words_that_say_when_are_a_choice_of_that_time(typed: str, q: str, when: When) -> None:
    assert timely(Selection(q=typed), SPOKEN, today=TODAY) == Selection(q=q, when=when)


@pytest.mark.parametrize(("typed", "q", "first", "last"), [
    ("domingo", "", date(2026, 11, 29), None), ("rock el próximo viernes", "rock el", date(2026, 12, 4), None),
    ("Saturday night", "night", TODAY, None), ("5 de diciembre", "", date(2026, 12, 5), None),
    ("december 24 choir", "choir", date(2026, 12, 24), None), ("28 de julio", "", date(2027, 7, 28), None),
    ("cine en enero", "cine en", date(2027, 1, 1), date(2027, 1, 31)), ("noviembre", "", TODAY, date(2026, 11, 30)),
])  # fmt: skip
def test_a_day_or_a_month_is_the_next_such_one(typed: str, q: str, first: date, last: date | None) -> None:
    assert timely(Selection(q=typed), SPOKEN, today=TODAY) == Selection(q=q, from_day=first, to_day=last or first)


def test_words_that_say_no_time_or_beside_a_chosen_one_are_words() -> None:
    none = (Selection(q="mes"), Selection(q="semana santa"), Selection(q="cantantes"))
    for asked in (*none, Selection(q="hoy", when=When.MONTH), Selection()):
        assert timely(asked, SPOKEN, today=TODAY) is None
