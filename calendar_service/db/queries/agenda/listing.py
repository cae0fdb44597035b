"""Lists that are read to their end, a page at a time: each page is asked from where the last one stopped.

Clauses are those of `browsing`, over `Occurrence` joined to `Event`. `after` is the place of the last row read.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    inspect,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload
from sqlalchemy.sql.util import ClauseAdapter
from sqlalchemy.sql.visitors import iterate

from calendar_service.db.damage.soundness import DAMAGED
from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import Clause, begins_within, runs_already
from calendar_service.db.queries.agenda.wording import NEVER, Words
from calendar_service.db.queries.events import whole_event_options
from calendar_service.db.queries.network.places import venues_known_to
from calendar_service.db.queries.sound import every_row, sound_rows
from calendar_service.domain.access import Viewer, worded_to
from calendar_service.domain.columns import UtcDateTime
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.finding.agenda import Date, EventKey
from calendar_service.domain.territory.places import District, Venue
from calendar_service.domain.times.window import Window

log = logging.getLogger(__name__)

Place = tuple[datetime, int]
"""An instant by which rows are sorted, and the row's id where two share one."""
Question = Select[Any]
AT, ROW = bindparam("at", type_=UtcDateTime()), bindparam("row", type_=Integer)
A_FEW = 400
SINCE, LIMIT = bindparam("since", type_=UtcDateTime()), bindparam("limit", type_=Integer)


def events_by_first_date(
    clauses: Sequence[Clause], words: Words, window: Window, *, viewer: Viewer, on: bool, soon: bool
) -> Question:  # fmt: skip
    """Events with the first of their dates that fit, the earliest first; `on` from a place on.

    Of what begins in the window a date is its event's first when no earlier one fits: so the search ends with the page,
    however many there are. What fits before a date that runs already runs, too: its event's first is found among those.
    """
    earlier = aliased(Occurrence)
    before = or_(
        earlier.start_utc < Occurrence.start_utc,
        and_(earlier.start_utc == Occurrence.start_utc, earlier.id < Occurrence.id),
    )
    one = exists().where(earlier.event_id == Occurrence.event_id, before, *_of_another(clauses, earlier))
    dates = _dates(Occurrence.event_id, viewer).where(*clauses)
    place = func.row_number().over(partition_by=Occurrence.event_id, order_by=(Occurrence.start_utc, Occurrence.id))
    every = dates.add_columns(place.label("place")).where(*words.few, _running(window, viewer)).subquery()
    running: Question = select(every.c.number, every.c.at).where(every.c.place == 1)
    few = _first(running, dates.where(~one, *_beginning(words, window, on=on, soon=soon)), on=on)
    return select(*_key(few.c.at)).join_from(few, Event, Event.id == few.c.number).order_by(few.c.at, few.c.number)


def events_by_change(clauses: Sequence[Clause], *, on: bool) -> Question:
    """Events with a date that fits, changed at or after `since`, the earliest change first."""
    fits = exists().where(Occurrence.event_id == Event.id, *clauses)
    question = (
        select(*_key(Event.last_modified)).where(Event.last_modified >= SINCE, fits)
        .order_by(Event.last_modified, Event.id).limit(LIMIT)
    )  # fmt: skip
    return question.where(_beyond(Event.last_modified, Event.id)) if on else question


def dates_by_start(
    clauses: Sequence[Clause], words: Words, window: Window, *, viewer: Viewer, on: bool, soon: bool
) -> Question:  # fmt: skip
    """Dates by when they begin, as much as somebody may read of them."""
    repeats: Any = or_(Event.rrule.is_not(None), cast(Event.rdates, Text) != "[]")
    columns: tuple[Any, ...] = (
        Occurrence.id, Occurrence.start_utc, Event.uid, Event.slug, worded_to(viewer), Occurrence.recurrence_id,
        repeats, Occurrence.start, Occurrence.end, Occurrence.all_day, Event.timezone, Occurrence.status,
        Event.summary, Venue.slug, District.slug,
    )  # fmt: skip
    dates = _dates(Occurrence.id, viewer).where(*clauses)
    running = dates.where(*words.few, _running(window, viewer))
    few = _first(running, dates.where(*_beginning(words, window, on=on, soon=soon)), on=on)
    listed: Question = (
        select(*columns).select_from(few).join(Occurrence, Occurrence.id == few.c.number)
        .join(Event, Event.id == Occurrence.event_id).join(District, District.id == Event.host_id)
        .outerjoin(Venue, Venue.id == Occurrence.venue_id).order_by(few.c.at, few.c.number)
    )  # fmt: skip
    return listed


def _dates(row: InstrumentedAttribute[int], viewer: Viewer) -> Question:
    """By what rows are counted, and when each date begins: all that is asked of more dates than a page has. What an
    officer may see is asked of the event, too.
    """
    dates: Any = select(row.label("number"), Occurrence.start_utc.label("at")).select_from(Occurrence)
    question: Question = dates.join(Event, Event.id == Occurrence.event_id) if viewer.is_officer else dates
    return question


