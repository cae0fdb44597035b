"""How much what is on competes with a wanted time: the scales of clash advice, without a question to the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from calendar_service.db.queries.clashes import Rival
from calendar_service.domain.clashes import CLOSE_IN_TIME, WORTH_NAMING, Parts, Place, Plan, burden, compare
from calendar_service.domain.events import TermKind
from calendar_service.domain.metropolis import Metropolis
from calendar_service.domain.times.moments import Span

ONE_DAY = timedelta(days=1)
Other = tuple[Rival, Plan]
Weighed = Sequence[tuple[Rival, Plan, Parts]]
"""What competes with a time, the strongest first."""


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


class Scales:
    """Weighs a wish at one time after another against the same rivals."""

    def __init__(self, wish: Wanted, metropolis: Metropolis, places: Mapping[str, Place]) -> None:
        self.wish, self.metropolis, self.places = wish, metropolis, places
        self.families = families(wish.disciplines, metropolis)
        self.by_day: dict[date, list[Other]] = defaultdict(list)
        self.lasting: list[Other] = []

    def put(self, rows: Iterable[Rival], terms: Mapping[int, Sequence[tuple[str, str]]]) -> None:
        """Lay what may compete on the scales, by the day (UTC) on which it begins."""
        kinds = {event: _kind_of(each, self.metropolis) for event, each in terms.items()}
        for row in rows:
            plan = _plan_of(row, kinds.get(row.event_id, NO_KIND))
            long = plan.end - plan.start > ONE_DAY
            (self.lasting if long else self.by_day[plan.start.date()]).append((row, plan))

    def weigh(self, span: Span) -> Weighed:
        """What competes at a time, the strongest first."""
        wanted = Plan(
            start=span.start_utc, end=span.end_utc, whole_days=span.all_day, district=self.wish.district,
            disciplines=self.wish.disciplines, families=self.families, audiences=self.wish.audiences,
            expected=self.wish.expected,
        )  # fmt: skip
        for_all = self.metropolis.default_audience
        found = ((row, plan, compare(wanted, plan, places=self.places, for_all=for_all))
                 for row, plan in self._around(wanted))  # fmt: skip
        worth = [each for each in found if each[2].score >= WORTH_NAMING]
        return sorted(worth, key=lambda each: (-each[2].score, each[1].start, each[0].event_id))

    def _around(self, wanted: Plan) -> Iterator[Other]:
        earliest, latest = wanted.start - CLOSE_IN_TIME, wanted.end + CLOSE_IN_TIME
        days = (latest.date() - earliest.date()).days + 2
        near = (self.by_day.get(earliest.date() + (place - 1) * ONE_DAY, ()) for place in range(days))
        for group in (*near, self.lasting):
            yield from (each for each in group if each[1].start < latest and each[1].end > earliest)


def load_of(weighed: Weighed) -> int:
    """How much competes in all."""
    return burden([parts.score for _, _, parts in weighed])


def families(disciplines: Iterable[str], metropolis: Metropolis) -> frozenset[str]:
    """Their top terms; what belongs nowhere else is no family."""
    roots = {metropolis.disciplines.root_of(each) for each in disciplines}
    return frozenset(roots - {metropolis.default_discipline})


class Kind(NamedTuple):
    """What an event is and for whom: the same on all its dates."""

    disciplines: tuple[str, ...]
    families: frozenset[str]
    audiences: tuple[str, ...]


NO_KIND = Kind((), frozenset(), ())


def _kind_of(terms: Sequence[tuple[str, str]], metropolis: Metropolis) -> Kind:
    disciplines = tuple(slug for kind, slug in terms if kind == TermKind.DISCIPLINE)
    audiences = tuple(slug for kind, slug in terms if kind == TermKind.AUDIENCE)
    return Kind(disciplines, families(disciplines, metropolis), audiences)


def _plan_of(row: Rival, kind: Kind) -> Plan:
    return Plan(
        start=row.start_utc, end=row.end_utc, whole_days=row.all_day,
        district=row.place if row.worded else row.host, disciplines=kind.disciplines, families=kind.families,
        audiences=kind.audiences, expected=row.expected,
    )  # fmt: skip
