"""Text as it was typed: cleaned, folded, made into slugs."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calendar_service.text import clean, fold, number_in, slugify

# What people, spreadsheets, chat programs and attackers really send, mixed with anything else.
ODD = st.lists(  # not st.text: it leaves surrogates out
    st.one_of(
        st.sampled_from("añ é\u0301\u0300\t\n\r\x00\x07\x0b\x1b\x7f\x85\xa0\xad"),
        st.sampled_from("\u200b\u200d\u2028\u202e\u2066\ufeff"),
        st.sampled_from("\ufdd0\ufffe\uffff\U0001ffff\ud800\udfff🎭👩"),
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Zs", "Mn"]),
    ),
    max_size=40,
).map("".join)
CONTROLS_BUT_LF = "\x00-\x09\x0b-\x1f\x7f-\x9f"
BIDI_OVERRIDES_AND_ISOLATES = "\u202a-\u202e\u2066-\u2069"
NOT_CHARACTERS = "\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
FORBIDDEN = re.compile(f"[{CONTROLS_BUT_LF}{BIDI_OVERRIDES_AND_ISOLATES}{NOT_CHARACTERS}]")


@given(ODD)
@settings(max_examples=200, deadline=None)
@example("\ud800\u202eoculto\x00")
def test_what_is_kept_has_nothing_that_breaks_a_feed_or_turns_its_neighbours_s34(typed: str) -> None:
    kept = clean(typed, multiline=True)
    assert FORBIDDEN.search(kept) is None
    assert kept == unicodedata.normalize("NFC", kept) == kept.strip()
    kept.encode("utf-8")


@given(ODD)
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    for multiline in (True, False):
        once = clean(typed, multiline=multiline)
        assert clean(once, multiline=multiline) == once


@given(ODD)
@settings(max_examples=200, deadline=None)
def test_a_single_line_has_no_line_end_and_no_double_space(typed: str) -> None:
    assert re.search(r"[\n\r\u2028\u2029]|\s\s|\xa0", clean(typed, multiline=False)) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Noche   de\tcine\r\n en el parque ", "Noche de cine en el parque"),
        ("Mu\u0301sica", "Música"),
        ("evento\u202etxt.exe", "eventotxt.exe"),
        ("fes\u00adti\u200bval\ufeff", "festival"),
        ("S/\xa015", "S/ 15"),
        ("👩\u200d🎤", "👩\u200d🎤"),
        ("\u200b \n", ""),
    ],
)
def test_a_title_is_kept_as_one_clean_line(typed: str, kept: str) -> None:
    assert clean(typed, multiline=False) == kept


def test_a_description_keeps_its_lines_and_loses_what_hangs_at_their_ends() -> None:
    typed = "\r\n  Uno  \r\ndos\rtres\u2028\n\tcuatro \x00 \n"
    assert clean(typed, multiline=True) == "Uno\ndos\ntres\n\n cuatro"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Música", "musica"),
        ("  BREÑA\n y  Ate ", "brena y ate"),
        ("Ｔeatro ﬁno", "teatro fino"),
        ("ᴬᴮϒ", "abυ"),
        ("Straße, Łódź, Ærø", "strasse, lodz, aero"),
        ("", ""),
    ],
)
def test_accents_case_and_spaces_are_forgiven(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_what_is_typed_without_accents_finds_what_is_written_with_them() -> None:
    assert fold("musica") == fold("Música") == fold("MU\u0301SICA")


@given(ODD)
@settings(max_examples=200, deadline=None)
def test_folding_twice_changes_nothing(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Breña canta: ¡música en la plaza!", "brena-canta-musica-en-la-plaza"),
        ("L'Orfeo d’Ancón", "lorfeo-dancon"),
        ("12.º festival de títeres", "12-o-festival-de-titeres"),
        ("--", "x-242c1465"),
        ("a" * 70, "a" * 60),
        ("festival " * 8, "festival-festival-festival-festival-festival-festival"),
        ("x" * 60 + " y", "x" * 60),
    ],
)
def test_a_slug_is_made_of_plain_words(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(ODD)
@settings(max_examples=200, deadline=None)
def test_a_slug_is_never_empty_never_long_and_fit_for_an_address(typed: str) -> None:
    slug = slugify(typed)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 60
    assert slugify(slug) == slug


def test_texts_without_a_latin_letter_get_slugs_of_their_own() -> None:
    assert slugify("東京") != slugify("大阪")


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("007", 7), ("", None), ("1234", None), ("-1", None), ("1.0", None), ("٣", None)]
)
def test_a_number_is_digits_and_no_more_than_are_asked_for(text: str, number: int | None) -> None:
    assert number_in(text, digits=3) == number
