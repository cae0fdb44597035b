"""How much is on where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, inspect, select, union, union_all
from sqlalchemy.orm import aliased

from calendar_service.db.engine import Session
from calendar_service.domain.events import Host, Occurrence
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.network.sharing import Share, ShareState
from calendar_service.domain.territory.places import District


def dates_by_district(session: Session, clauses: Sequence[ColumnElement[bool]]) -> Mapping[str, int]:
    """How many dates each district (by slug) hosts, co-hosts or shares: as many as a selection of it finds."""
    home = aliased(District)
    joint = select(Host.event_id, Host.district_id).where(Host.state == Consent.ACCEPTED)
    shown = select(Share.event_id, Share.district_id).where(Share.state == ShareState.ACCEPTED)
    more = union(joint, shown).subquery()

    def dates_of(row: FromClause, *its: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a column
        return select(func.count()).where(*its, *clauses).correlate(row).scalar_subquery()

    hosting: Any = select(home.id, dates_of(inspect(home).selectable, Occurrence.host_id == home.id))
    theirs = (Occurrence.event_id == more.c.event_id, Occurrence.host_id != more.c.district_id)
    counted = union_all(hosting, select(more.c.district_id, dates_of(more, *theirs))).subquery()
    district, number = counted.columns.values()
    question = select(District.slug, func.sum(number)).join(District, District.id == district).group_by(District.slug)
    return {slug: int(dates) for slug, dates in session.execute(question) if dates}
