"""Words of a search that mean a choice: `gratis`, `20 soles`, `cerca de Barranco`, `este sábado`.

What they mean is said as an address says it: `free=1`, `price=20`. What is understood is taken out of the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from calendar_service.domain.errors import Invalid
from calendar_service.domain.finding.search import is_small, words_in
from calendar_service.domain.finding.selection import Selection

NUMBER, DISTRICT, UNDERSTOOD = "#", "@", "*"
"""In a phrase: any number, the name of any district, and what was understood already (`* noche` of `hoy noche`)."""
HERE = "near="
"""What words mean that say where somebody stands, which only she can tell."""
_SIGNS = (NUMBER, UNDERSTOOD)
_TYPED = re.compile(r"\d+(?=-\d)|[^\s/]+")
Said = tuple[str, ...]
Phrases = Mapping[Said, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Phrases, and the choice they all mean; with none they are words that mean no choice (`Santo Domingo`)."""

    said: tuple[str, ...]
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a search means; `here` when it says "near me"."""

    selection: Selection
    here: bool


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it was typed, and as it is compared: empty for one that is settled."""

    typed: str
    plain: str


_DONE = _Word("", UNDERSTOOD)


def phrase_of(text: str) -> Said:
    """A phrase as it is compared."""
    said = (each if each in _SIGNS else " ".join(words_in(each)) for each in text.split())
    return tuple(each for each in said if each)


def understood(selection: Selection, phrases: Phrases, *, pointing: frozenset[str] = frozenset()) -> Meant | None:
    """What the words of a search mean, the longest phrases first; None when they mean no choice, or are in quotes.

    The words in `pointing` (`este`, `next`) go with what follows them, as small ones do.
    """
    if selection.is_quoted:
        return None
    words = [_Word(typed, " ".join(words_in(typed))) for typed in _TYPED.findall(selection.q)]
    said = [each for each in words if each.plain]
    reading = _Reading(replace(selection, q=""), said, phrases, pointing)
    while reading.goes_on():
        pass
    return reading.meant()


class _Reading:
    """Takes one phrase after the other out of the words."""

    def __init__(self, chosen: Selection, words: list[_Word], phrases: Phrases, pointing: frozenset[str]) -> None:
        self.chosen, self.words, self.phrases, self.pointing = chosen, words, phrases, pointing
        self.here = False

    def goes_on(self) -> bool:
        """Whether one more phrase was found."""
        return any(
            self._takes(at, at + length)
            for length in range(len(self.words), 0, -1)
            for at in range(len(self.words) - length + 1)
        )

    def meant(self) -> Meant | None:
        """What was understood, with the words that are left."""
        if _DONE not in self.words:
            return None
        rest = [each for each in self.words if each is not _DONE]
        telling = not all(is_small(word) for each in rest for word in words_in(each.typed))
        q = " ".join(each.typed for each in rest) if telling else ""
        return Meant(selection=replace(self.chosen, q=q), here=self.here)

    def _takes(self, first: int, after: int) -> bool:
        means = self._means([each.plain for each in self.words[first:after]])
        if means is None:
            return False
        if not means:
            self.words[first:after] = [replace(each, plain="") for each in self.words[first:after]]
            return True
        if (chosen := self._with(means)) is None:
            return False
        kept = [_Word(each, "") for each in dict(parse_qsl(means)).get("q", "").split()]
        self.here |= means == HERE
        self.chosen, self.words[self._begin(first) : after] = chosen, [*kept, _DONE]
        return True

    def _means(self, plain: Sequence[str]) -> str | None:
        """What a phrase means, if anything, with the numbers in it."""
        means, numbers = self.phrases.get(tuple(plain)), [each for each in plain if each.isdigit()]
        if means is None and numbers:
            means = self.phrases.get(tuple(NUMBER if each.isdigit() else each for each in plain))
        return _filled(means, numbers) if means else means

    def _with(self, means: str) -> Selection | None:
        """With one choice more; None when it does not go together with what was chosen already."""
        if means == HERE:
            return None if self.here or self.chosen.near is not None else self.chosen
        further = [pair for pair in parse_qsl(means) if pair[0] != "q"]
        try:
            return Selection.read([*self.chosen.pairs(), *further])
        except Invalid:
            return None

    def _begin(self, first: int) -> int:
        """Where what goes with a phrase begins."""
        while first and (is_small(plain := self.words[first - 1].plain) or plain in self.pointing):
            first -= 1
        return first


def _filled(means: str, numbers: Sequence[str]) -> str:
    """Its places for numbers filled with the last of them, or one for all: each as a day of a month is written."""
    places = means.count(NUMBER)
    told = numbers if len(numbers) >= places else list(numbers) * places
    for number in told[len(told) - places :]:
        means = means.replace(NUMBER, number.zfill(2), 1)
    return means
