"""What search engines are told: the public addresses, each with the last change of what stands there (S17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.organisations import known_to
from calendar_service.db.queries.network.places import venues_known_to
from calendar_service.db.queries.sound import sound_rows
from calendar_service.domain.access import ANYBODY, shown_to_everybody
from calendar_service.domain.events import Event, EventTerm, Host, Override
from calendar_service.domain.network.clusters import ENOUGH_MEMBERS, Cluster, ClusterMember, Consent
from calendar_service.domain.network.organisations import Organisation, OrganisationRole
from calendar_service.domain.territory.places import District, Venue

Changes = Sequence[tuple[str, datetime | None]]
"""Slugs, each with the last change of what is public there; None where nothing is."""
LATEST = func.max(Event.last_modified)


def volumes(session: Session, *, size: int) -> Sequence[tuple[int, datetime]]:
    """The volumes in which the public events are listed, `size` numbers in each, with their last change."""
    volume: Any = Event.id // size
    asked: Select[Any] = select(volume, LATEST).where(shown_to_everybody()).group_by(volume).order_by(volume)
    return [(int(number), changed) for number, changed in sound_rows(session, asked)]


def events_in(session: Session, volume: int, *, size: int) -> Changes:
    """The public events of a volume."""
    within = Event.id.between(volume * size, volume * size + size - 1)
    return _pairs(
        session, select(Event.slug, Event.last_modified).where(within, shown_to_everybody()).order_by(Event.id)
    )


def districts(session: Session) -> Changes:
    """Every district, with what it hosts or helps to host."""
    changed = _latest_by(Event.host_id).union_all(_joint()).subquery()
    latest = func.max(changed.c[1])
    asked = select(District.slug, latest).outerjoin(changed, changed.c[0] == District.id)
    return _pairs(session, asked.group_by(District.slug).order_by(District.slug))


def clusters(session: Session) -> Changes:
    """The clusters that there are, with what their members host or help to host."""
    changed = _latest_by(Event.host_id).union_all(_joint()).subquery()
    members = (ClusterMember.cluster_id == Cluster.id) & (ClusterMember.state == Consent.ACCEPTED)
    asked = (
        select(Cluster.slug, func.max(changed.c[1])).join(ClusterMember, members)
        .outerjoin(changed, changed.c[0] == ClusterMember.district_id)
    )  # fmt: skip
    return _pairs(
        session,
        asked.group_by(Cluster.slug)
        .having(func.count(ClusterMember.district_id.distinct()) >= ENOUGH_MEMBERS)
        .order_by(Cluster.slug),
    )


def venues(session: Session, *, limit: int) -> Changes:
    """The venues where something public is held, be it a single date of a series."""
    changed = _latest_by(Event.venue_id).union_all(_elsewhere()).subquery()
    asked = select(Venue.slug, func.max(changed.c[1])).outerjoin(changed, changed.c[0] == Venue.id)
    shown = asked.where(Venue.replaced_by_id.is_(None), venues_known_to(ANYBODY))
    return _pairs(session, shown.group_by(Venue.slug).order_by(Venue.slug).limit(limit))


def organisations(session: Session, *, limit: int) -> Changes:
    """The public entries of the register, with the events in which they take part."""
    carried = (
        select(EventTerm.slug, LATEST).join(Event, Event.id == EventTerm.event_id)
        .where(EventTerm.kind.in_(list(OrganisationRole)), shown_to_everybody()).group_by(EventTerm.slug)
    ).subquery()  # fmt: skip
    asked = select(Organisation.slug, carried.c[1]).outerjoin(carried, carried.c[0] == Organisation.slug)
    shown = asked.where(Organisation.replaced_by_id.is_(None), known_to(ANYBODY))
    return _pairs(session, shown.order_by(Organisation.slug).limit(limit))


def _latest_by(place: InstrumentedAttribute[Any]) -> Select[Any]:
    return select(place, LATEST).where(shown_to_everybody()).group_by(place)


def _joint() -> Select[Any]:
    shared = aliased(Host)
    asked: Any = select(shared.district_id, LATEST).join(Event, Event.id == shared.event_id)
    found: Select[Any] = asked.where(shared.state == Consent.ACCEPTED, shown_to_everybody()).group_by(
        shared.district_id
    )
    return found


def _elsewhere() -> Select[Any]:
    """By the venues to which single dates were moved."""
    asked: Any = select(Override.venue_id, LATEST).join(Event, Event.id == Override.event_id)
    found: Select[Any] = asked.where(Override.venue_id.is_not(None), shown_to_everybody()).group_by(Override.venue_id)
    return found


def _pairs(session: Session, asked: Select[*tuple[Any, ...]]) -> Changes:
    return [(slug, changed) for slug, changed in sound_rows(session, asked)]
