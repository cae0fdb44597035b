"""The words of a search as clauses over `Occurrence`: sought in the index of words, or read in the lines of the events.

Which of the two finds a list sooner depends on how many events have the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, select
from sqlalchemy.orm import aliased

from calendar_service.db.engine import Session
from calendar_service.db.in_turn import in_turn
from calendar_service.db.word_index import found_by, stands_in
from calendar_service.domain.columns import UtcDateTime
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.finding.search import Either, ways_to_find, words_sought

SAMPLE, COMMON, SELDOM = 100, 40, 5
"""Of so many of the next dates, how many have words that are common, and fewer than how many such as are rare."""
MOST_RARE = 500
"""Events that have a rare word, at most."""
MANY_EVENTS = 20_000
"""Of fewer, those that have a common word are gathered sooner than their words are read."""
A_WHILE = 5_000
"""How many of the next dates are read for a common word; beyond them all events that have it are gathered."""
KEPT = 20
NEVER = literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime())
Clause = ColumnElement[bool]


class Frequency(Enum):
    """How many of what comes has the words of a search; what a list finds does not depend on it, only how soon."""

    RARE = "rare"
    USUAL = "usual"
    COMMON = "common"


class Words(NamedTuple):
    """The words of a search as clauses: for `many` dates, by when they begin; of `few` the words of each are read.
    With a few running dates beside many that come, nothing is gathered twice.
    """

    many: Sequence[Clause]
    few: Sequence[Clause]


def words_of(q: str, frequency: Frequency = Frequency.USUAL, *, start: datetime) -> Words:
    """What a search asks of dates that begin from an instant on."""
    sought = _sought(q)
    if not sought:
        return Words((), ())
    read = _read(Occurrence, sought)
    if frequency is Frequency.RARE:
        return Words([found_by(Occurrence.event_id, sought)], [read])
    gathered = found_by(in_turn(Occurrence.event_id), sought)
    if frequency is Frequency.USUAL:
        return Words([gathered], [read])
    return Words([case((Occurrence.start_utc < _in_a_while(start), read), else_=gathered)], [read])


def frequency_of(session: Session, q: str, *, start: datetime) -> Frequency:
    """How frequent the words of a search are among the events whose dates begin from an instant on: a guess."""
    if not words_sought(q):
        return Frequency.USUAL
    common, rare = session.connection().execute(_guess(q, start)).one()
    if common:
        return Frequency.COMMON
    return Frequency.RARE if rare else Frequency.USUAL


def _sought(q: str) -> list[Either]:
    return [ways_to_find(word) for word in words_sought(q)]


def _read(date: type[Occurrence], sought: Sequence[Either]) -> Clause:
    """Reading the words of an event is one look each, which no database can turn into reading all."""
    of = aliased(Event)
    said = select(and_(*(stands_in(of.searchable, ways) for ways in sought))).where(of.id == date.event_id)
    return said.scalar_subquery().is_(True)


@lru_cache(maxsize=KEPT)
def _guess(q: str, start: datetime) -> Select[Any]:
    """Whether many of a sample of dates have the words, of many events; and whether few events do, which is not asked
    of frequent ones. Said once, as that costs more than to ask it.
    """
    date, sought = aliased(Occurrence), _sought(q)
    sample = select(_read(date, sought).label("has_them")).where(date.shown.is_(True), date.start_utc >= start)
    few = sample.order_by(date.start_utc, date.id).limit(SAMPLE).subquery()
    having = select(func.count()).where(few.c.has_them).scalar_subquery()
    found = select(Event.id).where(found_by(Event.id, sought)).limit(MOST_RARE + 1).subquery()
    events = select(func.count()).select_from(found).scalar_subquery()
    many = func.coalesce(select(func.max(Event.id)).scalar_subquery(), 0) >= MANY_EVENTS
    return select(and_(having >= COMMON, many), case((having < SELDOM, events <= MOST_RARE), else_=false()))


def _in_a_while(start: datetime) -> ColumnElement[datetime]:
    """When that many dates have begun, whatever they are."""
    date = aliased(Occurrence)
    after = select(date.start_utc).where(date.shown.is_(True), date.start_utc >= start)
    last = after.order_by(date.start_utc, date.id).offset(A_WHILE).limit(1).scalar_subquery()
    return func.coalesce(last, NEVER)
