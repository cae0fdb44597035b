"""Venues and organisations by what people type: the one that is meant, those that it might be, those that hold a word.

Each is called by its name where that is enough, and by `Name (District)` elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import TypeVar

from calendar_service.domain.network.organisations import Organisation
from calendar_service.domain.territory.places import Venue
from calendar_service.text import fold

ALIKE = 0.8
"""From so much likeness of two names on, of 1, somebody is asked whether both are one."""
SPELLED = 0.85
"""From so much likeness on, two words are one, spelled otherwise: `municpal`, `municipal`."""
PIECE = 4
"""So many letters a word has at least by which a name is known."""
MOST_ALIKE, SUGGESTED = 3, 8
_ELSEWHERE = re.compile(r"(?P<name>.+?)\s*\((?P<district>[^()]+)\)\s*\Z")
_SHORT = {
    "pque": "parque", "pq": "parque", "plza": "plaza", "pza": "plaza", "av": "avenida", "cc": "centro cultural",
    "aud": "auditorio", "bib": "biblioteca", "mun": "municipal", "sta": "santa", "sto": "santo", "asoc": "asociacion",
}  # fmt: skip
_EMPTY = frozenset(["el", "la", "los", "las", "de", "del", "y"])
Named = TypeVar("Named", Venue, Organisation)


def label_of(thing: Venue | Organisation, *, home: str) -> str:
    """What something is called by who is in the district with the slug `home`."""
    return thing.name if thing.district.slug == home else f"{thing.name} ({thing.district.name})"


def district_in(text: str) -> str:
    """The district that stands in brackets behind a name, folded; empty without one."""
    found = _ELSEWHERE.match(text.strip())
    return fold(found["district"]) if found else ""


def named(things: Iterable[Named], text: str, *, home: str) -> Named | None:
    """The one that somebody in a district means by what she typed; her own district's first."""
    wanted = fold(text)
    same = [each for each in things if wanted in (fold(each.name), fold(label_of(each, home="")))]
    return min(same, key=lambda each: each.district.slug != home, default=None)


def alike(things: Iterable[Named], text: str) -> list[Named]:
    """Those that it might be, written otherwise; the likest first."""
    wanted = bare_words(text)
    found = [(_likeness(wanted, bare_words(each.name)), each) for each in things]
    likest = sorted((pair for pair in found if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].name))
    return [each for _, each in likest[:MOST_ALIKE]]


def suggested(things: Iterable[Named], text: str, *, home: str, said: Callable[[Named], str]) -> list[str]:
    """What those are called that hold these words in what is `said` of them; the district's own first."""
    words = fold(text).split()
    found = [each for each in things if all(word in fold(said(each)) for word in words)]
    found.sort(key=lambda each: (each.district.slug != home, fold(each.name)))
    return [label_of(each, home=home) for each in found[:SUGGESTED]]


def bare_words(text: str) -> list[str]:
    """The words of a name that tell it from others: folded, short ones written out, without articles."""
    found = _ELSEWHERE.match(text.strip())
    words = re.findall(r"[a-z0-9]+", fold(found["name"] if found else text))
    return [_SHORT.get(each, each) for each in words if each not in _EMPTY]


def _likeness(wanted: Sequence[str], words: Sequence[str]) -> float:
    return max(likeness(wanted, words), ALIKE if is_a_piece(wanted, words) else 0)


def is_a_piece(wanted: Sequence[str], words: Sequence[str]) -> bool:
    """Whether what was typed is one word, or its beginning, of a longer name: `malecón` of `Malecón de Punta Negra`."""
    return len(wanted) == 1 < len(words) and len(wanted[0]) >= PIECE and any(
        each.startswith(wanted[0]) for each in words
    )  # fmt: skip


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Of the same words in another order, or of one name within the other, nearly all; a word spelled otherwise in it
    costs a little.
    """
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) > 1:
        if set(shorter) <= set(longer):
            return 0.95
        if all(get_close_matches(each, longer, n=1, cutoff=SPELLED) for each in shorter):
            return 0.9
    return SequenceMatcher(None, " ".join(one), " ".join(other)).ratio()
