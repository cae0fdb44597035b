"""The map: where how much is on in the days chosen; every district equally easy to touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.hexagons import Cell, Grid, grid
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.entrance.once import once
from calendar_service.services.agenda import mapping
from calendar_service.web.public.browsing.choosing import read_choice
from calendar_service.web.public.browsing.filters import quick

room = Room("map")
TINTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A cell with what it says: how many dates, where a tap leads, how strong its tint is (0: nothing on)."""

    cell: Cell
    count: int
    href: str
    tint: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone's districts, for the table beside the map."""

    slug: str
    name: str
    districts: Sequence[District]


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """The map as it is drawn, and the same by zones as a table says it."""

    grid: Grid
    districts: Sequence[District]
    zones: Sequence[Zone]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """Where something is: the outlines of its districts and of all others."""

    grid: Grid
    here: str
    others: str


@room.get("/map", policy=Policy.PUBLIC, repeats=True)
def city() -> Response:
    """All districts, tinted by how much is on in each of what was chosen; a cell leads to its list."""
    with asking.reading() as session:
        choice = read_choice(session, here=to.city_map)
        counts = mapping.dates_by_district(session, choice.selection, now=asking.now())
    chosen = choice.selection
    lists = once(("lists", chosen), lambda: _lists(chosen))
    return page(
        "public/browsing/map.html", choice=choice, quick=quick(chosen, here=to.city_map),
        map=drawn(counts, href=lists.__getitem__, chosen=chosen.districts),
    )  # fmt: skip


def _lists(selection: Selection) -> Mapping[str, str]:
    """Where the list of each district is, by slug."""
    slugs = (each.slug for each in grid(asking.metropolis()).cells)
    return {slug: to.events(replace(selection, districts=(slug,)).query()) for slug in slugs}


def drawn(counts: Mapping[str, int], *, href: Callable[[str], str], chosen: Sequence[str] = ()) -> Map:
    """The map of so many dates by district."""
    whole, most = grid(asking.metropolis()), max(counts.values(), default=0)
    cells = [
        District(
            cell=each, count=counts.get(each.slug, 0), href=href(each.slug), chosen=each.slug in chosen,
            tint=tint(counts.get(each.slug, 0), most),
        )
        for each in whole.cells
    ]  # fmt: skip
    return Map(grid=whole, districts=cells, zones=_zones(cells))


def tint(count: int, most: int) -> int:
    """How strong a colour says so many of `most`, by the root: a few beside one with many should still be seen."""
    return 1 + min(TINTS - 1, int((TINTS - 1) * sqrt(count / most))) if count else 0


def _zones(districts: Sequence[District]) -> list[Zone]:
    metropolis = asking.metropolis()
    zone_of = {each.slug: each.zone for each in metropolis.districts}
    by_name = sorted(districts, key=lambda each: each.cell.slug)
    return [
        Zone(slug=zone.slug, name=zone.name, districts=found)
        for zone in metropolis.zones
        if (found := [each for each in by_name if zone_of[each.cell.slug] == zone.slug])
    ]


def sketch(*slugs: str) -> Sketch:
    """The small map that says where these districts are."""
    whole = grid(asking.metropolis())
    others = (each.slug for each in whole.cells if each.slug not in slugs)
    return Sketch(grid=whole, here=whole.outline(slugs), others=whole.outline(others))
