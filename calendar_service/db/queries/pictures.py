"""Questions about pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from calendar_service.db.engine import Session
from calendar_service.domain.events import PUBLIC, Event
from calendar_service.domain.posting.pictures import StoredPicture


def is_shown(session: Session, digest: str) -> bool:
    """Whether an event that everybody sees shows it."""
    public = Event.status.in_(PUBLIC), ~Event.is_bare
    return bool(session.scalar(select(exists().where(Event.picture_digest == digest, *public))))


def is_stored(session: Session, digest: str | None) -> bool:
    """Whether it is (still) kept."""
    return digest is not None and session.get(StoredPicture, digest) is not None


def unused(session: Session, *, before: datetime, limit: int) -> Sequence[StoredPicture]:
    """Those that no event has, last put to one before a moment."""
    has = exists().where(Event.picture_digest == StoredPicture.digest)
    question = select(StoredPicture).where(StoredPicture.used < before, ~has)
    return session.scalars(question.order_by(StoredPicture.used).limit(limit)).all()
