"""Lists as plain lines: one statement for each, however many lines, and no object of the model.

Clauses are those of `browsing`, over `Occurrence`; whether a line says whose its event is depends
on the districts of the selection. To say a statement costs more than to ask it: so it is said once (`listings`) and
kept; only the time, and how many, are given with each asking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, ScalarSelect, Select, Text, bindparam, case, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import NOW, Clause
from calendar_service.db.queries.network.hosting import shared_by
from calendar_service.db.queries.sound import sound_rows
from calendar_service.domain.events import Event, EventTerm, Host, Occurrence, Override, TermKind
from calendar_service.domain.finding.agenda import Candidate, Line, Listed, Sort
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.territory.places import District, Venue

Question = Select[Any]
Home = aliased(District, name="home")
"""The host of an event; it need not be the district in which a date takes place."""
EVERYTHING = Selection()
LISTED: tuple[InstrumentedAttribute[Any], ...] = tuple(getattr(Occurrence, name) for name in Listed._fields)
KEPT = 500


def by_beginning(clauses: Sequence[Clause], selection: Selection = EVERYTHING) -> Question:
    """Lines by when they begin."""
    return _some(_lines(clauses, selection).order_by(Occurrence.start_utc, Occurrence.id))


def by_end(clauses: Sequence[Clause], selection: Selection) -> Question:
    """Lines by when they end: the last chance first."""
    return _some(_lines(clauses, selection).order_by(Occurrence.end_utc, Occurrence.id))


def of_each_day(clauses: Sequence[Clause], selection: Selection) -> Question:
    """The first few that begin on each local day, in order; how many is asked as `limit`."""
    place = func.row_number().over(partition_by=Occurrence.first_day, order_by=(Occurrence.start_utc, Occurrence.id))
    ranked = select(Occurrence.id, place.label("place")).where(*clauses).subquery()
    first = Occurrence.id.in_(select(ranked.c.id).where(ranked.c.place <= bindparam("limit", type_=Integer)))
    return _lines([first], selection).order_by(Occurrence.start_utc, Occurrence.id)


def read(session: Session, question: Question, *, now: datetime, limit: int, offset: int = 0) -> list[Line]:
    """The lines that answer a question."""
    return [Line._make(row) for row in sound_rows(session, question, {"now": now, "limit": limit, "offset": offset})]


def listed_by_beginning(ways: Sequence[Sequence[Clause]]) -> Question:
    """Which dates, by when they begin, no further than `limit`: asked once, it numbers a list and all its pages. Each
    way to be among them has clauses of its own; no date is found by two.
    """
    few = _first(ways).subquery()
    return select(*(few.c[each.key] for each in LISTED)).order_by(few.c.start_utc, few.c.id)


def _first(ways: Sequence[Sequence[Clause]]) -> Question:
    """The first dates of all ways, none of which is looked along further than that."""
    listed = (*LISTED, Occurrence.start_utc, Occurrence.venue_id)
    limit = bindparam("limit", type_=Integer)
    each_way: list[Question] = [
        select(*listed).where(*way).order_by(Occurrence.start_utc, Occurrence.id).limit(limit) for way in ways
    ]
    if len(each_way) == 1:
        return each_way[0]
    every = union_all(*(select(each.subquery()) for each in each_way)).subquery()
    return select(every).order_by(every.c.start_utc, every.c.id).limit(limit)


def listed_by_end(clauses: Sequence[Clause]) -> Question:
    """Which dates, by when they end."""
    listed = select(*LISTED).where(*clauses).order_by(Occurrence.end_utc, Occurrence.id)
    return listed.limit(bindparam("limit", type_=Integer))


def candidates(ways: Sequence[Sequence[Clause]], *, by: Sort) -> Question:
    """Which dates, by when they begin, no further than `limit`, each with what another order goes by: its title, or
    where it is measured to. That is looked up of the few alone, however many there are.
    """
    few = _first(ways).subquery()
    question: Question = select(*(few.c[each.key] for each in LISTED)).order_by(few.c.start_utc, few.c.id)
    if by is Sort.NEAR:
        question = question.add_columns(literal(""), *_position()).outerjoin(Venue, Venue.id == few.c.venue_id)
        return question.join(Home, Home.id == few.c.host_id)
    return question.add_columns(Event.summary, literal(0), literal(0)).join(Event, Event.id == few.c.event_id)


def found(session: Session, question: Question, *, now: datetime, limit: int) -> list[Candidate]:
    """The dates that answer a question for candidates."""
    columns = len(LISTED)
    rows = sound_rows(session, question, {"now": now, "limit": limit})
    return [Candidate(Listed._make(row[:columns]), *row[columns:]) for row in rows]


def listed(session: Session, question: Question, *, now: datetime, limit: int) -> list[Listed]:
    """The dates that answer a question for which dates."""
    return [Listed._make(row) for row in sound_rows(session, question, {"now": now, "limit": limit})]


def named(session: Session, wanted: Sequence[int], selection: Selection, *, now: datetime) -> list[Line]:
    """The lines of these dates of a selection, in this order; without one that cannot be read."""
    if not wanted:
        return []
    rows = sound_rows(session, _named(selection.districts), {"now": now, "ids": wanted})
    found = {row[0]: Line._make(row) for row in rows}
    return [found[each] for each in wanted if each in found]


def by_day(clauses: Sequence[Clause]) -> Question:
    """How many begin on each local day."""
    days: Any = select(Occurrence.first_day, func.count())
    found: Question = days.where(*clauses).group_by(Occurrence.first_day)
    return found


def numbers(session: Session, question: Question) -> Mapping[date, int]:
    """The numbers that answer `by_day`."""
    return dict(map(tuple, sound_rows(session, question)))


def _some(question: Question) -> Question:
    return question.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer))


def _lines(clauses: Sequence[Clause], selection: Selection) -> Question:
    repeats: Any = or_(Event.rrule.is_not(None), cast(Event.rdates, Text) != "[]")
    asked: Question = (
        select(
            Occurrence.id, Occurrence.event_id, Event.slug, Occurrence.recurrence_id, repeats, Event.summary,
            Event.lang, Occurrence.start, Occurrence.end, Occurrence.all_day, Occurrence.first_day, Occurrence.last_day,
            Occurrence.several_days, Occurrence.status, Event.reason, _own_reason(), Venue.name, District.name,
            Event.host_id, Event.place_note, Event.online_url, Event.free, Event.price, Event.currency,
            Event.price_text, _main_discipline(), _cohosts(), Event.picture_digest,
            case((repeats, _left()), else_=literal(1)), shared_by(selection, District.name),
            *_position(),
        )
        .select_from(Occurrence).join(Event, Event.id == Occurrence.event_id)
        .join(District, District.id == Occurrence.district_id).outerjoin(Venue, Venue.id == Occurrence.venue_id)
        .join(Home, Home.id == Event.host_id).where(*clauses)
    )  # fmt: skip
    return asked


def _position() -> tuple[Any, Any]:
    """Where a date is measured to: the venue, else the host's point."""
    return func.coalesce(Venue.latitude, Home.latitude), func.coalesce(Venue.longitude, Home.longitude)