def _running(window: Window, viewer: Viewer) -> Clause:
    return runs_already(window, shown=not viewer.is_officer)


def _beginning(words: Words, window: Window, *, on: bool, soon: bool) -> list[Clause]:
    """With `soon` what begins is only looked for among the next few dates."""
    return [*begins_within(window), *([_is_soon(window, on), *words.few] if soon else words.many)]


def _first(*ways: Question, on: bool) -> Subquery:
    """The rows of a page, by when they begin. What runs already when the window opens is found in another way than what
    begins in it, and each is searched no further than the page needs.
    """
    each_way = [_in_order(each, on=on) for each in ways]
    both = union_all(*(select(each.subquery()) for each in each_way)).subquery()
    return select(both).order_by(both.c.at, both.c.number).limit(LIMIT).subquery()


def _in_order(question: Question, *, on: bool) -> Question:
    number, at = question.selected_columns
    ordered = question.order_by(at, number).limit(LIMIT)
    return ordered.where(_beyond(at, number)) if on else ordered


def _is_soon(window: Window, on: bool) -> Clause:  # noqa: FBT001
    """Among the next few dates, whatever they are."""
    date = aliased(Occurrence)
    beyond = date.start_utc >= (AT if on else window.start)
    last = select(date.start_utc).where(beyond).order_by(date.start_utc).offset(A_FEW).limit(1).scalar_subquery()
    return Occurrence.start_utc <= func.coalesce(last, NEVER)


def event_keys(session: Session, question: Question, given: Mapping[str, Any]) -> list[EventKey | None]:
    """The events that answer a question, None for a damaged one; `given` are its limit, and where it begins."""
    return [EventKey._make(row) if row else None for row in every_row(session, question, given)]


def keys_of(session: Session, ids: Sequence[int]) -> list[EventKey]:
    """What tells one state of these events from another, in no order."""
    question: Question = select(*_key(Event.last_modified)).where(Event.id.in_(ids))
    return [EventKey._make(row) for row in sound_rows(session, question)]


def dates(session: Session, question: Question, given: Mapping[str, Any]) -> list[Date | None]:
    """The dates that answer a question, None for a damaged one."""
    return [Date._make(row) if row else None for row in every_row(session, question, given)]


def _key(at: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a mapped column
    return Event.id, at.label("at"), Event.version, Event.sequence, Event.last_modified


def _of_another(clauses: Sequence[Clause], date: type[Occurrence]) -> list[Clause]:
    """What of these clauses is about a date, and not its event alone, for another date of the same event."""
    swap = ClauseAdapter(inspect(date).selectable)
    own = {each.name for each in Occurrence.__table__.columns} - {Occurrence.event_id.key}

    def is_of_date(clause: Clause) -> bool:
        columns = (each for each in iterate(clause) if isinstance(each, Column))
        return any(each.table.name == Occurrence.__tablename__ and each.name in own for each in columns)

    return [swap.traverse(each) for each in clauses if is_of_date(each)]


def whole_events(session: Session, ids: Sequence[int]) -> list[Event]:
    """These events with all that hangs on them, in this order; one whose row is damaged is left out and logged."""
    try:
        return _whole_events(session, ids)
    except DAMAGED:
        return [each for number in ids for each in _readable(session, number)]


def _whole_events(session: Session, ids: Sequence[int]) -> list[Event]:
    question = select(Event).where(Event.id.in_(ids)).options(*whole_event_options())
    found = {each.id: each for each in session.scalars(question)}
    return [found[each] for each in ids if each in found]


def _readable(session: Session, event_id: int) -> list[Event]:
    try:
        return _whole_events(session, [event_id])
    except DAMAGED:
        log.exception("an event cannot be read", extra={"event": event_id})
        return []


def whole_dates(session: Session, ids: Sequence[int]) -> list[Occurrence]:
    """These dates with their venues, in this order."""
    question = select(Occurrence).where(Occurrence.id.in_(ids)).options(joinedload(Occurrence.venue))
    found = {each.id: each for each in session.scalars(question)}
    return [found[each] for each in ids]


def venues_by_slug(
    session: Session, districts: Sequence[str], *, viewer: Viewer, after: str, limit: int
) -> Sequence[Venue]:
    """Venues that somebody may know of by their slug, of these districts or of all, merged ones left out."""
    question = (
        select(Venue).join(District, District.id == Venue.district_id)
        .where(Venue.replaced_by_id.is_(None), Venue.slug > after, venues_known_to(viewer))
        .order_by(Venue.slug).limit(limit)
    )  # fmt: skip
    if districts:
        question = question.where(District.slug.in_(districts))
    return session.scalars(question.options(contains_eager(Venue.district))).all()


def _beyond(key: ColumnElement[Any] | Any, row: Any) -> Clause:  # noqa: ANN401 - columns of any kind
    """Further on than a place (`at`, `row`), in the order of (key, id)."""
    return and_(key >= AT, or_(key > AT, row > ROW))
