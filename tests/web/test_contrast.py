"""Every pair of colours that carries words or marks, in light and in dark (WCAG 2.2: 1.4.3, 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import calendar_service

SHEET = (Path(calendar_service.__file__).parent / "static" / "site.css").read_text()
TOKEN = re.compile(r"--([\w-]+):\s*(light-dark\((#\w+),\s*(#\w+)\)|#\w{3,6})\s*;")
HUES = re.compile(r"\.h(\d+) \{ --hue: (#\w{6});")
TINTS = re.compile(r"\.t(\d) \{ --tint: light-dark\((#\w{6}), (#\w{6})\);( --on-tint: (#\w{6});)?")
LIGHT, DARK = 0, 1
BLACK = "#17130f"
TEXT, LARGE_OR_MARK = 4.5, 3.0

WORDS = [
    ("ink", "paper"), ("ink", "sheet"), ("quiet", "paper"), ("quiet", "sheet"), ("good", "paper"), ("good", "sheet"),
    ("bad", "paper"), ("bad", "sheet"), ("paper", "bad"), ("bad", "bad-sheet"), ("ink", "bad-sheet"), ("paper", "ink"),
    ("ink", "line"), ("on-poster", "poster"), ("on-poster-quiet", "poster"), ("yellow", "poster"), ("pink", "poster"),
]  # fmt: skip
"""Words on a ground."""


def tokens() -> dict[str, tuple[str, str]]:
    """Each colour in light and in dark, as the root says it first."""
    found: dict[str, tuple[str, str]] = {}
    for name, whole, light, dark in TOKEN.findall(SHEET):
        found.setdefault(name, (light or whole, dark or whole))
    return found


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_that_of_wcag() -> None:
    assert contrast("#000", "#fff") == 21
    assert round(contrast("#767676", "#fff"), 2) == 4.54


@pytest.mark.parametrize("mode", [LIGHT, DARK])
def test_words_can_be_read_on_their_ground(mode: int) -> None:
    colours = tokens()
    weak = {
        (words, ground): round(contrast(colours[words][mode], colours[ground][mode]), 2)
        for words, ground in WORDS
        if contrast(colours[words][mode], colours[ground][mode]) < TEXT
    }
    assert weak == {}


def test_every_accent_carries_black_words_and_stands_on_black() -> None:
    hues = dict(HUES.findall(SHEET))
    assert len(hues) == 13
    assert {number: hue for number, hue in hues.items() if contrast(hue, BLACK) < TEXT} == {}


def test_accents_differ_from_each_other() -> None:
    hues = [hue for _, hue in HUES.findall(SHEET)]
    assert len(set(hues)) == len(hues)


@pytest.mark.parametrize("mode", [LIGHT, DARK])
def test_names_and_numbers_can_be_read_on_every_tint_of_the_map(mode: int) -> None:
    ink = tokens()["ink"][mode]
    tints = [(tint, words or ink) for tint, words in ((found[1 + mode], found[4]) for found in TINTS.findall(SHEET))]
    assert len(tints) == 6
    assert {tint: words for tint, words in tints if contrast(tint, words) < TEXT} == {}


@pytest.mark.parametrize("mode", [LIGHT, DARK])
def test_marks_without_words_stand_out(mode: int) -> None:
    colours = tokens()
    assert contrast(colours["pink"][mode], colours["paper"][mode]) >= LARGE_OR_MARK
    assert contrast(colours["ink"][mode], colours["paper"][mode]) >= LARGE_OR_MARK


def test_a_browser_that_knows_no_pair_of_colours_gets_the_light_one_of_each() -> None:
    """Phones that are no longer brought up to date: without a fallback they would show nothing readable."""
    block = SHEET.split("@supports not (color: light-dark(#000, #fff))")[1].split("@layer")[0]
    paired = {name: found for name, found in tokens().items() if found[LIGHT] != found[DARK] and name != "tint"}
    fallback = dict(re.findall(r"(--[\w-]+): (#\w+);", block.split("}")[0]))
    assert fallback == {f"--{name}": found[LIGHT] for name, found in paired.items()}
    assert re.findall(r"--tint: (#\w+);", block) == [found[1] for found in TINTS.findall(SHEET)]
    assert set(re.findall(r"^  (\.[\w]+) \{[^}]*light-dark\([^)]*var", SHEET, re.MULTILINE)) == {".tag"}
