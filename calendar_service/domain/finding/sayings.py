"""What people call a thing that an event's own text calls otherwise: `villancicos` are found by `christmas`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from calendar_service.domain.finding.search import stem, words_in

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Phrases, of which one stands in the text of an event, and the words by which that is found, too."""

    said: tuple[str, ...]
    found_by: str


def also_found_by(words: Sequence[str], sayings: tuple[Saying, ...]) -> Iterator[str]:
    """By what else a text with these words (as `words_in` gives them) is found."""
    stems = [stem(each) for each in words]
    phrases = _by_first_word(sayings)
    line = f" {' '.join(stems)} "
    for first in phrases.keys() & set(stems):
        for phrase, found_by in phrases[first]:
            if f" {' '.join(phrase)} " in line:
                yield found_by


@lru_cache(maxsize=8)
def _by_first_word(sayings: tuple[Saying, ...]) -> Mapping[str, Sequence[tuple[Stems, str]]]:
    phrases: defaultdict[str, list[tuple[Stems, str]]] = defaultdict(list)
    for saying in sayings:
        for said in saying.said:
            stems = tuple(map(stem, words_in(said)))
            phrases[stems[0]].append((stems, saying.found_by))
    return phrases
