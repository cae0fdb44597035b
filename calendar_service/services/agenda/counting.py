"""How many dates each choice of a list would leave, beside what is chosen of the other kinds.

Kept for one state of all that is public.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.counting import tallies
from calendar_service.domain.selection import Selection
from calendar_service.domain.window import window
from calendar_service.services.agenda import browsing
from calendar_service.services.agenda.describing import without
from calendar_service.services.agenda.state import state_of

KEPT = 500
KINDS: Mapping[str, tuple[str, ...]] = {
    "discipline": ("discipline", "root"), "format": ("format",), "audience": ("audience",), "free": ("free",),
    "outdoors": ("outdoors",), "indoors": ("indoors",), "district": ("district",), "zone": ("zone",),
}  # fmt: skip
"""What is counted anew without the choices of a kind, and what of it. `access` is and-ed: it stays as it is chosen."""
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


def forget() -> None:
    """Count anew: another database stands behind the same address."""
    _kept.clear()


def tally(session: Session, selection: Selection, dates: Sequence[int], *, now: datetime) -> Tally:
    """What each choice would leave of a selection's list, for everybody; `dates` are all that the list holds."""
    metropolis = session.installation.metropolis
    start = window(selection, now=now, timezone=metropolis.timezone).start
    key = (str(session.connection().engine.url), selection, start, state_of(session, now=now))
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        found = _kept[key] = _tally(session, selection, dates, now=now)
    return found


def _tally(session: Session, selection: Selection, dates: Sequence[int], *, now: datetime) -> Tally:
    chosen = [kind for kind in KINDS if without(selection, kind) != selection]
    numbers: dict[tuple[str, str], int] = {}
    known = _count(session, dates, {"accessibility"} | _kinds(kind for kind in KINDS if kind not in chosen), numbers)
    for kind in chosen[:MOST_KINDS]:
        others = browsing.dates(session, without(selection, kind), now=now)
        known |= _count(session, others, _kinds([kind]), numbers)
    return Tally(numbers, frozenset(known))


def _kinds(kinds: Iterable[str]) -> set[str]:
    return {counted for kind in kinds for counted in KINDS[kind]}


def _count(session: Session, dates: Sequence[int], kinds: set[str], numbers: dict[tuple[str, str], int]) -> set[str]:
    """Count these kinds over so many dates; which of them are known then: none when there are too many dates."""
    if len(dates) > browsing.COUNTED:
        return set()
    found = tallies(session, dates, metropolis=session.installation.metropolis) if dates else {}
    numbers.update({key: number for key, number in found.items() if key[0] in kinds})
    return kinds
