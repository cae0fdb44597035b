"""How much is on where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, func, select, union

from calendar_service.db.engine import Session
from calendar_service.domain.clusters import Consent
from calendar_service.domain.events import Event, Host, Occurrence
from calendar_service.domain.places import District
from calendar_service.domain.sharing import Share, ShareState


def dates_by_district(session: Session, clauses: Sequence[ColumnElement[bool]]) -> Mapping[str, int]:
    """How many dates each district (by slug) hosts, co-hosts or shares: as many as a selection of it finds."""
    counted = select(Occurrence.event_id, Event.host_id, func.count().label("dates"))
    counted = counted.join(Event, Event.id == Occurrence.event_id).where(*clauses)
    events = counted.group_by(Occurrence.event_id, Event.host_id).cte("events")
    host = select(events.c.event_id, events.c.host_id.label("district_id"))
    joint = select(Host.event_id, Host.district_id).where(Host.state == Consent.ACCEPTED)
    shown = select(Share.event_id, Share.district_id).where(Share.state == ShareState.ACCEPTED)
    hosting = union(host, joint, shown).subquery()
    question = (
        select(District.slug, func.sum(events.c.dates)).select_from(events)
        .join(hosting, hosting.c.event_id == events.c.event_id)
        .join(District, District.id == hosting.c.district_id).group_by(District.slug)
    )  # fmt: skip
    return {slug: int(dates) for slug, dates in session.execute(question)}
