"""How much two events compete: each row of the table is a sentence that people in the network agreed to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from calendar_service.domain.clashes import (
    CITYWIDE,
    OTHER_DAYS,
    Alike,
    Level,
    Likeness,
    Nearness,
    Overlap,
    Parts,
    Place,
    Plan,
    Size,
    Stretch,
    burden,
    is_better,
    level,
    likeness,
    nearness,
    overlap,
    size,
)  # fmt: skip

SATURDAY = datetime(2026, 12, 5, tzinfo=UTC)
PLACES = {
    "barranco": Place(slug="barranco", latitude=-12.15, longitude=-77.02, neighbours=frozenset({"chorrillos"})),
    "chorrillos": Place(slug="chorrillos", latitude=-12.19, longitude=-77.01, neighbours=frozenset({"barranco"})),
    "san-isidro": Place(slug="san-isidro", latitude=-12.11, longitude=-77.03, neighbours=frozenset()),
    "lima": Place(slug="lima", latitude=-12.075, longitude=-77.04, neighbours=frozenset()),
    "ancon": Place(slug="ancon", latitude=-11.77, longitude=-77.16, neighbours=frozenset()),
}


def plan(**more: Any) -> Plan:  # noqa: ANN401 - any field
    """A concert in Barranco for everybody."""
    usual: dict[str, Any] = {
        "district": "barranco", "disciplines": ("jazz",), "families": frozenset({"musica"}),
        "audiences": ("familias",), "expected": 200,
    }  # fmt: skip
    return Plan(**usual | more)


def at(begins: float = 19, ends: float = 21, *, whole_days: bool = False) -> Stretch:
    """From one hour of Saturday to another."""
    midnight = int(SATURDAY.timestamp())
    return Stretch(midnight + int(begins * 3600), midnight + int(ends * 3600), whole_days)


@pytest.mark.parametrize(
    ("other", "lies"),
    [
        (at(19, 21), Overlap.SAME),
        (at(20, 23), Overlap.SAME),
        (at(20.5, 23), Overlap.PARTLY),
        (at(21, 23), Overlap.CLOSE),
        (at(22.9, 24), Overlap.CLOSE),
        (at(23, 24), Overlap.APART),
        (at(10, 17), Overlap.APART),
        (at(0, 24, whole_days=True), Overlap.AROUND),
        (at(-24, 48, whole_days=True), Overlap.AROUND),
        (at(-240, 240, whole_days=True), Overlap.LASTING),
        (at(-240, 18, whole_days=True), Overlap.APART),
    ],
)
def test_how_much_they_overlap(other: Stretch, lies: Overlap) -> None:
    assert overlap(at(19, 21), other) is lies


@pytest.mark.parametrize(
    ("district", "expected", "lies"),
    [
        ("barranco", 200, Nearness.HOME),
        ("chorrillos", 200, Nearness.NEXT_DOOR),
        ("san-isidro", 200, Nearness.NEAR),
        ("lima", 200, Nearness.REACHABLE),
        ("ancon", 200, Nearness.FAR),
        ("ancon", CITYWIDE, Nearness.CITYWIDE),
    ],
)
def test_how_near_they_are(district: str, expected: int, lies: Nearness) -> None:
    assert nearness(plan(), plan(district=district, expected=expected), places=PLACES) is lies


@pytest.mark.parametrize(
    ("disciplines", "families", "audiences", "like"),
    [
        (("jazz",), {"musica"}, ("familias",), Likeness.BOTH),
        (("jazz",), {"musica"}, ("jovenes",), Likeness.DISCIPLINE),
        (("titeres",), {"teatro"}, ("familias",), Likeness.AUDIENCE),
        (("cumbia",), {"musica"}, ("jovenes",), Likeness.FAMILY),
        (("titeres",), {"teatro"}, ("todos",), Likeness.OPEN),
        (("titeres",), {"teatro"}, ("jovenes",), Likeness.NOTHING),
    ],
)
def test_what_they_have_in_common(
    disciplines: tuple[str, ...], families: set[str], audiences: tuple[str, ...], like: Likeness
) -> None:
    other = plan(disciplines=disciplines, families=frozenset(families), audiences=audiences)
    assert likeness(plan(), other, for_all="todos") is like


def test_that_both_are_for_everybody_is_no_public_in_common() -> None:
    mine, theirs = plan(audiences=("todos",)), plan(audiences=("todos",), disciplines=("danza",), families=frozenset())
    assert likeness(mine, theirs, for_all="todos") is Likeness.OPEN


@pytest.mark.parametrize(
    ("wanted", "expected", "draws"),
    [
        (200, 400, Size.LARGER), (200, 399, Size.SIMILAR), (200, 100, Size.SIMILAR), (200, 99, Size.SMALLER),
        (200, None, Size.UNKNOWN), (None, 5000, Size.LARGER),
    ],
)  # fmt: skip
def test_how_many_the_other_draws(wanted: int | None, expected: int | None, draws: Size) -> None:
    assert size(plan(expected=wanted), plan(expected=expected)) is draws


@pytest.mark.parametrize(
    ("time", "other", "score"),
    [
        (at(), plan(expected=400), 100),
        (at(), plan(expected=400, district="chorrillos"), 80),
        (at(), plan(district="chorrillos", disciplines=("cumbia",), audiences=("jovenes",)), 43),
        (at(21, 23), plan(district="san-isidro"), 27),
        (at(-240, 240, whole_days=True), plan(), 14),
        (at(), plan(district="ancon"), 0),
        (at(23, 24), plan(), 0),
    ],
)
def test_the_score_is_the_product_of_its_parts(time: Stretch, other: Plan, score: int) -> None:
    alike = Alike(nearness(plan(), other, places=PLACES), likeness(plan(), other, for_all="todos"), size(plan(), other))
    parts = Parts(overlap=overlap(at(), time), alike=alike)
    assert parts.score == score
    product = 100.0
    for factor in parts.factors.values():
        product *= factor
    assert round(product) == score


def test_every_part_has_a_factor() -> None:
    for lies in Overlap:
        for near in Nearness:
            for like in Likeness:
                for draws in Size:
                    parts = Parts(overlap=lies, alike=Alike(near, like, draws))
                    assert 0 <= parts.score <= 100


def test_a_score_in_one_word() -> None:
    assert [level(each) for each in (100, 45, 44, 20, 19)] == [
        Level.MUCH, Level.MUCH, Level.SOME, Level.SOME, Level.LITTLE
    ]  # fmt: skip


def test_a_date_bears_its_strongest_rival_whole_and_many_small_ones_little() -> None:
    assert burden([]) == 0
    assert burden([80]) == 80
    assert burden([10, 80, 20]) == 80 + 10 + 2
    assert burden([4] * 50) == 0
    assert burden([10] * 50) == 20


def test_better_dates_are_looked_for_on_the_same_weekday_first_and_count_when_they_bear_half() -> None:
    assert OTHER_DAYS[:4] == (7, -7, 14, -14)
    assert [each for each in OTHER_DAYS if each % 7] == [1, -1, 2, -2, 3, -3]
    assert [is_better(each, 50) for each in (0, 25, 26)] == [True, True, False]
