"""How much what is on competes with a wanted time: the scales of clash advice, without a question to the database."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol

from calendar_service.db.queries.desk.clashes import A_DAY, Rival
from calendar_service.domain.clashes import (
    CITYWIDE,
    CLOSE_IN_TIME,
    WORTH_NAMING,
    Alike,
    Likeness,
    Nearness,
    Overlap,
    Place,
    Plan,
    Size,
    Stretch,
    burden,
    likeness,
    nearness,
    overlap,
    scores,
    size,
    stretch_of,
)  # fmt: skip
from calendar_service.domain.events import read_filing
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import Span

ONE_DAY = timedelta(days=1)
CLOSE = int(CLOSE_IN_TIME.total_seconds())
ONE_NIGHT, FEW_DAYS = 12 * 3600, 2 * A_DAY


class Other(NamedTuple):
    """An event where it takes place, on whatever dates: how much it is like the one that is wanted."""

    alike: Alike
    scores: Mapping[Overlap, int]


class Weight(NamedTuple):
    """How much one date competes."""

    score: int
    overlap: Overlap
    rival: Rival
    other: Other


class Load(NamedTuple):
    """What a time bears: how much competes in all, how many things, and how much the strongest."""

    burden: int
    rivals: int
    strongest: int


class Wanted(Protocol):
    """What the scales look at of a wish, besides its time."""

    @property
    def district(self) -> str:
        """Where it is to be."""

    @property
    def disciplines(self) -> tuple[str, ...]:
        """What it is."""

    @property
    def audiences(self) -> tuple[str, ...]:
        """For whom it is."""

    @property
    def expected(self) -> int | None:
        """How many are expected."""


Date = tuple[int, Rival, Other]
"""When it begins goes first: so dates are in order by themselves."""


class Row:
    """Dates in the order in which they begin: what touches a time is found without looking at all of them."""

    def __init__(self) -> None:
        self.dates: list[Date] = []
        self.starts: list[int] = []
        self.longest = 0

    def add(self, dates: Sequence[Date]) -> None:
        """Put more beside what is there."""
        self.dates = sorted((*self.dates, *dates))
        self.starts = [start for start, _, _ in self.dates]
        self.longest = max(self.longest, *(each.end - start for start, each, _ in dates), 0)

    def around(self, wanted: Stretch) -> list[Date]:
        """What ends at most so long before, or begins so long after, that one cannot go to both."""
        earliest = wanted.start - CLOSE
        first = bisect_left(self.starts, earliest - self.longest)
        last = bisect_right(self.starts, wanted.end + CLOSE)
        return [each for each in self.dates[first:last] if each[1].end > earliest]


class Scales:
    """Weighs a wish at one time after another against the same rivals."""

    def __init__(self, wish: Wanted, metropolis: Metropolis, places: Mapping[str, Place]) -> None:
        self.metropolis, self.places = metropolis, places
        self.wanted = Plan(
            district=wish.district, disciplines=wish.disciplines, families=families(wish.disciplines, metropolis),
            audiences=wish.audiences, expected=wish.expected,
        )  # fmt: skip
        self.hours, self.days, self.long = Row(), Row(), Row()
        self._kinds: dict[str, tuple[Plan, Likeness]] = {}
        self._others: dict[tuple[str, str, Size, bool], Other] = {}
        self._near: dict[tuple[str, bool], Nearness] = {}
        self._known: dict[Stretch, Load] = {}

    def put(self, rivals: Iterable[Rival]) -> None:
        """Lay what may compete on the scales, unless it hardly could; apart what lasts longer, so that few are met."""
        hours: list[Date] = []
        days: list[Date] = []
        long: list[Date] = []
        for rival in rivals:
            other = self._other(rival)
            if other.scores[Overlap.SAME] >= WORTH_NAMING:
                length = rival.end - rival.start
                (hours if length <= ONE_NIGHT else days if length <= FEW_DAYS else long).append(
                    (rival.start, rival, other)
                )
        for row, dates in ((self.hours, hours), (self.days, days), (self.long, long)):
            row.add(dates)
        self._known.clear()

    def _other(self, rival: Rival) -> Other:
        """Of many dates, there are few places, few kinds and few sizes: what they make together is known."""
        draws, everywhere = size(self.wanted, rival), (rival.expected or 0) >= CITYWIDE
        key = rival.filed_under, place_shown(rival), draws, everywhere
        found = self._others.get(key)
        if found is None:
            _, like = self._kind(rival.filed_under)
            found = self._others[key] = other_of(Alike(self._nearness(rival), like, draws))
        return found

    def _nearness(self, rival: Rival) -> Nearness:
        key = place_shown(rival), (rival.expected or 0) >= CITYWIDE
        if key not in self._near:
            self._near[key] = nearness(self.wanted, self.plan(rival), places=self.places)
        return self._near[key]

    def plan(self, rival: Rival) -> Plan:
        """What a rival is, where, for whom and for how many."""
        kind, _ = self._kind(rival.filed_under)
        return replace(kind, district=place_shown(rival), expected=rival.expected)

    def _kind(self, filed_under: str) -> tuple[Plan, Likeness]:
        """What is filed under this, and how like it is: of many events, there are few kinds."""
        if filed_under not in self._kinds:
            disciplines, audiences = read_filing(filed_under)
            plan = Plan(
                district="", disciplines=disciplines, families=families(disciplines, self.metropolis),
                audiences=audiences, expected=None,
            )  # fmt: skip
            like = likeness(self.wanted, plan, for_all=self.metropolis.default_audience)
            self._kinds[filed_under] = plan, like
        return self._kinds[filed_under]

    def weigh(self, span: Span) -> Sequence[Weight]:
        """What competes at a time, the strongest first."""
        worth = [Weight(*each) for each in self._competing(stretch_of(span))]
        return sorted(worth, key=lambda each: (-each.score, each.rival.start, each.rival.event_id))

    def load(self, span: Span) -> Load:
        """What a time bears: of most times, no more is asked."""
        wanted = stretch_of(span)
        if wanted not in self._known:
            self._known[wanted] = load_of([score for score, *_ in self._competing(wanted)])
        return self._known[wanted]

    def _competing(self, wanted: Stretch) -> Iterator[tuple[int, Overlap, Rival, Other]]:
        for row in (self.hours, self.days, self.long):
            for _, rival, other in row.around(wanted):
                lies = overlap(wanted, rival)
                score = other.scores[lies]
                if score >= WORTH_NAMING:
                    yield score, lies, rival, other


@lru_cache(maxsize=256)
def other_of(alike: Alike) -> Other:
    """What is so like, with its scores."""
    return Other(alike, scores(alike))


def load_of(scores: Collection[int]) -> Load:
    """What such scores make together."""
    return Load(burden(scores), len(scores), max(scores, default=0))


def place_shown(rival: Rival) -> str:
    """The district of its place. A hold that shows no words stands where its host is: its venue would tell where."""
    return rival.place if rival.worded else rival.host


def families(disciplines: Iterable[str], metropolis: Metropolis) -> frozenset[str]:
    """Their top terms; what belongs nowhere else is no family."""
    roots = {metropolis.disciplines.root_of(each) for each in disciplines}
    return frozenset(roots - {metropolis.default_discipline})
