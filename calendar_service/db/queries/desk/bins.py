"""Questions about what is out of sight but can be brought back: drafts in a bin, events that were taken down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import whole_event_options
from calendar_service.domain.events import Event, Status

PAGE = 100


def binned(session: Session, district_ids: Iterable[int]) -> Sequence[Event]:
    """The drafts in the bins of districts, the last thrown away first."""
    question = select(Event).where(Event.host_id.in_(list(district_ids)), Event.status == Status.DISCARDED)
    order = question.order_by(Event.last_modified.desc(), Event.id.desc()).limit(PAGE)
    return session.scalars(order.options(joinedload(Event.host))).all()


def binned_before(session: Session, than: datetime, *, limit: int) -> Sequence[Event]:
    """Drafts thrown away before an instant, wholly loaded."""
    old = select(Event).where(Event.status == Status.DISCARDED, Event.last_modified < than)
    return session.scalars(old.order_by(Event.id).limit(limit).options(*whole_event_options())).all()


def taken_down(session: Session) -> Sequence[Event]:
    """What the network does not show, the last taken down first."""
    question = select(Event).where(Event.taken_down.is_not(None)).order_by(Event.taken_down.desc(), Event.id.desc())
    return session.scalars(question.options(joinedload(Event.host)).limit(PAGE)).all()
