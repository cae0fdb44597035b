"""How many dates each further choice would leave: one statement over dates that were found, said once and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Integer, Select, bindparam, case, func, literal, select, union, union_all

from calendar_service.db.engine import Session
from calendar_service.db.queries.browsing import Clause
from calendar_service.domain.clusters import Consent
from calendar_service.domain.events import Event, EventTerm, Host, Occurrence, TermKind
from calendar_service.domain.metropolis import Metropolis
from calendar_service.domain.places import District
from calendar_service.domain.sharing import Share, ShareState

Counts = Mapping[tuple[str, str], int]
Part = Select[Any]
TERMS = (TermKind.DISCIPLINE, TermKind.AUDIENCE, TermKind.ACCESSIBILITY)


def tallies(session: Session, wanted: Sequence[int], *, metropolis: Metropolis) -> Counts:
    """By kind and value, how many of these dates carry it."""
    rows: Any = session.connection().execute(_tallies(metropolis), {"ids": wanted})
    return {(kind, value): int(number) for kind, value, number in rows}


@cache
def _tallies(metropolis: Metropolis) -> CompoundSelect[Any]:
    roots = {each.slug: each.parent for each in metropolis.disciplines.terms if each.parent}
    these = Occurrence.id.in_(bindparam("ids", expanding=True, type_=Integer))
    dates = select(Occurrence.id, Occurrence.event_id).where(these).cte("dates")
    parts: tuple[Part, ...] = (
        _terms(dates), _roots(dates, roots),
        _format(dates), _flag(dates, "free", Event.free.is_(True)), _flag(dates, "outdoors", Event.outdoors.is_(True)),
        _flag(dates, "indoors", Event.outdoors.is_(False)), *_districts(dates),
    )  # fmt: skip
    return union_all(*parts)


def _terms(dates: CTE) -> Part:
    carried: Any = select(EventTerm.kind, EventTerm.slug, func.count()).join(
        dates, dates.c.event_id == EventTerm.event_id
    )
    among = EventTerm.event_id.in_(select(dates.c.event_id))  # or SQLite begins with all terms there are
    of_terms: Part = carried.where(EventTerm.kind.in_(TERMS), among).group_by(EventTerm.kind, EventTerm.slug)
    return of_terms


def _roots(dates: CTE, roots: Mapping[str, str]) -> Part:
    """Of the disciplines of the first level: a date counts once, however many it carries below one."""
    root = case(roots, value=EventTerm.slug, else_=EventTerm.slug)
    carried = (
        select(EventTerm.event_id, root.label("root")).distinct()
        .where(EventTerm.kind == TermKind.DISCIPLINE, EventTerm.event_id.in_(select(dates.c.event_id)))
    ).subquery()  # fmt: skip
    counted = select(literal("root"), carried.c.root, func.count()).join(dates, dates.c.event_id == carried.c.event_id)
    return counted.group_by(carried.c.root)


def _format(dates: CTE) -> Part:
    formats: Any = select(literal("format"), Event.format, func.count()).join(dates, dates.c.event_id == Event.id)
    of_formats: Part = formats.where(Event.format.is_not(None)).group_by(Event.format)
    return of_formats


def _flag(dates: CTE, name: str, holds: Clause) -> Part:
    flagged: Any = select(literal(name), literal("1"), func.count()).select_from(Event)
    of_flag: Part = flagged.join(dates, dates.c.event_id == Event.id).where(holds)
    return of_flag


def _districts(dates: CTE) -> tuple[Part, Part]:
    """A date counts for its host, each co-host that accepted and each district that shares it; for a zone once, and
    only where it is hosted.
    """
    hosts = select(Event.id.label("event_id"), Event.host_id.label("district_id"))
    joint = select(Host.event_id, Host.district_id).where(Host.state == Consent.ACCEPTED)
    among = select(dates.c.event_id)
    theirs = (hosts.where(Event.id.in_(among)), joint.where(Host.event_id.in_(among)))
    shown = select(Share.event_id, Share.district_id).where(
        Share.state == ShareState.ACCEPTED, Share.event_id.in_(among)
    )

    def by(kind: str, column: Any, homes: Any) -> Part:  # noqa: ANN401 - a mapped column, and a subquery
        counted = select(literal(kind), column, func.count(dates.c.id.distinct())).select_from(dates)
        counted = counted.join(homes, homes.c.event_id == dates.c.event_id)
        return counted.join(District, District.id == homes.c.district_id).group_by(column)

    return (
        by("district", District.slug, union(*theirs, shown).subquery()),
        by("zone", District.zone_slug, union(*theirs).subquery()),
    )
