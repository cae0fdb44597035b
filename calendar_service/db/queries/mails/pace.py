"""Questions about how many mails went to one domain (M21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, case, delete, false, or_, select

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication.feeds import insert
from calendar_service.domain.mail import Pace

MOST = 1_000
"""Domains that rest at once; more of them are not held back."""


def domains_at_limit(
    session: Session, *, minute: datetime, in_minute: int | None, day: date, in_day: int | None
) -> Sequence[str]:
    """Those to which so many mails went in this minute, or on this day; None: as many as there are."""
    full = or_(
        and_(Pace.minute == minute, Pace.in_minute >= in_minute) if in_minute is not None else false(),
        and_(Pace.day == day, Pace.in_day >= in_day) if in_day is not None else false(),
    )
    return session.scalars(select(Pace.domain).where(full).order_by(Pace.domain).limit(MOST)).all()


def count(session: Session, domain: str, *, minute: datetime, day: date) -> None:
    """One more."""
    added = insert(session)(Pace).values(domain=domain, minute=minute, in_minute=1, day=day, in_day=1)
    more = {
        "minute": minute, "in_minute": case((Pace.minute == minute, Pace.in_minute + 1), else_=1),
        "day": day, "in_day": case((Pace.day == day, Pace.in_day + 1), else_=1),
    }  # fmt: skip
    session.execute(added.on_conflict_do_update(index_elements=["domain"], set_=more))


def forget(session: Session, than: date) -> int:
    """Remove what was counted before a day."""
    gone = session.execute(delete(Pace).where(Pace.day < than).returning(Pace.domain)).all()
    return len(gone)
