"""What is on: a selection as SQL, and the questions that pages, feeds and mails ask with it.

Every clause is over `Occurrence`, and what it asks of an event stands there, too, or is asked by the event's id: is
it among those that a subquery finds once? None multiplies rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    SelectBase,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from calendar_service.db.engine import Session
from calendar_service.db.in_turn import among_few, in_turn
from calendar_service.db.queries.agenda.wording import words_of
from calendar_service.db.queries.network.hosting import standing
from calendar_service.db.queries.network.organisations import taking_part
from calendar_service.db.queries.network.places import venues_known_to
from calendar_service.domain.access import Viewer
from calendar_service.domain.columns import UtcDateTime
from calendar_service.domain.events import Event, EventTerm, Host, Occurrence, Status, TermKind
from calendar_service.domain.finding.selection import HOURS, Point, Selection
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.territory.distances import EARTH_KM, point_of
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.territory.places import District, Neighbour, Venue
from calendar_service.domain.times.window import Window

Clause = ColumnElement[bool]
SHOWN: Clause = Occurrence.shown.is_(True)
"""What lists show to everybody (`access.is_shown`)."""
NOW: BindParameter[datetime] = bindparam("now", type_=UtcDateTime())
"""The time, given when a statement that is kept is asked."""
KM_PER_DEGREE = 111.195
LONGEST_DAY = timedelta(hours=37)
"""No occurrence of one day or one night is longer, not even where clocks are put back."""


# A selection as clauses


def selection_clauses(
    selection: Selection, *, metropolis: Metropolis, window: Window, shared: bool = True
) -> list[Clause]:  # fmt: skip
    """What a selection asks of dates that touch the window, as clauses over `Occurrence`.

    Without `shared`, a district answers for what it hosts alone or jointly, and not for what it shows of others.
    """
    words = words_of(selection.q, start=window.start)
    return [*touching(window), *timeless_clauses(selection, metropolis=metropolis, shared=shared), *words.many]


def timeless_clauses(
    selection: Selection, *, metropolis: Metropolis, shared: bool = True, few: bool = False
) -> list[Clause]:  # fmt: skip
    """The same but for its time and its words. Of `few` dates what each carries is looked up, instead of gathering once
    all events that carry it.
    """
    carries = _each_carries if few else _carries
    return [
        *_where(selection, shared=shared), *_near(selection, metropolis), *_what(selection, metropolis, carries),
        *_for_whom(selection, carries), *_how(selection, metropolis.currency, carries),
    ]  # fmt: skip


def each_way(selection: Selection, *, metropolis: Metropolis) -> list[list[Clause]]:
    """The ways to come into a selection, which exclude each other, as its timeless clauses. One district has two: what
    it hosts and what stands there besides are each found by an index of their own, in order.
    """
    if len(selection.districts) != 1:
        return [timeless_clauses(selection, metropolis=metropolis)]
    rest = timeless_clauses(replace(selection, districts=()), metropolis=metropolis)
    ((hosts, beside),) = standing(Selection(districts=selection.districts))
    host = hosts.scalar_subquery()
    joined = among_few(Occurrence.event_id, beside.scalar_subquery())
    return [[Occurrence.host_id == host, *rest], [joined, in_turn(Occurrence.host_id) != host, *rest]]


def _placed(selection: Selection, *, shared: bool) -> Iterator[Clause]:
    """Hosted by the districts asked for, of which there may be very many dates, or standing there besides."""
    for hosts, beside in standing(selection, shared=shared):
        yield or_(in_turn(Occurrence.host_id).in_(hosts), _event_is(beside))


def begins_within(window: Window) -> list[Clause]:
    """Begins in the window, rather than running when it opens."""
    return [Occurrence.start_utc >= window.start, *begins_before(window)]


def runs_already(window: Window, *, shown: bool) -> Clause:
    """Began before the window opens and lasts into it. What covers no several days began lately: each kind is found
    by an index of its own, if only what is `shown` is asked for by one that holds all of it.
    """
    date = aliased(Occurrence)
    begun = select(date.id).where(date.start_utc < window.start, date.end_utc > window.start)
    long, lately = begun.where(date.several_days.is_(True)), begun.where(date.start_utc > window.start - LONGEST_DAY)
    lately = lately.where(date.shown.is_(True)) if shown else lately
    return among_few(Occurrence.id, union_all(long, lately).scalar_subquery())


def takes_place_in(district_ids: Sequence[int]) -> Clause:
    """In one of these districts: the venue's, else the host's."""
    return Occurrence.district_id.in_(district_ids)


def not_over(now: datetime | BindParameter[datetime]) -> Clause:
    """Has not ended yet."""
    return Occurrence.end_utc > now


def touching(window: Window) -> list[Clause]:
    """Takes place, at least in part, in the window."""
    return [Occurrence.end_utc > window.start, *begins_before(window)]


def begins_before(window: Window) -> list[Clause]:
    """Begins before the window closes."""
    return [] if window.end is None else [Occurrence.start_utc < window.end]


def _where(selection: Selection, *, shared: bool) -> list[Clause]:
    clauses = list(_placed(selection, shared=shared))
    if selection.venues:
        clauses.append(Occurrence.venue_id.in_(_venues_and_merged(selection.venues)))
    if selection.organisations:
        clauses.append(Occurrence.event_id.in_(taking_part(selection.organisations)))
    return clauses


def _event_is(among: SelectBase) -> Clause:
    """Its event is among those found, of which there may be very many."""
    return in_turn(Occurrence.event_id).in_(among)


def _venues_and_merged(slugs: Sequence[str]) -> Select[int]:
    """The venues with these slugs, and those that were merged into them."""
    named = select(Venue.id).where(Venue.slug.in_(slugs))
    return select(Venue.id).where(or_(Venue.slug.in_(slugs), Venue.replaced_by_id.in_(named)))


def _near(selection: Selection, metropolis: Metropolis) -> list[Clause]:
    """Measured to the venue, else to the host's point; what is only online is nowhere near.

    Asked first is whether a date may be near: most are not, and one look tells.
    """
    if selection.near is None:
        return []
    point = point_of(selection.near, metropolis)
    if point is None:
        return [false()]
    within = and_(*_within(Venue.latitude, Venue.longitude, point, selection.km))
    nowhere = or_(Venue.latitude.is_(None), Venue.longitude.is_(None))
    venue = in_turn(Occurrence.venue_id)
    may_be = or_(Occurrence.venue_id.is_(None), venue.in_(select(Venue.id).where(or_(within, nowhere))))
    return [may_be, or_(venue.in_(select(Venue.id).where(within)), _host_is_near(point, selection.km))]


def _host_is_near(point: Point, km: int) -> Clause:
    """For what may be near and has no venue with a position: measured to the host's point."""
    hosts = select(District.id).where(*_within(District.latitude, District.longitude, point, km))
    return and_(Occurrence.only_online.is_(False), Occurrence.host_id.in_(hosts))


