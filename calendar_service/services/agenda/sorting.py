"""A list in another order than by date: each event once, with its first date that fits."""

from __future__ import annotations

from collections.abc import Iterable

from calendar_service.domain.finding.agenda import Candidate, Listed, Sort
from calendar_service.domain.finding.search import standing_in
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.distances import distance_km, point_of
from calendar_service.domain.territory.metropolis import Metropolis


def offered(selection: Selection) -> tuple[Sort, ...]:
    """The orders that a selection has: by rank where words are sought, by nearness where a place is."""
    return (Sort.DATE, *([Sort.RANK] if selection.q else []), *([Sort.NEAR] if selection.near is not None else []))


def read_sort(text: str, selection: Selection) -> Sort:
    """The order that an address asks for; by date where the selection has no such order."""
    return next((each for each in offered(selection) if each == text), Sort.DATE)


def in_order(found: Iterable[Candidate], sort: Sort, selection: Selection, metropolis: Metropolis) -> list[Listed]:
    """The dates by how well their titles fit the words, or by how near they are; else as they came. Each event once."""
    first: dict[int, Candidate] = {}
    for each in found:
        first.setdefault(each.date.event_id, each)
    once, here = list(first.values()), point_of(selection.near, metropolis)
    if sort is Sort.RANK:
        once.sort(key=lambda each: -standing_in(each.summary, selection.q))
    elif here:
        once.sort(key=lambda each: distance_km(here, each))
    return [each.date for each in once]
