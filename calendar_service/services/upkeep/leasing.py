"""The lease that lets one process tick, however many run (rule 7), and the heartbeat that says it does."""

from __future__ import annotations

from datetime import datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries import leases
from calendar_service.db.queries.operations import CLOCK

LASTING = timedelta(seconds=30)
BACK = timedelta(minutes=5)
"""A clock that is further behind the last heartbeat was put back: nothing is planned by it (R17)."""


def take(session: Session, *, owner: str, now: datetime, lasting: timedelta = LASTING) -> bool:
    """Take or keep the clock's lease, and write the heartbeat. Whether it is ours now."""
    fence = leases.take(session, CLOCK, owner=owner, lasting=lasting, now=now)
    if fence is None:
        return False
    leases.beat(session, CLOCK, owner=owner, now=now)
    return True


def release(session: Session, *, owner: str) -> None:
    """Let another process tick at once."""
    leases.release(session, CLOCK, owner=owner)


def may_plan(session: Session, *, now: datetime) -> bool:
    """Whether a clock can be believed: not when it is more than five minutes before the last heartbeat (R17)."""
    last = leases.heartbeat(session, CLOCK)
    return last is None or now >= last - BACK
