"""Questions about what the municipalities of a joint event ask of each other."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.domain.network.requests import EventRequest

MOST = 50


def requests_of(session: Session, event_id: int) -> Sequence[EventRequest]:
    """The requests about an event, what waits first, then the latest."""
    question = select(EventRequest).where(EventRequest.event_id == event_id).options(joinedload(EventRequest.district))
    ordered = question.order_by(EventRequest.answered.is_not(None), EventRequest.id.desc())
    return session.scalars(ordered.limit(MOST)).all()


def request_numbered(session: Session, event_id: int, number: int) -> EventRequest | None:
    """One of them."""
    question = select(EventRequest).where(EventRequest.event_id == event_id, EventRequest.id == number)
    return session.scalars(question.options(joinedload(EventRequest.district))).one_or_none()
