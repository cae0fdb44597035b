"""The words of a search and the words searched through, made alike, so that both databases find the same."""

from __future__ import annotations

import re

from calendar_service.text import fold

_NOT_IN_WORDS = re.compile(r"[\W_]+")
_PLURAL_AFTER = tuple("dlnrj")
_LONG_ENOUGH = 6


def words_in(text: str) -> list[str]:
    """The words of a text: lower case, no accents, no punctuation."""
    return _NOT_IN_WORDS.sub(" ", fold(text)).split()


def words_sought(q: str) -> tuple[str, ...]:
    """The beginnings of words that a search asks for, each once: half a word is enough, a plural finds its singular."""
    return tuple(dict.fromkeys(_beginning(word) for word in words_in(q)))


def _beginning(word: str) -> str:
    """`festivales` and `conciertos` give `festival` and `concierto`; short words are taken as they are."""
    if len(word) < _LONG_ENOUGH or not word.endswith("s"):
        return word
    if word.endswith("es") and word[:-2].endswith(_PLURAL_AFTER):
        return word[:-2]
    return word[:-1]
