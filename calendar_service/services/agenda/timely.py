"""Words of a search that say when, as a choice of that time: `jazz este fin de semana`, `sunday`, `5 de diciembre`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from calendar_service.domain.finding.search import is_small, words_in
from calendar_service.domain.finding.selection import Selection, When
from calendar_service.domain.times.months import last_day
from calendar_service.services.agenda.describing import WHENS
from calendar_service.words import Words, mark

ALSO_SAID = (
    (When.TODAY, mark("esta noche")), (When.TODAY, mark("ahora")), (When.WEEKEND, mark("finde")),
    (When.WEEKEND, mark("fin de semana")),
)  # fmt: skip
"""What people type for a time, besides."""
POINTING = mark("este, esta, próximo, próxima")
"""Words before a time that go with it."""
LONGEST = 4
"""Words that say a time, at most."""
Said = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A choice by name, or the first and the last of some days."""

    when: When | None = None
    days: tuple[date | None, date | None] = (None, None)


def timely(selection: Selection, spoken: Sequence[Words], *, today: date) -> Selection | None:
    """A search as a choice of the time that its words say, in one of the languages spoken.

    None for one that says no time, or has chosen one.
    """
    if selection != selection.without_time():
        return None
    typed = selection.q.split()
    plain = [" ".join(words_in(each)) for each in typed]
    times = _times(tuple(spoken), today)
    for length in range(LONGEST, 0, -1):
        for at in range(len(plain) - length + 1):
            if time := times.get(tuple(plain[at : at + length])):
                before = typed[: _without_pointing(plain, at, tuple(spoken))]
                return _chosen(selection, time, [*before, *typed[at + length :]])
    return None


def _without_pointing(plain: Sequence[str], at: int, spoken: tuple[Words, ...]) -> int:
    """What points at a time goes with it."""
    pointing = {word for words in spoken for word in words_in(words.t(POINTING))}
    while at and plain[at - 1] in pointing:
        at -= 1
    return at


def _chosen(selection: Selection, time: Time, rest: Sequence[str]) -> Selection:
    telling = [] if all(is_small(word) for each in rest for word in words_in(each)) else rest
    first, last = time.days
    return replace(selection, q=" ".join(telling), when=time.when, from_day=first, to_day=last)


@lru_cache(maxsize=8)
def _times(spoken: tuple[Words, ...], today: date) -> Mapping[Said, Time]:
    """By the words that say them."""
    return {
        tuple(words_in(said)): time
        for words in spoken
        for said, time in (*_months(words, today), *_weekdays(words, today), *_named(words))
    }


def _named(words: Words) -> Iterator[tuple[str, Time]]:
    for when, text in (*WHENS.items(), *ALSO_SAID):
        yield words.t(text), Time(when=when)


def _weekdays(words: Words, today: date) -> Iterator[tuple[str, Time]]:
    """The next such day, be it today."""
    for weekday, name in words.locale.days["format"]["wide"].items():
        day = today + timedelta(days=(weekday - today.weekday()) % 7)
        yield name, Time(days=(day, day))


def _months(words: Words, today: date) -> Iterator[tuple[str, Time]]:
    """The rest of this month, or the next such one; and each of its days, as `5 de diciembre` and `december 5`."""
    for month, name in words.locale.months["format"]["wide"].items():
        first = date(today.year + (month < today.month), month, 1)
        last = last_day(first)
        yield name, Time(days=(max(first, today), last))
        for day in range(1, last.day + 1):
            there = first.replace(day=day)
            for said in (f"{day} de {name}", f"{day} {name}", f"{name} {day}"):
                yield said, Time(days=(there, there))
