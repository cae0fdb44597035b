"""What people type for what an event says of itself."""

from __future__ import annotations

import pytest

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.domain.finding.sayings import also_found_by, phrases_of
from calendar_service.domain.finding.search import line_of, matches, words_in
from calendar_service.domain.territory.files import read_metropolis

PHRASES = phrases_of(read_metropolis(SHIPPED_METROPOLIS).sayings)


def found(typed: str, text: str) -> bool:
    """Whether Lima's sayings let a search find an event with this text."""
    words = words_in(text)
    return matches(typed, line_of([*words, *words_in(" ".join(also_found_by(words, PHRASES)))]))


@pytest.mark.parametrize(("typed", "text"), [
    ("christmas", "Villancicos del valle"), ("navidad", "Feria navideña de panes"), ("salsa class", "Taller: salsa"),
    ("new year", "Año Nuevo en la plaza"), ("jr de la union", "Jirón de la Unión 300"),
    ("mothers day", "Serenata por el Día de la Madre"), ("festival gastronomico", "Festival de comida"),
])  # fmt: skip
def test_an_event_is_found_by_what_people_call_what_it_says(typed: str, text: str) -> None:
    assert not matches(typed, line_of(words_in(text)))
    assert found(typed, text)


@pytest.mark.parametrize(("typed", "text"), [
    ("new year", "Cada año canta el coro Nuevo Amanecer"), ("mothers day", "Madre Tierra"), ("christmas", "Nave"),
])  # fmt: skip
def test_a_saying_of_several_words_stands_side_by_side_and_a_word_whole(typed: str, text: str) -> None:
    assert not found(typed, text)