Degrees = InstrumentedAttribute[float] | InstrumentedAttribute[float | None]


def _within(latitude: Degrees, longitude: Degrees, point: Point, km: int) -> list[Clause]:
    """A box first, which any database can cut by comparing, then the great circle."""
    up = km / KM_PER_DEGREE
    across = up / max(math.cos(math.radians(point.latitude)), 0.01)
    south, west = func.radians(latitude - point.latitude), func.radians(longitude - point.longitude)
    slope = func.cos(func.radians(latitude)) * math.cos(math.radians(point.latitude))
    chord = func.power(func.sin(south / 2), 2) + slope * func.power(func.sin(west / 2), 2)
    return [
        latitude.between(point.latitude - up, point.latitude + up),
        longitude.between(point.longitude - across, point.longitude + across),
        2 * EARTH_KM * func.asin(func.sqrt(chord)) <= km,
    ]


def _what(selection: Selection, metropolis: Metropolis, carries: Carries) -> list[Clause]:
    clauses: list[Clause] = []
    if selection.disciplines:
        wanted = metropolis.disciplines.with_children(selection.disciplines)
        clauses.append(carries(TermKind.DISCIPLINE, wanted))
    if selection.formats:
        clauses.append(Occurrence.format.in_(selection.formats))
    return clauses


