"""What to offer to somebody who found nothing: the word that was meant, and the choices that are in the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda import browsing as questions
from calendar_service.db.queries.agenda.searching import texts_found
from calendar_service.domain.finding.search import (
    SHORTEST_MISSPELT,
    is_small,
    one_letter_away,
    stem,
    ways_to_find,
    words_in,
    words_sought,
)
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import local_day
from calendar_service.domain.times.window import window
from calendar_service.services.agenda import browsing, understanding
from calendar_service.services.agenda.describing import Part, without
from calendar_service.services.agenda.understanding import words_that_mean
from calendar_service.words import words as words_of

MOST_DOUBTED = 3
"""Words of a search that are tried, the longest first: each is one question."""
MOST_READ = 20
SEVERAL = 2
LONG_ENOUGH = 5
"""Letters of a stem that still says what was meant."""
MOST_WAYS = 4
FARTHER = (10, 20, 50)
"""Kilometres."""
_WORD = re.compile(r"[^\W_]+")


def meant(session: Session, selection: Selection, *, now: datetime) -> str:
    """The search with one letter set right, if that finds something that everybody may see; else nothing.

    For a search that found nothing. One question for each word that may be misspelt, and one where a word that means a
    choice may be meant.
    """
    words = words_sought(selection.q)
    known = _known(session.installation.metropolis)
    doubted = sorted((each for each in words if len(each) >= SHORTEST_MISSPELT and each not in known), key=len)[::-1]
    clauses = _clauses(session, replace(selection, q=""), now)
    for doubtful in doubted[:MOST_DOUBTED]:
        near = one_letter_away(doubtful)
        if right := _choosing(session, selection, doubtful, near, now):
            return right
        either = list(dict.fromkeys((*near, *_stems(near))))
        asked = [ways_to_find(word) for word in words if word != doubtful]
        found = texts_found(session, clauses, [either, *asked], limit=MOST_READ)
        if right := _written(found, near, session.installation.metropolis):
            return _set_right(selection.q, doubtful, right)
    return ""


def _choosing(session: Session, selection: Selection, doubtful: str, near: Sequence[str], now: datetime) -> str:
    """The search with a word that means a choice (`viernes`, `gratis`), if that finds something."""
    metropolis = session.installation.metropolis
    today = local_day(now, metropolis.timezone)
    known = words_that_mean(metropolis, today)
    right = next((_set_right(selection.q, doubtful, known[each]) for each in near if each in known), "")
    found = understanding.meant(replace(selection, q=right), metropolis, today=today)
    return right if found and browsing.count(session, found.selection, now=now) else ""


def _stems(near: Sequence[str]) -> list[str]:
    """`conciretos` is near to `concierto`, too."""
    return [each for each in map(stem, near) if len(each) >= LONG_ENOUGH]


@lru_cache(maxsize=8)
def _known(metropolis: Metropolis) -> frozenset[str]:
    """Words of the vocabularies and the sayings, and languages: not misspelt, whether something has them or not."""
    said = [each.found_by for each in metropolis.sayings]
    said += [
        words_of(each).locale.languages[spoken] for each in metropolis.languages for spoken in metropolis.languages
    ]
    return frozenset(word for text in (*_names(metropolis), *said) for word in words_in(text))


def _clauses(session: Session, selection: Selection, now: datetime) -> list[questions.Clause]:
    metropolis = session.installation.metropolis
    asked = window(selection, now=now, timezone=metropolis.timezone)
    clauses = questions.selection_clauses(selection, metropolis=metropolis, window=asked)
    return [*clauses, questions.SHOWN, questions.not_over(now)]


def _written(found: Sequence[tuple[str, list[str]]], near: Sequence[str], metropolis: Metropolis) -> str:
    """The word among `near`, else among their stems, that most of these events have, as it is written."""
    lines = [set(line.split(" ")) for line, _ in found]
    wholly = Counter(word for line in lines for word in line.intersection(near))
    counts = wholly or Counter(word for line in lines for word in line.intersection(_stems(near)))
    forms = _forms(found, metropolis) if counts else {}
    told = (word for word in counts if word in forms and not is_small(word))
    best = sorted(told, key=lambda word: (-counts[word], word))
    return forms[best[0]] if best else ""


def _forms(found: Sequence[tuple[str, list[str]]], metropolis: Metropolis) -> Mapping[str, str]:
    """How words are written, by how they are searched: in the names and the vocabularies, then in these texts."""
    forms: dict[str, str] = {}
    stems: dict[str, str] = {}
    for text in (*_names(metropolis), *(text for _, texts in found for text in texts)):
        for written in _WORD.findall(text.lower()):
            for word in words_in(written):
                forms.setdefault(word, written)
                stems.setdefault(stem(word), written)
    return stems | forms


def _names(metropolis: Metropolis) -> Iterator[str]:
    for vocabulary in (metropolis.disciplines, metropolis.formats, metropolis.audiences):
        for term in vocabulary.terms:
            yield from term.labels.values()
            yield term.more.get("words", "")
    yield from (each.name for each in metropolis.districts)


def _set_right(q: str, wrong: str, right: str) -> str:
    """The search as it was typed, one word set right."""
    return _WORD.sub(lambda found: right if words_in(found[0]) == [wrong] else found[0], q)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """A choice that is in the way, what is asked without it, and how many dates that finds."""

    part: Part
    selection: Selection
    total: int


def ways_out(
    session: Session, selection: Selection, parts: Iterable[Part], *, now: datetime
) -> list[WayOut]:  # fmt: skip
    """For a selection that finds nothing: what each choice left out would find, the least first."""
    ways = []
    for part in list(parts)[:MOST_WAYS]:
        rest = without(selection, part.kind)
        if not rest.is_everything and (total := browsing.count(session, rest, now=now)):
            ways.append(WayOut(part=part, selection=rest, total=total))
    return sorted(ways, key=lambda each: each.total)


def fewer_words(session: Session, selection: Selection, *, now: datetime) -> list[tuple[Selection, int]]:
    """For words that are found nowhere together: with which one left out something is found, and how many dates; else
    what each finds alone. The most words first.
    """
    words = words_sought(selection.q)[:MOST_WAYS]
    if len(words) < SEVERAL:
        return []
    but_one = [tuple(each for each in words if each != left_out) for left_out in words]
    for tried in (but_one, [(each,) for each in words] if len(words) > SEVERAL else []):
        fewer = dict.fromkeys(_but(selection.q, words, kept) for kept in tried)  # `5-12` goes or stays as a whole
        rests = [replace(selection, q=q) for q in fewer if q]
        found = [(rest, total) for rest in rests if (total := browsing.count(session, rest, now=now))]
        if found:
            return found
    return []


def _but(q: str, words: Collection[str], kept: Collection[str]) -> str:
    """What was typed, only with the words that are kept; small words that stand between them stay, others go."""
    typed = [each for each in q.split() if not (dropped := set(words_in(each))) or not dropped & set(words) - set(kept)]
    while typed and not set(words_in(typed[0])) & set(kept):
        typed.pop(0)
    while typed and not set(words_in(typed[-1])) & set(kept):
        typed.pop()
    return " ".join(typed)


def farther(session: Session, selection: Selection, *, now: datetime, found: int = 0) -> tuple[Selection, int] | None:
    """For what finds little near: how far one has to look to find more, and how many dates that finds."""
    for km in FARTHER if selection.near is not None else ():
        rest = replace(selection, km=km)
        if km > selection.km and (total := browsing.count(session, rest, now=now)) > found:
            return rest, total
    return None


def next_door(session: Session, selection: Selection, *, now: datetime, found: int = 0) -> tuple[Selection, int] | None:
    """For what finds little in its districts: the same with those next to them, and how many dates that finds."""
    rest = replace(selection, districts=session.installation.metropolis.around(selection.districts))
    if rest == selection or (total := browsing.count(session, rest, now=now)) <= found:
        return None
    return rest, total
