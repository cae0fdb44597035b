"""How many dates each choice of a list would leave, beside what is chosen of the other kinds.

Kept for one state of all that is public.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries import browsing as clauses_of
from calendar_service.db.queries.counting import tallies
from calendar_service.domain.access import ANYBODY
from calendar_service.domain.selection import Selection
from calendar_service.domain.window import window
from calendar_service.services.agenda.browsing import COUNTED
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


def tally(session: Session, selection: Selection, *, now: datetime) -> Tally:
    """What each choice would leave of a selection's list, for everybody."""
    metropolis = session.installation.metropolis
    start = window(selection, now=now, timezone=metropolis.timezone).start
    key = (str(session.connection().engine.url), selection, start, state_of(session, now=now))
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        found = _kept[key] = _tally(session, selection, now=now)
    return found


def _tally(session: Session, selection: Selection, *, now: datetime) -> Tally:
    numbers = dict(_count(session, selection, now=now))
    known = _kinds(KINDS) if numbers.pop(("", "")) <= COUNTED else set()
    chosen = [kind for kind in KINDS if without(selection, kind) != selection]
    for kind in chosen:
        known -= set(KINDS[kind])
    for kind in chosen[:MOST_KINDS]:
        apart = dict(_count(session, without(selection, kind), now=now))
        if apart.pop(("", "")) <= COUNTED:
            numbers |= {key: number for key, number in apart.items() if key[0] in KINDS[kind]}
            known |= set(KINDS[kind])
    return Tally(numbers, frozenset(known))


def _kinds(kinds: Iterable[str]) -> set[str]:
    return {counted for kind in kinds for counted in KINDS[kind]} | {"accessibility"}


def _count(session: Session, selection: Selection, *, now: datetime) -> Mapping[tuple[str, str], int]:
    metropolis = session.installation.metropolis
    asked = window(selection, now=now, timezone=metropolis.timezone)
    clauses = clauses_of.selection_clauses(selection, metropolis=metropolis, window=asked)
    clauses += [*clauses_of.shown_to(ANYBODY), clauses_of.begins_within(asked)]
    if selection.from_day is None:
        clauses.append(clauses_of.not_over(clauses_of.NOW))
    roots = {each.slug: each.parent for each in metropolis.disciplines.terms if each.parent}
    return tallies(session, clauses, roots=roots, now=now, limit=COUNTED + 1)
