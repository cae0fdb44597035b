"""How many dates each choice of a list would leave, beside what is chosen of the other kinds.

Kept for one state of all that is public.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.counting import JOINT, NAMED, SHARED, TERMS, Fact, facts
from calendar_service.domain.events import TermKind
from calendar_service.domain.finding.agenda import Listed
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.window import window
from calendar_service.services.agenda import browsing
from calendar_service.services.agenda.describing import without
from calendar_service.services.agenda.state import state_of

KEPT = 500
KINDS: Mapping[str, tuple[str, ...]] = {
    "discipline": ("discipline", "root"), "format": ("format",), "audience": ("audience",), "free": ("free",),
    "outdoors": ("outdoors",), "indoors": ("indoors",), "district": ("district",), "zone": ("zone",),
}  # fmt: skip
"""What is counted anew without the choices of a kind, and what of it. `access` is and-ed: it stays as it is chosen."""
PLACES = frozenset({"district", "zone"})
MOST_KINDS = 4
"""Kinds with a choice that are counted apart: each is one statement."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Numbers by kind and value. Of what is not known, since there is more than is counted, there is none."""

    numbers: Mapping[tuple[str, str], int] = field(default_factory=dict)
    known: frozenset[str] = frozenset()

    def number(self, kind: str, value: str) -> int | None:
        """How many dates a choice would leave; None when that is not known."""
        return self.numbers.get((kind, value), 0) if kind in self.known else None


_kept: dict[Hashable, Tally] = {}
_alike: dict[Hashable, Tally] = {}


def forget() -> None:
    """Count anew: another database stands behind the same address."""
    _kept.clear()


def tally(session: Session, selection: Selection, dates: Sequence[Listed], *, now: datetime) -> Tally:
    """What each choice would leave of a selection's list, for everybody; `dates` are all that the list holds."""
    metropolis = session.installation.metropolis
    start = window(selection, now=now, timezone=metropolis.timezone).start
    key = (str(session.connection().engine.url), selection, start, state_of(session, now=now))
    found = _kept.get(key)
    if found is None:
        found = _keep(_kept, key, _one_of_its_kind(_tally(session, selection, dates, now=now)))
    return found


def _one_of_its_kind(tally: Tally) -> Tally:
    """The same for the same numbers, so that what was made of it once (the form of the filters) is not made anew."""
    key = (frozenset(tally.numbers.items()), tally.known)
    return _alike.get(key) or _keep(_alike, key, tally)


def _keep(there: dict[Hashable, Tally], key: Hashable, tally: Tally) -> Tally:
    """All go when they are too many."""
    if len(there) >= KEPT:
        there.clear()
    return there.setdefault(key, tally)


def _tally(session: Session, selection: Selection, dates: Sequence[Listed], *, now: datetime) -> Tally:
    chosen = [kind for kind in KINDS if without(selection, kind) != selection]
    numbers: dict[tuple[str, str], int] = {}
    known = _count(session, dates, {"accessibility"} | _kinds(kind for kind in KINDS if kind not in chosen), numbers)
    for kind in chosen[:MOST_KINDS]:
        others = browsing.dates(session, without(selection, kind), now=now)
        known |= _count(session, others, _kinds([kind]), numbers)
    return Tally(numbers, frozenset(known))


def _kinds(kinds: Iterable[str]) -> set[str]:
    return {counted for kind in kinds for counted in KINDS[kind]}


def _count(
    session: Session, dates: Sequence[Listed], kinds: set[str], numbers: dict[tuple[str, str], int]
) -> set[str]:  # fmt: skip
    """Count these kinds over so many dates; which of them are known then: none when there are too many dates."""
    if len(dates) > browsing.COUNTED:
        return set()
    if dates:
        numbers.update(counted(dates, _facts(session, dates, kinds), kinds, session.installation.metropolis))
    return kinds


def _facts(session: Session, dates: Sequence[Listed], kinds: set[str]) -> list[Fact]:
    terms = frozenset(each for each in TERMS if each in kinds or (each == TermKind.DISCIPLINE and "root" in kinds))
    events = dict.fromkeys(each.event_id for each in dates)
    return facts(session, events, terms=terms, places=not kinds.isdisjoint(PLACES))


def counted(
    dates: Iterable[Listed], said: Sequence[Fact], kinds: Collection[str], metropolis: Metropolis
) -> dict[tuple[str, str], int]:  # fmt: skip
    """By kind and value, how many of these dates carry it."""
    zones = {each.slug: each.zone for each in metropolis.districts}
    named = {each.id: each.value for each in said if each.kind == NAMED}
    carried: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    for each in said:
        if each.kind != NAMED:
            carried[each.id].update(_of_fact(each, zones, metropolis))
    numbers: Counter[tuple[str, str]] = Counter()
    for date in dates:
        numbers.update(carried[date.event_id].union(_of_date(date, named, zones)))
    return {key: number for key, number in numbers.items() if key[0] in kinds}


def _of_fact(fact: Fact, zones: Mapping[str, str], metropolis: Metropolis) -> Iterator[tuple[str, str]]:
    """What an event counts for: of the disciplines of the first level once, however many it carries below one; where
    it is hosted for the zone, too.
    """
    if fact.kind == JOINT:
        yield from _of_host(fact.value, zones)
    elif fact.kind == SHARED:
        yield "district", fact.value
    else:
        yield fact.kind, fact.value
        if fact.kind == TermKind.DISCIPLINE:
            yield "root", metropolis.disciplines.root_of(fact.value)


def _of_host(slug: str, zones: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "district", slug
    if slug in zones:
        yield "zone", zones[slug]


def _of_date(date: Listed, named: Mapping[int, str], zones: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if date.host_id in named:
        yield from _of_host(named[date.host_id], zones)
    if date.format:
        yield "format", date.format
    if date.free:
        yield "free", "1"
    if date.outdoors is not None:
        yield ("outdoors" if date.outdoors else "indoors"), "1"
