"""Questions about what came of dates that are over: which wait for an answer, what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.network.news import News
from calendar_service.domain.posting.outcomes import Outcome

MOST_DATES = 1_000
"""No rule makes more."""


def _waits(since: datetime, now: datetime) -> list[ColumnElement[bool]]:
    """Took place in public, ended in (since, now], and nobody said yet what came of it."""
    answered = exists().where(
        Outcome.event_id == Occurrence.event_id, Outcome.recurrence_id == Occurrence.recurrence_id
    )
    return [
        Occurrence.end_utc > since, Occurrence.end_utc <= now, Occurrence.status == Status.CONFIRMED,
        Event.withdrawn.is_(False), ~answered,
    ]  # fmt: skip


def waiting(
    session: Session, district_ids: Iterable[int], *, since: datetime, now: datetime, limit: int
) -> Sequence[Occurrence]:
    """The dates that their hosts have not answered for, with their events and places, the latest first."""
    question = (
        select(Occurrence).join(Occurrence.event)
        .where(Event.host_id.in_(list(district_ids)), *_waits(since, now))
        .order_by(Occurrence.end_utc.desc(), Occurrence.id.desc()).limit(limit)
        .options(joinedload(Occurrence.event).joinedload(Event.venue))
    )  # fmt: skip
    return session.scalars(question).all()


def last_over(session: Session, *, since: datetime, now: datetime) -> Mapping[int, datetime]:
    """When the last date ended that waits for an answer, by the district that hosts it."""
    question = select(Event.host_id, func.max(Occurrence.end_utc)).join(Occurrence.event).where(*_waits(since, now))
    return dict(session.execute(question.group_by(Event.host_id)).all())


def last_told(session: Session, district_ids: Iterable[int], kind: str) -> Mapping[int, datetime]:
    """When districts were last told something of a kind."""
    question = select(News.district_id, func.max(News.at)).where(
        News.kind == kind, News.district_id.in_(list(district_ids))
    )
    return dict(session.execute(question.group_by(News.district_id)).all())


def of_event(session: Session, event_id: int) -> Mapping[str, Outcome]:
    """What was said of an event's dates, by their original time."""
    found = session.scalars(select(Outcome).where(Outcome.event_id == event_id))
    return {each.recurrence_id: each for each in found}


def told_of(session: Session, event_id: int) -> Sequence[tuple[Occurrence, Outcome]]:
    """An event's dates of which something was said, with that."""
    question = (
        select(Occurrence, Outcome)
        .join(Outcome, and_(Outcome.event_id == Occurrence.event_id, Outcome.recurrence_id == Occurrence.recurrence_id))
        .where(Occurrence.event_id == event_id).order_by(Occurrence.recurrence_id).limit(MOST_DATES)
    )  # fmt: skip
    return [(date, outcome) for date, outcome in session.execute(question)]


def of_date(session: Session, event_id: int, recurrence_id: str) -> Outcome | None:
    """What was said of one date."""
    return session.scalar(select(Outcome).where(Outcome.event_id == event_id, Outcome.recurrence_id == recurrence_id))


def date_of(session: Session, event_id: int, recurrence_id: str) -> Occurrence | None:
    """A date of an event, by its original time."""
    asked = (Occurrence.event_id == event_id, Occurrence.recurrence_id == recurrence_id)
    return session.scalar(select(Occurrence).where(*asked))
