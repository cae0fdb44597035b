"""Questions about calendars elsewhere, and what they have brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.sources import Source

MOST = 1_000


def source_by_id(session: Session, source_id: int) -> Source | None:
    """One of them, with its district."""
    question = select(Source).where(Source.id == source_id).options(joinedload(Source.district))
    return session.scalars(question).one_or_none()


def source_by_key(session: Session, key: str) -> Source | None:
    """The one that a district has under an address."""
    return session.scalars(select(Source).where(Source.key == key)).one_or_none()


def sources(session: Session) -> Sequence[Source]:
    """All of them, by the name of their district."""
    question = select(Source).options(joinedload(Source.district)).join(Source.district)
    return session.scalars(question.order_by(Source.district_id, Source.id).limit(MOST)).all()


def sources_of(session: Session, district_id: int) -> Sequence[Source]:
    """Those of one district, in the order in which they were added."""
    return session.scalars(
        select(Source).where(Source.district_id == district_id).order_by(Source.id).limit(MOST)
    ).all()


def due_sources(session: Session, now: datetime) -> Sequence[int]:
    """The ids of those whose hour has come, the longest waiting first."""
    return session.scalars(select(Source.id).where(Source.due <= now).order_by(Source.due, Source.id).limit(MOST)).all()


def coming_from(session: Session, key: str, now: datetime) -> Sequence[tuple[str, str]]:
    """The keys (a source's own) and UIDs of what it brought, still holds, and is not over."""
    ahead = exists().where(Occurrence.event_id == Event.id, Occurrence.end_utc > now)
    standing = Event.status.not_in((Status.CANCELLED, Status.DISCARDED))
    question = select(Event.source_uid, Event.uid).where(Event.source_key == key, standing, ahead).order_by(Event.id)
    return [(name, uid) for name, uid in session.execute(question) if name]


def keys_from(session: Session, key: str) -> set[str]:
    """All that a source has ever brought, by its own keys."""
    return {each for each in session.scalars(select(Event.source_uid).where(Event.source_key == key)) if each}
