"""What the words of a search mean here and today: `jazz gratis este fin de semana`, `near barranco`, `5 de diciembre`.

The calendar's own words come from its languages, all others from the metropolis (`meanings.csv`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from calendar_service.domain.finding.meanings import DISTRICT, Meant, Phrases, phrase_of, understood
from calendar_service.domain.finding.search import words_in
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.services.agenda.times_said import Spoken, times_said
from calendar_service.words import Words, mark, words

POINTING = mark("este, esta, próximo, próxima")
"""Words before a time that go with it."""
_IN_FIGURES = re.compile(r"(?<![\d/])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?:20)?(?P<year>\d\d))?(?![\d/])")


def meant(selection: Selection, metropolis: Metropolis, *, today: date) -> Meant | None:
    """A search as the choice that its words mean, in any language of the metropolis; None when they mean none."""
    if not selection.q:
        return None
    said = replace(selection, q=_in_words(selection.q, metropolis, today))
    return understood(said, _phrases(metropolis, today), pointing=_pointing(metropolis))


def _in_words(q: str, metropolis: Metropolis, today: date) -> str:
    """The same, its days in figures (`05/12`, `5/12/2026`) with the name of their month. One without a year is only
    known by a month of two figures: `1/2` is rather a half.
    """
    months = words(metropolis.language, locale=metropolis.locale).locale.months["format"]["wide"]

    def said(found: re.Match[str]) -> str:
        month = int(found["month"])
        year = f"{today.year + (month < today.month)}"[2:]
        known = found["year"] == year if found["year"] else len(found["month"]) > 1
        return f"{found['day']} {months[month]}" if known and month in months else found[0]

    return _IN_FIGURES.sub(said, q)


@lru_cache(maxsize=8)
def _pointing(metropolis: Metropolis) -> frozenset[str]:
    return frozenset(word for each in _languages(metropolis) for word in words_in(each.t(POINTING)))


@lru_cache(maxsize=2)
def words_that_mean(metropolis: Metropolis, today: date) -> Mapping[str, str]:
    """Words that mean a choice by themselves: as they are compared, and as they are written."""
    alone = ((phrase_of(text), text) for text, means in _said(metropolis, today).items() if means)
    return {phrase[0]: text.lower() for phrase, text in alone if len(phrase) == 1 and phrase[0].isalpha()}


@lru_cache(maxsize=2)
def _phrases(metropolis: Metropolis, today: date) -> Phrases:
    return {phrase_of(text): means for text, means in _said(metropolis, today).items()}


@lru_cache(maxsize=2)
def _said(metropolis: Metropolis, today: date) -> Mapping[str, str]:
    """What the metropolis says goes before what its languages say."""
    said: dict[str, str] = {}
    for each in _languages(metropolis):
        said |= times_said(each, today)
    return said | dict(_own(metropolis))


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
