"""Questions about venues that stood twice, and what was done about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from calendar_service.db.engine import Session
from calendar_service.domain.events import Event, Override
from calendar_service.domain.territory.places import Venue, VenueMerge

MOST = 100


def replaced_by(session: Session, venue_id: int) -> Sequence[Venue]:
    """The venues that a venue stands for already."""
    return session.scalars(select(Venue).where(Venue.replaced_by_id == venue_id).order_by(Venue.id)).all()


def venues_by_ids(session: Session, ids: Collection[int]) -> Sequence[Venue]:
    """The venues of these rows."""
    return session.scalars(select(Venue).where(Venue.id.in_(ids)).order_by(Venue.id)).all()


def merge_numbered(session: Session, number: int) -> VenueMerge | None:
    """One merge, with both venues; held until the transaction ends."""
    question = select(VenueMerge).where(VenueMerge.id == number).options(*_both())
    return session.scalars(question.with_for_update(of=VenueMerge)).one_or_none()


def merges_since(session: Session, since: datetime) -> Sequence[VenueMerge]:
    """The merges after an instant that were not undone, the latest first, with both venues."""
    question = select(VenueMerge).where(VenueMerge.at > since, VenueMerge.undone.is_(None))
    return session.scalars(question.order_by(VenueMerge.id.desc()).limit(MOST).options(*_both())).all()


def _both() -> tuple[ORMOption, ...]:
    return tuple(joinedload(each).joinedload(Venue.district) for each in (VenueMerge.venue, VenueMerge.into))


def count_events_at(session: Session, venue_id: int) -> int:
    """How many events say a venue, on all their dates or on one."""
    at_one_date = select(Override.event_id).where(Override.venue_id == venue_id)
    either = (Event.venue_id == venue_id) | Event.id.in_(at_one_date)
    return session.scalar(select(func.count()).select_from(Event).where(either)) or 0
