"""What the choices of a list are counted by, beside what stands with each of its dates: in one statement, kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Integer, Select, bindparam, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from calendar_service.db.engine import Session
from calendar_service.domain.events import EventTerm, Host, TermKind
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.network.sharing import Share, ShareState
from calendar_service.domain.territory.places import District

JOINT, SHARED, NAMED = "joint", "shared", "named"
"""Kinds of facts beside the terms of an event: a district that co-hosts it, one that shares it; and what a district
(by its id) is called.
"""
TERMS = frozenset({TermKind.DISCIPLINE, TermKind.AUDIENCE, TermKind.ACCESSIBILITY})
Part = Select[Any]


class Fact(NamedTuple):
    """What an event has, by its id; a slug."""

    id: int
    kind: str
    value: str


def facts(session: Session, events: Iterable[int], *, terms: frozenset[TermKind], places: bool) -> list[Fact]:
    """What these events carry of some vocabularies, and if asked for in which districts they stand."""
    if not terms and not places:
        return []
    asked = _facts(terms, places)
    return list(map(Fact._make, session.connection().execute(asked, {"ids": list(events)}).all()))


@lru_cache(maxsize=64)
def _facts(terms: frozenset[TermKind], places: bool) -> CompoundSelect[Any]:  # noqa: FBT001
    return union_all(*_terms(sorted(terms)), *(_places() if places else ()))


def _among(column: InstrumentedAttribute[int]) -> Any:  # noqa: ANN401 - a clause
    return column.in_(bindparam("ids", expanding=True, type_=Integer))


def _terms(kinds: Sequence[TermKind]) -> Iterator[Part]:
    carried: Any = select(EventTerm.event_id, EventTerm.kind, EventTerm.slug)
    if kinds:
        yield carried.where(_among(EventTerm.event_id), EventTerm.kind.in_(kinds))


def _places() -> Iterator[Part]:
    stands: tuple[tuple[str, Any, str], ...] = ((JOINT, Host, Consent.ACCEPTED), (SHARED, Share, ShareState.ACCEPTED))
    for kind, by, accepted in stands:
        standing: Any = select(by.event_id, literal(kind), District.slug).join(District, District.id == by.district_id)
        yield standing.where(_among(by.event_id), by.state == accepted)
    named: Any = select(District.id, literal(NAMED), District.slug)
    yield named