Carries = Callable[[TermKind, Sequence[str]], Clause]


def _each_carries(kind: TermKind, slugs: Sequence[str]) -> Clause:
    return exists().where(EventTerm.event_id == Occurrence.event_id, EventTerm.kind == kind, EventTerm.slug.in_(slugs))


def _carries(kind: TermKind, slugs: Sequence[str]) -> Clause:
    having = select(EventTerm.event_id).where(EventTerm.kind == kind, EventTerm.slug.in_(slugs))
    return _event_is(having)


def _for_whom(selection: Selection, carries: Carries) -> list[Clause]:
    clauses: list[Clause] = []
    if selection.audiences:
        clauses.append(carries(TermKind.AUDIENCE, selection.audiences))
    if selection.age is not None:
        clauses.append(or_(Occurrence.age_from.is_(None), Occurrence.age_from <= selection.age))
        clauses.append(or_(Occurrence.age_to.is_(None), Occurrence.age_to >= selection.age))
    return clauses


def _how(selection: Selection, currency: str, carries: Carries) -> list[Clause]:
    clauses: list[Clause] = [_accessible(code, carries) for code in selection.access]
    if selection.free:
        clauses.append(Occurrence.free.is_(True))
    if selection.price is not None:
        priced = and_(Event.price <= selection.price, Event.currency.in_(("", currency)))
        clauses.append(or_(Occurrence.free.is_(True), _event_is(select(Event.id).where(priced))))
    if selection.time is not None:
        clauses.append(_begins_in(*HOURS[selection.time]))
    if selection.outdoors:
        clauses.append(Occurrence.outdoors.is_(True))
    if selection.indoors:
        clauses.append(Occurrence.outdoors.is_(False))
    return clauses


def _begins_in(first: int, after: int) -> Clause:
    """By the wall clock, from one hour to before another, be it past midnight; what takes all day is on then, too."""
    begun, ended = Occurrence.hour >= first, Occurrence.hour < after
    return or_(Occurrence.hour.is_(None), and_(begun, ended) if first < after else or_(begun, ended))


def _accessible(code: str, carries: Carries) -> Clause:
    """The event offers it, or the venue has it: its codes are a JSON list, the same text in both databases."""
    having = select(Venue.id).where(cast(Venue.accessibility, Text).contains(f'"{code}"', autoescape=True))
    return or_(carries(TermKind.ACCESSIBILITY, (code,)), in_turn(Occurrence.venue_id).in_(having))


# What is asked with it


def row_options() -> tuple[ORMOption, ...]:
    """What a row of a list shows of an occurrence: three more queries, however many rows."""
    event = contains_eager(Occurrence.event)
    return (
        *_shown(), event.selectinload(Event.terms), event.selectinload(Event.overrides),
        event.selectinload(Event.hosts).joinedload(Host.district),
    )  # fmt: skip


def mail_options() -> tuple[ORMOption, ...]:
    """What a mail says of an occurrence, in the same query: neither the terms of its event nor its other dates."""
    event = contains_eager(Occurrence.event)
    return (*_shown(), event.joinedload(Event.hosts).joinedload(Host.district))


def _shown() -> list[ORMOption]:
    event = contains_eager(Occurrence.event)
    unseen = (
        Event.description,
        Event.internal_note,
        Event.date_reason,
        Event.searchable,
        Event.exdates,
        Event.languages,
    )
    return [
        *(event.defer(column, raiseload=True) for column in unseen), event.joinedload(Event.host),
        joinedload(Occurrence.venue).joinedload(Venue.district),
    ]  # fmt: skip


