"""What lies on the scales of clash advice is weighed as the tables say, however it is found there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.db.queries.desk.clashes import A_DAY, Rival
from calendar_service.domain.clashes import (
    WORTH_NAMING,
    Alike,
    Parts,
    burden,
    likeness,
    nearness,
    overlap,
    size,
    stretch_of,
)
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.domain.times.moments import Span
from calendar_service.services.desk.advice import Wish
from calendar_service.services.desk.gathering import moved, places_of
from calendar_service.services.desk.weighing import Load, Scales

FIRST = datetime(2026, 12, 5, 19)
WANTED = Span(start=FIRST, end=FIRST + timedelta(hours=2), all_day=False, timezone="America/Lima")
PLACES = ("barranco", "chorrillos", "miraflores", "san-luis", "ancon")
FILED = ("|", "bandas|familias", "jazz|jovenes", "cine|")
LENGTHS = (0, 1800, 7200, 11 * 3600, A_DAY, 3 * A_DAY, 9 * A_DAY)


def a_rival(rng: Random, number: int) -> Rival:
    start = int(FIRST.replace(tzinfo=UTC).timestamp()) + rng.randrange(-4 * A_DAY, 4 * A_DAY, 900)
    return Rival(
        id=number, event_id=number, start=start, end=start + rng.choice(LENGTHS), whole_days=rng.random() < 0.2,
        place=rng.choice(PLACES), host=rng.choice(PLACES), expected=rng.choice((None, 20, 300, 4000)),
        worded=rng.random() < 0.8, filed_under=rng.choice(FILED),
    )  # fmt: skip


def by_the_tables(scales: Scales, span: Span, rivals: Sequence[Rival], for_all: str) -> list[tuple[int, int]]:
    """Every rival against the time, one by one: scores and events."""
    found = []
    for each in rivals:
        plan = scales.plan(each)
        like = likeness(scales.wanted, plan, for_all=for_all)
        alike = Alike(nearness(scales.wanted, plan, places=scales.places), like, size(scales.wanted, plan))
        found.append((Parts(overlap=overlap(stretch_of(span), each), alike=alike).score, each.event_id))
    return sorted(each for each in found if each[0] >= WORTH_NAMING)


def test_each_time_bears_what_the_tables_say_of_everything_that_is_on() -> None:
    metropolis = read_metropolis(SHIPPED_METROPOLIS)
    rng = Random(5)  # noqa: S311 - no secret: the same each time
    wish = Wish(span=WANTED, district="barranco", disciplines=("bandas",), audiences=("familias",), expected=300)
    scales = Scales(wish, metropolis, places_of(metropolis))
    rivals = [a_rival(rng, number) for number in range(300)]
    for some in (rivals[:200], rivals[200:]):
        scales.put(some)
    for days in range(-3, 4):
        span = moved(WANTED, days=days)
        expected = by_the_tables(scales, span, rivals, metropolis.default_audience)
        weighed = scales.weigh(span)
        assert sorted((each.score, each.rival.event_id) for each in weighed) == expected
        strongest = max((score for score, _ in expected), default=0)
        assert scales.load(span) == Load(burden(score for score, _ in expected), len(expected), strongest)
        assert expected
