"""What an officer's desk asks: her districts' events by where they stand, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.clusters import with_coordinator, with_members
from calendar_service.db.word_index import found_by
from calendar_service.domain.events import PUBLIC, Event, Host, Occurrence, Status
from calendar_service.domain.finding.search import ways_to_find, words_sought
from calendar_service.domain.network.clusters import Cluster, ClusterMember, Consent
from calendar_service.domain.territory.places import Venue

Districts = frozenset[int]
Clause = ColumnElement[bool]


def _is_ours(districts: Districts) -> Clause:
    """Hosted by one of the districts, or co-hosted by one that has accepted."""
    joint = exists().where(Host.event_id == Event.id, Host.district_id.in_(districts), Host.state == Consent.ACCEPTED)
    return or_(Event.host_id.in_(districts), joint)


def _is_left(now: datetime) -> Clause:
    """Has a date that is not over."""
    return exists().where(Occurrence.event_id == Event.id, Occurrence.end_utc > now)


def found_by_words(q: str) -> list[Clause]:
    """What a search finds; all of it where no word is sought."""
    sought = [ways_to_find(each) for each in words_sought(q)]
    return [found_by(Event.id, sought)] if sought else []


def drafts_of(districts: Districts) -> list[Clause]:
    """The drafts of districts: nobody else's, as only their host works on them."""
    return [Event.host_id.in_(districts), Event.status == Status.DRAFT]


def holds_of(districts: Districts, *, until: date | None = None) -> list[Clause]:
    """The holds of districts, or only those that end by a day."""
    clauses = [_is_ours(districts), Event.status == Status.TENTATIVE]
    return clauses if until is None else [*clauses, Event.hold_until <= until]


def coming_of(districts: Districts, *, now: datetime) -> list[Clause]:
    """What is public and has a date to come."""
    return [_is_ours(districts), Event.status.in_(PUBLIC), Event.withdrawn.is_(False), _is_left(now)]


def past_of(districts: Districts, *, now: datetime) -> list[Clause]:
    """What is public and over, and what was withdrawn."""
    over = or_(~_is_left(now), Event.withdrawn.is_(True))
    return [_is_ours(districts), Event.status.in_(PUBLIC), over]


def invitations_to(districts: Districts, *, now: datetime) -> list[Clause]:
    """The events that one of the districts is asked to co-host and that still have a date to come."""
    asked = exists().where(Host.event_id == Event.id, Host.district_id.in_(districts), Host.state == Consent.INVITED)
    return [asked, Event.status.not_in((Status.CANCELLED, Status.DISCARDED)), _is_left(now)]


def count_events(session: Session, clauses: Sequence[Clause]) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(Event).where(*clauses)) or 0


def last_changed(session: Session, clauses: Sequence[Clause], *, limit: int, offset: int = 0) -> Sequence[Event]:
    """Events with what a row shows, the last changed first."""
    order = (Event.last_modified.desc(), Event.id.desc())
    return session.scalars(_rows(clauses).order_by(*order).limit(limit).offset(offset)).all()


def soonest_lapsing(session: Session, clauses: Sequence[Clause], *, limit: int, offset: int = 0) -> Sequence[Event]:
    """Holds with what a row shows, the first to lapse first."""
    return session.scalars(_rows(clauses).order_by(Event.hold_until, Event.id).limit(limit).offset(offset)).all()


def soonest(
    session: Session, clauses: Sequence[Clause], *, now: datetime, limit: int, offset: int = 0
) -> Sequence[Event]:
    """Events with what a row shows, by their next date."""
    following = select(func.min(Occurrence.start_utc)).where(Occurrence.event_id == Event.id, Occurrence.end_utc > now)
    order = (following.scalar_subquery(), Event.id)
    return session.scalars(_rows(clauses).order_by(*order).limit(limit).offset(offset)).all()


def latest(session: Session, clauses: Sequence[Clause], *, limit: int, offset: int = 0) -> Sequence[Event]:
    """Events with what a row shows, by their last date, the latest first."""
    last = select(func.max(Occurrence.start_utc)).where(Occurrence.event_id == Event.id)
    order = (last.scalar_subquery().desc(), Event.id.desc())
    return session.scalars(_rows(clauses).order_by(*order).limit(limit).offset(offset)).all()


def _rows(clauses: Sequence[Clause]) -> Select[Event]:
    options = (
        joinedload(Event.host), joinedload(Event.venue).joinedload(Venue.district), selectinload(Event.terms),
        selectinload(Event.hosts).joinedload(Host.district),
    )  # fmt: skip
    return select(Event).where(*clauses).options(*options)


def next_dates(session: Session, event_ids: Sequence[int], *, now: datetime) -> Mapping[int, Occurrence]:
    """The first date of each event that is not over, by the event's id."""
    place = func.row_number().over(partition_by=Occurrence.event_id, order_by=(Occurrence.start_utc, Occurrence.id))
    ranked = (
        select(Occurrence.id, place.label("place"))
        .where(Occurrence.event_id.in_(event_ids), Occurrence.end_utc > now)
    ).subquery()  # fmt: skip
    first = select(ranked.c.id).where(ranked.c.place == 1)
    return {each.event_id: each for each in session.scalars(select(Occurrence).where(Occurrence.id.in_(first)))}


def clusters_with(
    session: Session, districts: Districts | None, *, states: Sequence[Consent], coordinated: bool = False
) -> Sequence[Cluster]:
    """The clusters, existing or only proposed, in which one of the districts (or any) is in one of these states, by
    name; if so asked, with who coordinates each.
    """
    member = select(ClusterMember.cluster_id).where(ClusterMember.state.in_(states))
    if districts is not None:
        member = member.where(ClusterMember.district_id.in_(districts))
    question = select(Cluster).where(Cluster.id.in_(member)).order_by(Cluster.name, Cluster.id).limit(100)
    options = with_coordinator() if coordinated else with_members()
    return session.scalars(question.options(*options)).all()
