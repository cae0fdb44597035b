"""How much is on where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, inspect, select, union, union_all
from sqlalchemy.orm import aliased

from calendar_service.db.engine import Session
from calendar_service.db.in_turn import in_turn
from calendar_service.db.queries.agenda.browsing import NOW
from calendar_service.domain.events import Host, Occurrence
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.network.sharing import Share, ShareState
from calendar_service.domain.territory.places import District

Question = Select[Any]


def by_district(clauses: Sequence[ColumnElement[bool]], *, past: bool) -> Question:
    """How many dates each district hosts, co-hosts or shares: as many as a selection of it finds. Without `past`, what
    is over is left out: the end is only looked at of what has begun.
    """
    home = aliased(District)
    joint = select(Host.event_id, Host.district_id).where(Host.state == Consent.ACCEPTED)
    shown = select(Share.event_id, Share.district_id).where(Share.state == ShareState.ACCEPTED)
    more = union(joint, shown).subquery()

    def dates_of(row: FromClause, *its: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a column
        parts = (select(func.count()).where(*its, *clauses, *part) for part in ([[]] if past else _not_over()))
        first, *rest = (each.correlate(row).scalar_subquery() for each in parts)
        return sum(rest, first)

    hosting: Any = select(home.id, dates_of(inspect(home).selectable, Occurrence.host_id == home.id))
    theirs = (Occurrence.event_id == more.c.event_id, Occurrence.host_id != more.c.district_id)
    counted = union_all(hosting, select(more.c.district_id, dates_of(more, *theirs))).subquery()
    district, number = counted.columns.values()
    every: Any = select(District.slug, func.sum(number)).join(District, District.id == district)
    question: Question = every.group_by(District.slug)
    return question


def _not_over() -> list[list[ColumnElement[bool]]]:
    """What has not begun, and what has and is not over."""
    return [[Occurrence.start_utc > NOW], [Occurrence.start_utc <= NOW, in_turn(Occurrence.end_utc) > NOW]]


def numbers(session: Session, question: Question, *, now: datetime) -> Mapping[str, int]:
    """The numbers that answer `by_district`, by slug."""
    rows = session.connection().execute(question, {"now": now}).all()
    return {slug: int(dates) for slug, dates in map(tuple, rows) if dates}
