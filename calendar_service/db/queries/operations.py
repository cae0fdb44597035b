"""Questions of whoever runs the service: is anything there, can it be written to, does the clock tick."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, extract, or_, select, update

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication.feeds import insert
from calendar_service.domain.access import shown_to_everybody
from calendar_service.domain.events import FACETS, WEIGHED, Event, Occurrence
from calendar_service.domain.mail import Lease, Message, MessageState
from calendar_service.domain.territory.places import District

CLOCK, WRITE_TEST = "clock", "write-test"
"""Names of leases."""


def has_events(session: Session) -> bool:
    """Whether there is any event, whatever its status."""
    return session.scalar(select(Event.id).limit(1)) is not None


def has_districts(session: Session) -> bool:
    """Whether a metropolis was loaded."""
    return session.scalar(select(District.id).limit(1)) is not None


def write_test(session: Session, *, now: datetime) -> None:
    """Write a row that nobody reads: a full disk, a lock that stays or a read-only server show in it."""
    row = {"name": WRITE_TEST, "owner": "", "until": now, "fence": 0}
    written = insert(session)(Lease).values(row)
    session.execute(written.on_conflict_do_update(index_elements=[Lease.name], set_={"until": now}))


def heartbeat(session: Session) -> datetime | None:
    """When the clock last ticked; None if it never did."""
    return session.scalar(select(Lease.heartbeat).where(Lease.name == CLOCK))


def events_listed_wrongly(session: Session, *, limit: int) -> Sequence[str]:
    """Slugs of events with a date that says otherwise than they do what lists ask of them, or than its own start at
    which hour it begins: put there by hand, or by a deed that forgot it, or what advice weighs (what it is filed under
    excepted, which SQL does not put together).
    """
    shown = Occurrence.shown.is_distinct_from(shown_to_everybody())
    others = (getattr(Occurrence, name).is_distinct_from(getattr(Event, name)) for name in (*FACETS, *WEIGHED[:1]))
    hour = Occurrence.hour.is_distinct_from(case((Occurrence.all_day.is_(False), extract("hour", Occurrence.start))))
    differing = select(Occurrence.event_id).join(Event, Event.id == Occurrence.event_id)
    differing = differing.where(or_(shown, hour, *others))
    return session.scalars(select(Event.slug).where(Event.id.in_(differing)).order_by(Event.slug).limit(limit)).all()


def hold_messages(session: Session, *, due: datetime, now: datetime, why: str) -> int:
    """Mark as `unknown` whatever is on its way, or waits and is due by then; how many."""
    waiting = (Message.state == MessageState.QUEUED) & (Message.due <= due)
    held = update(Message).where((Message.state == MessageState.SENDING) | waiting)
    unknown = {"state": MessageState.UNKNOWN, "finished": now, "last_error": why, "owner": None, "lease_until": None}
    return len(session.execute(held.values(unknown).returning(Message.id)).all())
