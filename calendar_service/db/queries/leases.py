"""Who does what only one process may do."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, DateTime, Interval, case, func, literal, or_, select, update

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication.feeds import insert
from calendar_service.domain.columns import UtcDateTime
from calendar_service.domain.mail import Lease


def take(session: Session, name: str, *, owner: str, lasting: timedelta, now: datetime) -> int | None:
    """Take a lease that is free, or keep one's own, by one UPDATE that says its condition; the fence, else None.

    A server that several machines share tells the time itself, since their clocks may differ.
    """
    session.execute(insert(session)(Lease).values(name=name, owner="", until=now, fence=0).on_conflict_do_nothing())
    clock = _clock(session, now)
    mine = or_(Lease.owner == owner, Lease.owner == "", Lease.until <= clock)
    risen = Lease.fence + case((Lease.owner == owner, 0), else_=1)
    taken = update(Lease).where(Lease.name == name, mine)
    until = now + lasting if _is_sqlite(session) else clock + literal(lasting, Interval())
    return session.scalar(taken.values(owner=owner, until=until, fence=risen).returning(Lease.fence))


def beat(session: Session, name: str, *, owner: str, now: datetime) -> None:
    """Write that its owner lives; a heartbeat never goes back."""
    later = or_(Lease.heartbeat.is_(None), Lease.heartbeat < now)
    session.execute(update(Lease).where(Lease.name == name, Lease.owner == owner, later).values(heartbeat=now))


def release(session: Session, name: str, *, owner: str) -> None:
    """Give up a lease, if it is one's own."""
    session.execute(update(Lease).where(Lease.name == name, Lease.owner == owner).values(owner=""))


def is_held(session: Session, name: str, *, now: datetime) -> bool:
    """Whether somebody has it, who may live."""
    return (
        session.scalar(select(Lease.name).where(Lease.name == name, Lease.owner != "", Lease.until > now)) is not None
    )


def heartbeat(session: Session, name: str) -> datetime | None:
    """When its last owner lived."""
    return session.scalar(select(Lease.heartbeat).where(Lease.name == name))


def _clock(session: Session, now: datetime) -> ColumnElement[datetime]:
    return literal(now, UtcDateTime()) if _is_sqlite(session) else func.clock_timestamp(type_=DateTime(timezone=True))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
