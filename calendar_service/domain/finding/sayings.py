"""What people call a thing that an event's own text calls otherwise: `villancicos` are found by `christmas`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from calendar_service.domain.finding.search import stem, words_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Phrases, of which one stands in the text of an event, and the words by which that is found, too."""

    said: tuple[str, ...]
    found_by: str


Phrases = Mapping[str, Sequence[tuple[str, str]]]
"""By the stem that a phrase begins with: its stems in one line, and by what else it is found."""


def also_found_by(words: Sequence[str], phrases: Phrases) -> Iterator[str]:
    """By what else a text with these words (as `words_in` gives them) is found."""
    stems = list(map(stem, words))
    line = f" {' '.join(stems)} "
    for first in dict.fromkeys(stems):
        for phrase, found_by in phrases.get(first, ()):
            if phrase in line:
                yield found_by


def phrases_of(sayings: Iterable[Saying]) -> Phrases:
    """All that is said in them, ready to be looked for."""
    phrases: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for saying in sayings:
        for said in saying.said:
            stems = [stem(each) for each in words_in(said)]
            phrases[stems[0]].append((f" {' '.join(stems)} ", saying.found_by))
    return phrases
