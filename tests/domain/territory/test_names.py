"""Venues by what people type: those that a new one might be."""

from __future__ import annotations

import pytest

from calendar_service.domain.finding.names import ALIKE, bare_words, is_a_piece, likeness


@pytest.mark.parametrize(
    ("typed", "known", "asked"),
    [
        ("Pque. Municipal", "Parque Municipal de Barranco", True),
        ("Parque Municpal", "Parque Municipal de Barranco", True),
        ("Biblioteca Beingolea", "Biblioteca Municipal Manuel Beingolea", True),
        ("Parque", "Parque Municipal de Barranco", False),
        ("Parque Federico Villarreal", "Parque Municipal de Barranco", False),
        ("Teatro Municipal", "Anfiteatro Municipal", True),
        ("Plaza San Martín", "Plaza de Armas", False),
    ],
)
def test_a_new_name_is_asked_about_where_it_may_be_one_that_there_is(typed: str, known: str, *, asked: bool) -> None:
    assert (likeness(bare_words(typed), bare_words(known)) >= ALIKE) is asked


@pytest.mark.parametrize(
    ("typed", "known", "asked"),
    [
        ("malecon", "Malecón de Punta Negra", True),
        ("Beingol", "Biblioteca Municipal Manuel Beingolea", True),
        ("Lima", "Plaza Manco Cápac", False),
        ("Sur", "Surtidor del parque", False),
        ("Malecón Norte", "Malecón", False),
    ],
)
def test_a_single_word_is_asked_about_where_a_name_holds_it(typed: str, known: str, *, asked: bool) -> None:
    """Whoever types one word and goes on has forgotten to choose what she was offered."""
    assert is_a_piece(bare_words(typed), bare_words(known)) is asked
