"""Clusters proposed by proximity hang together on the map and stay compact."""

from __future__ import annotations

from calendar_service.domain.clashes import Place
from calendar_service.domain.territory.proximity import groups_around


def place(slug: str, longitude: float, *neighbours: str) -> Place:
    return Place(slug=slug, latitude=-12.0, longitude=longitude, neighbours=frozenset(neighbours))


ROW = {each.slug: each for each in (
    place("a", 0.0, "b"), place("b", 0.1, "a", "c"), place("c", 0.2, "b", "d"), place("d", 0.3, "c", "e"),
    place("e", 0.4, "d"), place("island", 0.15),
)}  # fmt: skip


def test_groups_grow_from_home_over_neighbours_alone_and_the_nearest_first() -> None:
    assert [each.members for each in groups_around("c", ROW)] == [("c", "b", "d"), ("c", "b", "d", "a", "e")]


def test_the_farthest_two_say_how_wide_a_group_is() -> None:
    assert [round(each.across_km) for each in groups_around("c", ROW)] == [22, 44]


def test_what_there_is_already_is_not_proposed() -> None:
    assert [len(each.members) for each in groups_around("c", ROW, known=[frozenset("bcd")])] == [5]


def test_who_has_no_neighbours_gets_no_proposal() -> None:
    assert groups_around("island", ROW) == []