@lru_cache(maxsize=KEPT)
def _named(districts: tuple[str, ...]) -> Question:
    these = Occurrence.id.in_(bindparam("ids", expanding=True, type_=Integer))
    return _lines([these], Selection(districts=districts))


def _own_reason() -> ScalarSelect[Any]:
    """What was said of this date alone."""
    own = select(Override.reason).where(
        Override.event_id == Occurrence.event_id, Override.recurrence_id == Occurrence.recurrence_id
    )
    return own.correlate(Occurrence).scalar_subquery()


def _main_discipline() -> ScalarSelect[Any]:
    carried = select(EventTerm.slug).where(
        EventTerm.event_id == Occurrence.event_id, EventTerm.kind == TermKind.DISCIPLINE
    )
    return carried.order_by(EventTerm.position).limit(1).correlate(Occurrence).scalar_subquery()


def _cohosts() -> ScalarSelect[Any]:
    """The names of the districts that accepted, in one text: seldom more than two."""
    home = aliased(District)
    names = (
        select(func.aggregate_strings(home.name, "|")).select_from(Host).join(home, home.id == Host.district_id)
        .where(Host.event_id == Occurrence.event_id, Host.state == Consent.ACCEPTED)
    )  # fmt: skip
    return names.correlate(Occurrence).scalar_subquery()


def _left() -> ScalarSelect[Any]:
    """How many dates of the event are not over."""
    other = aliased(Occurrence)
    dates = select(func.count()).where(other.event_id == Occurrence.event_id, other.end_utc > NOW)
    return dates.correlate(Occurrence).scalar_subquery()
