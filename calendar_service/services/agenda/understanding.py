"""What the words of a search mean here and today: `jazz gratis este fin de semana`, `near barranco`, `5 de diciembre`.

The calendar's own words come from its languages, all others from the metropolis (`meanings.csv`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from calendar_service.domain.finding.meanings import DISTRICT, Meant, Phrases, phrase_of, understood
from calendar_service.domain.finding.search import words_in
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.months import last_day
from calendar_service.services.agenda.describing import TIMES, WHENS
from calendar_service.words import Words, mark, words

POINTING = mark("este, esta, próximo, próxima")
"""Words before a time that go with it."""
Spoken = Iterable[tuple[str, str]]
"""Phrases, and what each means."""


def meant(selection: Selection, metropolis: Metropolis, *, today: date) -> Meant | None:
    """A search as the choice that its words mean, in any language of the metropolis; None when they mean none."""
    if not selection.q:
        return None
    return understood(selection, _phrases(metropolis, today), pointing=_pointing(metropolis))


@lru_cache(maxsize=8)
def _pointing(metropolis: Metropolis) -> frozenset[str]:
    return frozenset(word for each in _languages(metropolis) for word in words_in(each.t(POINTING)))


@lru_cache(maxsize=8)
def _phrases(metropolis: Metropolis, today: date) -> Phrases:
    """What the metropolis says goes before what its languages say."""
    said: dict[str, str] = {}
    for each in _languages(metropolis):
        said |= dict((*_months(each, today), *_weekdays(each, today), *_named(each)))
    said |= dict(_own(metropolis))
    return {phrase_of(each): means for each, means in said.items()}


def _languages(metropolis: Metropolis) -> list[Words]:
    return [words(language, locale=metropolis.locale) for language in metropolis.languages]


def _own(metropolis: Metropolis) -> Spoken:
    """What its data say, where it names any district once for each of them."""
    for meaning in metropolis.meanings:
        for said in meaning.said:
            if DISTRICT not in said:
                yield said, meaning.means
                continue
            for name, slug in _districts(metropolis):
                yield said.replace(DISTRICT, name), meaning.means.replace(DISTRICT, slug)


def _districts(metropolis: Metropolis) -> Spoken:
    """By name, and by each word that people call it besides."""
    for each in metropolis.districts:
        for name in (each.name, *each.words.split()):
            yield name, each.slug


def _named(spoken: Words) -> Spoken:
    for when, text in WHENS.items():
        yield spoken.t(text), f"when={when}"
    for time, text in TIMES.items():
        yield spoken.t(text), f"time={time}"


def _weekdays(spoken: Words, today: date) -> Spoken:
    """The next such day, be it today."""
    for weekday, name in spoken.locale.days["format"]["wide"].items():
        yield name, _days(today + timedelta(days=(weekday - today.weekday()) % 7))


def _months(spoken: Words, today: date) -> Iterator[tuple[str, str]]:
    """The rest of this month, or the next such one; and each of its days, as `5 de diciembre` and `december 5`."""
    for month, name in spoken.locale.months["format"]["wide"].items():
        first = date(today.year + (month < today.month), month, 1)
        last = last_day(first)
        yield name, _days(max(first, today), last)
        for day in range(1, last.day + 1):
            there = first.replace(day=day)
            for said in (f"{day} de {name}", f"{day} {name}", f"{name} {day}"):
                yield said, _days(there)


def _days(first: date, last: date | None = None) -> str:
    return f"from={first}&to={last or first}"
