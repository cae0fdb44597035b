"""How much is on where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import FromClause, Select, func, inspect, select, union, union_all
from sqlalchemy.orm import aliased

from calendar_service.db.engine import Session
from calendar_service.db.in_turn import in_turn
from calendar_service.db.queries.agenda.browsing import NOW, Clause, begins_before, begins_within
from calendar_service.domain.events import Host, Occurrence
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.network.sharing import Share, ShareState
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.window import Window

Question = Select[Any]


def by_district(clauses: Sequence[Clause], *, window: Window, past: bool) -> Question:
    """How many dates that begin in a window each district hosts, co-hosts or shares: as many as a selection of it
    finds. Without `past`, what is over is left out: the end is only looked at of what has begun.
    """
    home = aliased(District)
    joint = select(Host.event_id, Host.district_id).where(Host.state == Consent.ACCEPTED)
    shown = select(Share.event_id, Share.district_id).where(Share.state == ShareState.ACCEPTED)
    more = union(joint, shown).subquery()

    def dates_of(row: FromClause, *its: Clause) -> Any:  # noqa: ANN401 - a column
        parts = (select(func.count()).where(*its, *clauses, *part) for part in _parts(window, past=past))
        first, *rest = (each.correlate(row).scalar_subquery() for each in parts)
        return sum(rest, first)

    hosting: Any = select(home.id, dates_of(inspect(home).selectable, Occurrence.host_id == home.id))
    theirs = (Occurrence.event_id == more.c.event_id, Occurrence.host_id != more.c.district_id)
    counted = union_all(hosting, select(more.c.district_id, dates_of(more, *theirs))).subquery()
    district, number = counted.columns.values()
    every: Any = select(District.slug, func.sum(number)).join(District, District.id == district)
    question: Question = every.group_by(District.slug)
    return question


def _parts(window: Window, *, past: bool) -> list[list[Clause]]:
    """What begins in the window; or what will begin, and what has begun and is not over."""
    begun = begins_within(window)
    if past:
        return [begun]
    on_now = [*begun, Occurrence.start_utc <= NOW, in_turn(Occurrence.end_utc) > NOW]
    return [[Occurrence.start_utc > NOW, *begins_before(window)], on_now]


def numbers(session: Session, question: Question, *, window: Window, now: datetime) -> Mapping[str, int]:
    """The numbers that answer `by_district`, by slug; now, or just before the window where that comes later."""
    given = {"now": max(now, window.start - timedelta.resolution)}
    rows = session.connection().execute(question, given).all()
    return {slug: int(dates) for slug, dates in map(tuple, rows) if dates}
