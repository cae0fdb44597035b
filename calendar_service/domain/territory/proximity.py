"""Clusters proposed by proximity: groups that hang together on the map, computed from neighbours and distances."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from calendar_service.domain.clashes import Place
from calendar_service.domain.territory.distances import distance_km

SIZES = (3, 5, 7)
"""So many districts can still meet at one table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Districts (slugs, the proposing one first, then the nearer first), and how far the two farthest are apart."""

    members: tuple[str, ...]
    across_km: float


def groups_around(home: str, places: Mapping[str, Place], *, known: Collection[frozenset[str]] = ()) -> list[Group]:
    """Groups in which each district touches another, the smallest first; without those that there are (`known`)."""
    found = []
    for size in SIZES:
        members = _grown(home, places, size)
        if len(members) == size and frozenset(members) not in known:
            found.append(Group(members=tuple(members), across_km=_across(members, places)))
    return found


def _grown(home: str, places: Mapping[str, Place], size: int) -> list[str]:
    """From home outwards, each time the adjacent district that keeps the group most compact."""
    group = [home]
    while len(group) < size and (near := _adjacent(group, places)):
        group.append(min(near, key=lambda slug: _width(group, slug, places)))
    return group


def _width(group: Sequence[str], slug: str, places: Mapping[str, Place]) -> tuple[float, float, str]:
    """How wide the group would be with a district, then how far that is from home (to 100 m), then its name."""
    from_home = distance_km(places[group[0]], places[slug])
    return round(_across([*group, slug], places), 1), round(from_home, 1), slug


def _adjacent(group: Sequence[str], places: Mapping[str, Place]) -> set[str]:
    return {slug for each in group for slug in places[each].neighbours if slug in places} - set(group)


def _across(group: Sequence[str], places: Mapping[str, Place]) -> float:
    """Between the two that are farthest apart, in kilometres."""
    return max((distance_km(places[one], places[two]) for one in group for two in group), default=0.0)
