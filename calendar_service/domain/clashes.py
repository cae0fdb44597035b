"""How much two events compete for the same people: a score between 0 and 100, and the parts that it is made of.

Four questions, each answered by a factor between 0 and 1, multiplied: do they overlap, are they near, are they for
the same people, how many will the other draw. The tables below are the whole rule. It advises and never decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Protocol

from calendar_service.domain.territory.distances import distance_km
from calendar_service.domain.times.moments import Span

FULL_SCORE = 100
WORTH_NAMING = 5
"""What scores less is no competition."""
SOME, MUCH = 20, 45
CLOSE_IN_TIME = timedelta(hours=2)
"""One cannot go to both when so little lies between them: the way across the city takes as long."""
LASTING = timedelta(days=4)
"""What is open longer (an exhibition) can be seen on another day."""
CITYWIDE = 2000
"""From so many people on, an event draws them from everywhere."""


class Overlap(StrEnum):
    """How two times lie to each other."""

    SAME = "same"
    PARTLY = "partly"
    AROUND = "around"
    CLOSE = "close"
    LASTING = "lasting"
    APART = "apart"


class Nearness(StrEnum):
    """How two districts lie to each other."""

    HOME = "home"
    NEXT_DOOR = "next-door"
    NEAR = "near"
    REACHABLE = "reachable"
    CITYWIDE = "citywide"
    FAR = "far"


class Size(StrEnum):
    """How many the other draws, against the one that is planned."""

    LARGER = "larger"
    SIMILAR = "similar"
    SMALLER = "smaller"
    UNKNOWN = "unknown"


class Likeness(StrEnum):
    """What two events have in common."""

    BOTH = "both"
    DISCIPLINE = "discipline"
    AUDIENCE = "audience"
    FAMILY = "family"
    OPEN = "open"
    NOTHING = "nothing"


TIME: Mapping[Overlap, float] = {
    Overlap.SAME: 1.0, Overlap.PARTLY: 0.8, Overlap.AROUND: 0.6, Overlap.CLOSE: 0.5, Overlap.LASTING: 0.15,
    Overlap.APART: 0.0,
}  # fmt: skip
NEARNESS: Mapping[Nearness, float] = {
    Nearness.HOME: 1.0, Nearness.NEXT_DOOR: 0.8, Nearness.NEAR: 0.6, Nearness.REACHABLE: 0.4, Nearness.CITYWIDE: 0.3,
    Nearness.FAR: 0.0,
}  # fmt: skip
LIKENESS: Mapping[Likeness, float] = {
    Likeness.BOTH: 1.0, Likeness.DISCIPLINE: 0.8, Likeness.AUDIENCE: 0.7, Likeness.FAMILY: 0.6, Likeness.OPEN: 0.4,
    Likeness.NOTHING: 0.2,
}  # fmt: skip
SIZE: Mapping[Size, float] = {Size.LARGER: 1.0, Size.SIMILAR: 0.9, Size.UNKNOWN: 0.75, Size.SMALLER: 0.5}
NEAR_KM, REACHABLE_KM = 5, 10
LARGER_FROM, SIMILAR_FROM = 2.0, 0.5
USUAL_SIZE = 200
"""What an event draws when nobody said."""


class Level(StrEnum):
    """A score in one word."""

    MUCH = "much"
    SOME = "some"
    LITTLE = "little"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a district lies: its slug, its point (WGS 84, degrees) and the slugs of those next to it."""

    slug: str
    latitude: float
    longitude: float
    neighbours: frozenset[str]


class Timed(Protocol):
    """What the score looks at of a time, in seconds since 1970. `whole_days`: no hour was said."""

    @property
    def start(self) -> int:
        """Its first second."""

    @property
    def end(self) -> int:
        """The first second after it."""

    @property
    def whole_days(self) -> bool:
        """Whether it takes whole days."""


class Crowd(Protocol):
    """What the score looks at of how many come."""

    @property
    def expected(self) -> int | None:
        """How many are expected; None where nobody said."""


class Stretch(NamedTuple):
    """A time, and nothing else."""

    start: int
    end: int
    whole_days: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the score looks at besides the time, of the event that is planned and of another. A discipline's family is
    its top term.
    """

    district: str
    disciplines: tuple[str, ...]
    families: frozenset[str]
    audiences: tuple[str, ...]
    expected: int | None


class Alike(NamedTuple):
    """What two events have to do with each other, on whatever dates they take place."""

    nearness: Nearness
    likeness: Likeness
    size: Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a score is made of."""

    overlap: Overlap
    alike: Alike

    @property
    def factors(self) -> Mapping[str, float]:
        """The four factors by the API's names."""
        near, like, size = self.alike
        return {"time": TIME[self.overlap], "nearness": NEARNESS[near], "public": LIKENESS[like], "size": SIZE[size]}

    @property
    def score(self) -> int:
        """From 0 (no competition) to 100 (the same people, there and then)."""
        return scores(self.alike)[self.overlap]


