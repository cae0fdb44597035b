"""The words of a search: folded and stemmed here, so that no database has a say in what is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_service.domain.finding.search import (
    LONGEST_WORD,
    MOST_SOUGHT,
    fts5_question,
    indexed,
    matches,
    one_letter_away,
    standing_in,
    stem,
    tsquery,
    ways_to_find,
    words_in,
    words_sought,
)


@pytest.mark.parametrize(
    "alike",
    [
        ("festival", "festivales"), ("concierto", "conciertos"), ("música", "músicas", "músicos"), ("niño", "niñas"),
        ("canción", "canciones"), ("voz", "voces"), ("luz", "luces"), ("club", "clubes"), ("mes", "meses"),
        ("taller", "talleres"), ("show", "shows"), ("libro", "libros"), ("ola", "olas"), ("lápiz", "lápices"),
    ],
)  # fmt: skip
def test_word_ends_are_forgiven(alike: tuple[str, ...]) -> None:
    assert len({stem(word) for each in alike for word in words_in(each)}) == 1


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("musica", "Música en la plaza"), ("MÚSICA", "musica"), ("ñandu", "El ñandú"), ("festi", "Festivales"),
        ("conciertos", "Gran concierto"), ("concierto", "Dos conciertos"), ("franceses", "Cine francés"),
        ("país", "Países andinos"), ("países", "Un país"), ("rock-pop", "Pop y rock"),
        ("jazz barranco", "Barranco Jazz"),
        ("artes", "Arte"), ("arte", "Artes"), ("clases de baile", "Clase; bailes"), ("libres", "Ingreso libre"),
        ("family", "Families"), ("families", "Family"), ("teatro para niños", "Teatro, niña"),
        ("東京", "東京物語"), ("a", "Arte"), ("de", "Día de la danza"),
    ],
)  # fmt: skip
def test_a_search_finds(typed: str, text: str) -> None:
    assert matches(typed, indexed([text]))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("jazz", "Danza"),
        ("jazz danza", "Jazz"),
        ("musical", "Música"),
        ("azz", "Jazz"),
        ("de", "Arte"),
        ("feria del libro", "Feria, ingreso libre"),
    ],
)
def test_a_search_does_not_find(typed: str, text: str) -> None:
    assert not matches(typed, indexed([text]))


def test_small_words_are_left_out_unless_there_are_no_others() -> None:
    assert words_sought("conciertos de la plaza") == ("conciertos", "plaza")
    assert words_sought("para la") == ("para", "la")
    assert words_sought("¡Ñandú! ñandú ¿?") == ("nandu",)
    assert words_sought("¿?") == ()


def test_a_search_asks_for_so_many_words_and_no_more() -> None:
    assert len(words_sought(" ".join(f"w{number}" for number in range(50)))) == MOST_SOUGHT


def test_a_question_says_the_same_to_either_database() -> None:
    asked = [ways_to_find("danzas"), ways_to_find("rock")]
    assert fts5_question(asked) == '("danzas"* OR "danc") AND ("rock"*)'
    assert tsquery(asked) == "(danzas:* | danc) & (rock:*)"
    assert ways_to_find("artes") == ("artes*", "art", "arte")


@given(st.text(max_size=60))
def test_words_are_plain_whatever_was_written(text: str) -> None:
    for word in words_in(text):
        assert word.isascii()
        assert word.isalnum()
        assert word == word.lower()
        assert len(word) <= LONGEST_WORD


@given(st.text(max_size=60))
def test_every_text_is_found_by_its_own_words(text: str) -> None:
    assert all(matches(word, indexed([text])) for word in words_in(text))
    assert matches(" ".join(words_in(text)[:MOST_SOUGHT]), indexed([text]))


def test_a_slip_of_one_letter_is_among_what_is_one_letter_away() -> None:
    for slip in ("fstival", "festivall", "festibal", "fetsival"):
        assert "festival" in one_letter_away(slip)
    assert "festival" not in one_letter_away("festival")
    assert "festival" not in one_letter_away("fetibal")


def test_a_title_ranks_by_how_much_of_the_search_stands_in_it() -> None:
    titles = ("Noche de jazz criollo", "Jazz y algo criollo", "Jazz criolla", "Jazzistas", "Títeres")
    assert [standing_in(each, "jazz criollo") for each in titles] == [9, 8, 7, 2, 0]
