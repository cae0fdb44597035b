"""The words of a search and the words searched through, made alike, so that both databases find the same.

We fold and stem ourselves; a database only compares words of small ASCII letters and digits. `matches` is the rule,
and what either database answers is held to it. An event is found by a word that begins one of its words (half a
word is enough while one types), or that has the same stem (`festivales` finds `festival`, `niñas` finds `niño`).
A final e is the word's own, so that `libros` finds no `libre`; `artes` is sought as `arte`, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from string import ascii_lowercase

from calendar_service.text import fold

_NOT_IN_WORDS = re.compile(r"[\W_]+")
_NOT_PLAIN = re.compile("[^a-z0-9]")
_ONLY_WORDS = {code: " " for code in range(0x80) if not chr(code).isalnum()}
SPELLING = "3"
"""The rule by which words are folded and stemmed: another number, and every event's words are written anew."""
LONGEST_WORD = 40
MOST_SOUGHT = 12
"""Words that one search asks for; further ones are left out."""
SHORTEST_MISSPELT = 4
_SHORTEST_STEM = 3
_GENDERS, _PLURALS = "oa", "oae"
_SMALL_WORDS = frozenset(
    ("a", "al", "con", "de", "del", "e", "el", "en", "la", "las", "lo", "los", "o", "para", "por", "que", "se", "su",
     "u", "un", "una", "y", "and", "at", "do", "for", "in", "is", "of", "on", "the", "things", "to", "what", "with",
     "actividades", "evento", "eventos", "hacer", "hay", "activities", "event", "events")
)  # fmt: skip
"""Words that say nothing of an event: left out of a search, unless there are no others."""


def words_in(text: str) -> list[str]:
    """The words of a text: small letters and digits of ASCII, no accents, no punctuation.

    A letter of another script stands as its number, so that no database's tokenizer has a say in it.
    """
    folded = fold(text)
    if folded.isascii():  # as nearly all text is by then
        return [word[:LONGEST_WORD] for word in folded.translate(_ONLY_WORDS).split()]
    found = _NOT_IN_WORDS.sub(" ", folded).split()
    return [(word if word.isascii() else _NOT_PLAIN.sub(_number, word))[:LONGEST_WORD] for word in found]


def _number(letter: re.Match[str]) -> str:
    return f"u{ord(letter[0]):x}"


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A Spanish word without the endings of number and gender: `conciertos` and `concierta` give `conciert`.

    Light on purpose: it only takes a final s, then a final o, a or the e of a plural, and writes a last z as c (`voz`,
    `voces`).
    """
    endings = _GENDERS
    if word.endswith("s") and len(word) > _SHORTEST_STEM:
        word, endings = word[:-1], _PLURALS
    if word[-1:] in endings and len(word) > _SHORTEST_STEM:
        word = word[:-1]
    return word[:-1] + "c" if word.endswith("z") else word


def indexed(texts: Iterable[str]) -> str:
    """What an event is found by: its words and their stems, each once, in one line."""
    return line_of(words_in(" ".join(texts)))


def line_of(words: Iterable[str]) -> str:
    """The same of words."""
    once = dict.fromkeys(words)
    return " ".join(once | dict.fromkeys(map(stem, once)))


def is_small(word: str) -> bool:
    """Whether a word says nothing of an event."""
    return word in _SMALL_WORDS


@lru_cache(maxsize=256)
def words_sought(q: str) -> tuple[str, ...]:
    """The words that a search asks for, each once, the small ones left out."""
    words = dict.fromkeys(words_in(q))
    telling = [word for word in words if word not in _SMALL_WORDS]
    return tuple(telling or words)[:MOST_SOUGHT]


def matches(q: str, line: str) -> bool:
    """Whether a search finds what `indexed` made: each word sought begins one there, or its stem is one."""
    there = line.split(" ")
    return all(
        any(each.startswith(word) or each in forms for each in there)
        for word, forms in ((word, _other_forms(word)) for word in words_sought(q))
    )


WHOLE, SAME_STEM, BEGUN, TOGETHER = 4, 3, 2, 1
"""What a word of a search is worth in a title: as it stands, in another form, begun; and all of them side by side."""


@lru_cache(maxsize=4096)
def standing_in(title: str, q: str) -> int:
    """How much of a search stands in a title: the rank of what it found. The same whatever database found it; kept, as
    a list is put in order anew with each change, and titles seldom change.
    """
    sought, (words, there) = words_sought(q), _heard(title)
    worth = sum(_worth(word, words, there) for word in sought)
    return worth + TOGETHER if len(sought) > 1 and f" {' '.join(sought)} " in f" {' '.join(words)} " else worth


def stands_whole_in(title: str, q: str) -> bool:
    """Whether a title has all words of a search."""
    return all(_worth(word, *_heard(title)) for word in words_sought(q))


@lru_cache(maxsize=4096)
def _heard(title: str) -> tuple[Sequence[str], frozenset[str]]:
    """Its words, and these with their stems."""
    words = tuple(words_in(title))
    return words, frozenset((*words, *map(stem, words)))


def _worth(word: str, words: Sequence[str], there: frozenset[str]) -> int:
    if word in words:
        return WHOLE
    if stem(word) in there or not there.isdisjoint(_other_forms(word)):
        return SAME_STEM
    return BEGUN if any(each.startswith(word) for each in words) else 0


Either = Sequence[str]
"""Ways to be found, of which one is enough: a word as it stands, or with `*` the beginning of one."""


def ways_to_find(word: str) -> Either:
    """How an event is found by one word."""
    return (f"{word}*", *_other_forms(word))


@lru_cache(maxsize=256)
def _other_forms(word: str) -> Sequence[str]:
    """Its stem; the singular of a word that may end in e (`artes`); and of English ones `family` and `families`."""
    forms = [stem(word)]
    if len(word) > _SHORTEST_STEM + 1:
        forms += [word[:-1]] if word.endswith("es") else []
        forms += [word[:-3] + "y"] if word.endswith("ies") else []
        forms += [word[:-1] + "ies"] if word.endswith("y") else []
    return [each for each in dict.fromkeys(forms) if each != word]


def fts5_question(asked: Iterable[Either]) -> str:
    """What is asked, one way of each, as SQLite's FTS5 takes it."""
    return " AND ".join("(" + " OR ".join(map(_quoted, each)) + ")" for each in asked)


def _quoted(way: str) -> str:
    return f'"{way[:-1]}"*' if way.endswith("*") else f'"{way}"'


def tsquery(asked: Iterable[Either]) -> str:
    """The same as a tsquery of PostgreSQL."""
    return " & ".join("(" + " | ".join(way.replace("*", ":*") for way in each) + ")" for each in asked)


def one_letter_away(word: str) -> list[str]:
    """Every word that differs by one letter: left out, put in, changed, or changed places with the next."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = [head + tail[1:] for head, tail in cuts if tail]
    found += [head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if tail[1:]]
    found += [head + letter + tail[1:] for head, tail in cuts if tail for letter in ascii_lowercase]
    found += [head + letter + tail for head, tail in cuts for letter in ascii_lowercase]
    return [each for each in dict.fromkeys(found) if each != word]