def _rows(clauses: Sequence[Clause]) -> Select[Occurrence]:
    return select(Occurrence).join(Event, Event.id == Occurrence.event_id).where(*clauses)


def dates_by_id(session: Session, ids: Sequence[int]) -> Sequence[Occurrence]:
    """These dates by when they begin, with what a mail says of each."""
    ordered = _rows([Occurrence.id.in_(ids)]).order_by(Occurrence.start_utc, Occurrence.id)
    return session.scalars(ordered.options(*row_options())).all()


def count_up_to(session: Session, ways: Sequence[Sequence[Clause]], *, limit: int) -> int:
    """How many dates some ways find, none of which finds what another does; counted no further than `limit`."""
    ordered = (select(Occurrence.id).where(*way).order_by(Occurrence.start_utc, Occurrence.id) for way in ways)
    counts = (select(func.count()).select_from(some.limit(limit).subquery()).scalar_subquery() for some in ordered)
    return min(sum(session.execute(select(*counts)).one()), limit)


def neighbourhood(session: Session, district_id: int) -> Sequence[int]:
    """The ids of a district and of those next to it."""
    around = select(Neighbour.neighbour_id).where(Neighbour.district_id == district_id)
    return [district_id, *session.scalars(around.order_by(Neighbour.neighbour_id))]


class Left(NamedTuple):
    """How many dates of an event are not over, and how many of them take place."""

    listed: int = 0
    on: int = 0


def dates_left(session: Session, event_ids: Sequence[int], *, now: datetime) -> Mapping[int, Left]:
    """What is left of each event; events without any are left out."""
    on = func.count().filter(Occurrence.status != Status.CANCELLED)
    question = (
        select(Occurrence.event_id, func.count(), on).where(Occurrence.event_id.in_(event_ids), not_over(now))
        .group_by(Occurrence.event_id)
    )  # fmt: skip
    return {event_id: Left(*counts) for event_id, *counts in session.execute(question).all()}


def dates_of_event(session: Session, event_id: int, *, now: datetime, limit: int) -> Sequence[Occurrence]:
    """The dates of an event that are not over, in order, with their venues."""
    question = (
        select(Occurrence).where(Occurrence.event_id == event_id, not_over(now))
        .order_by(Occurrence.start_utc, Occurrence.id).limit(limit)
        .options(joinedload(Occurrence.venue).joinedload(Venue.district))
    )  # fmt: skip
    return session.scalars(question).all()


def occurrence_of(session: Session, event_id: int, recurrence_id: str) -> Occurrence | None:
    """One date of an event by its original time."""
    question = select(Occurrence).where(Occurrence.event_id == event_id, Occurrence.recurrence_id == recurrence_id)
    return session.scalars(question.options(joinedload(Occurrence.venue).joinedload(Venue.district))).one_or_none()


def last_date_of_event(session: Session, event_id: int) -> Occurrence | None:
    """The latest date of an event."""
    question = (
        select(Occurrence).where(Occurrence.event_id == event_id)
        .order_by(Occurrence.start_utc.desc(), Occurrence.id.desc()).limit(1)
        .options(joinedload(Occurrence.venue).joinedload(Venue.district))
    )  # fmt: skip
    return session.scalars(question).one_or_none()


def clusters_named(session: Session, slugs: Sequence[str]) -> Sequence[Cluster]:
    """The clusters with these slugs, with their members."""
    question = select(Cluster).where(Cluster.slug.in_(slugs)).options(selectinload(Cluster.members))
    return session.scalars(question).all()


def venues_named(session: Session, slugs: Sequence[str]) -> Mapping[str, str]:
    """The names of the venues with these slugs."""
    question = select(Venue.slug, Venue.name).where(Venue.slug.in_(slugs))
    return dict(session.execute(question).all())


def venues_known(session: Session, slugs: Sequence[str], viewer: Viewer) -> Sequence[str]:
    """Those of these slugs whose venues somebody may know of."""
    return session.scalars(select(Venue.slug).where(Venue.slug.in_(slugs), venues_known_to(viewer))).all()