@lru_cache(maxsize=256)
def scores(alike: Alike) -> Mapping[Overlap, int]:
    """The score for each way in which their times may lie to each other."""
    factor = NEARNESS[alike.nearness] * LIKENESS[alike.likeness] * SIZE[alike.size]
    return {each: round(FULL_SCORE * time * factor) for each, time in TIME.items()}


@lru_cache(maxsize=2048)
def stretch_of(span: Span) -> Stretch:
    """A time as the score looks at it; kept, as reckoning with zones takes its time."""
    return Stretch(int(span.start_utc.timestamp()), int(span.end_utc.timestamp()), span.all_day)


_CLOSE, _LASTING = int(CLOSE_IN_TIME.total_seconds()), int(LASTING.total_seconds())


def overlap(wanted: Timed, other: Timed) -> Overlap:
    """How their times lie to each other. What is open for so long competes little, and only while it is open."""
    start, end = other.start, other.end
    begins = start if start > wanted.start else wanted.start  # noqa: FURB136 - asked thousands of times: half of max
    both = (end if end < wanted.end else wanted.end) - begins  # noqa: FURB136
    length = end - start
    if length > _LASTING:
        return Overlap.LASTING if both > 0 else Overlap.APART
    if both <= 0:
        return Overlap.CLOSE if -both < _CLOSE else Overlap.APART
    if other.whole_days or wanted.whole_days:
        return Overlap.AROUND
    return Overlap.SAME if both * 2 >= min(wanted.end - wanted.start, length) else Overlap.PARTLY


def nearness(wanted: Plan, other: Plan, *, places: Mapping[str, Place]) -> Nearness:
    """How their districts lie to each other; what draws the whole city is far from nowhere."""
    if wanted.district == other.district:
        return Nearness.HOME
    here, there = places[wanted.district], places[other.district]
    if there.slug in here.neighbours:
        return Nearness.NEXT_DOOR
    km = distance_km(here, there)
    if km <= REACHABLE_KM:
        return Nearness.NEAR if km <= NEAR_KM else Nearness.REACHABLE
    return Nearness.CITYWIDE if (other.expected or 0) >= CITYWIDE else Nearness.FAR


def likeness(wanted: Plan, other: Plan, *, for_all: str) -> Likeness:
    """What they have in common. That both are for everybody says little; the discipline then decides."""
    mine, theirs = set(wanted.audiences), set(other.audiences)
    same_people = bool((mine & theirs) - {for_all})
    if set(wanted.disciplines) & set(other.disciplines):
        return Likeness.BOTH if same_people or mine & theirs else Likeness.DISCIPLINE
    if same_people:
        return Likeness.AUDIENCE
    if wanted.families & other.families:
        return Likeness.FAMILY
    everybody = not mine or not theirs or for_all in mine | theirs
    return Likeness.OPEN if everybody else Likeness.NOTHING


def size(wanted: Crowd, other: Crowd) -> Size:
    """How many the other draws, against what is planned."""
    if not other.expected:
        return Size.UNKNOWN
    ratio = other.expected / (wanted.expected or USUAL_SIZE)
    if ratio >= LARGER_FROM:
        return Size.LARGER
    return Size.SIMILAR if ratio >= SIMILAR_FROM else Size.SMALLER


def level(score: int) -> Level:
    """A score in one word."""
    if score >= MUCH:
        return Level.MUCH
    return Level.SOME if score >= SOME else Level.LITTLE


# Better dates

WEEKS_AROUND, DAYS_AROUND, HOURS_AROUND = 4, 3, 2
BETTER_SHOWN = 3
SHIFTED = 12
"""Whether a series as a whole would be freer elsewhere is asked of so many of its dates: those that come first."""
FIRST_HOUR, LAST_HOUR = 8, 21
"""No hour before or after is proposed."""
NEXT_DAYS = tuple(sign * day for day in range(1, DAYS_AROUND + 1) for sign in (1, -1))
OTHER_WEEKS = tuple(sign * 7 * week for week in range(1, WEEKS_AROUND + 1) for sign in (1, -1))
OTHER_DAYS = (*OTHER_WEEKS, *NEXT_DAYS)
"""How many days away a better date is looked for: the same weekday first, the nearer first, then days around."""
BESIDE = (1, -1)
"""How many days away a whole series might be: what is on Saturdays on Sundays, or on Fridays."""
OTHER_HOURS = tuple(sign * hour for hour in range(1, HOURS_AROUND + 1) for sign in (1, -1))


def burden(scores: Iterable[int]) -> int:
    """How much competes on a date in all: the strongest counts whole, each further one half as much as the one before.

    So one festival next door weighs more than ten small things far away.
    """
    found, part = 0.0, 1.0
    for score in sorted(scores, reverse=True):
        if score < WORTH_NAMING:
            break
        found, part = found + score * part, part / 2
    return round(found)


def is_better(candidate: int, wanted: int) -> bool:
    """Whether a date with this burden is worth moving to: at most half of what the wanted date bears."""
    return candidate * 2 <= wanted
