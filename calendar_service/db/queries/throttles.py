"""How often something was tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from calendar_service.db.engine import Session
from calendar_service.domain.people import Throttle


def locked(session: Session, keys: Sequence[str], *, now: datetime) -> list[Throttle]:
    """A row for every key, made where there is none, held until the transaction ends.

    Give the keys sorted: two who hold several never wait for each other.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = [{"key": each, "count": 0, "since": now} for each in keys]
    session.execute(dialect.insert(Throttle).values(new).on_conflict_do_nothing(index_elements=["key"]))
    asked = select(Throttle).where(Throttle.key.in_(keys)).order_by(Throttle.key).with_for_update()
    return list(session.scalars(asked.execution_options(populate_existing=True)))


def lower(session: Session, keys: Sequence[str]) -> None:
    """Take one try back from each, never below none."""
    fewer = case((Throttle.count > 0, Throttle.count - 1), else_=0)
    for each in keys:
        session.execute(update(Throttle).where(Throttle.key == each).values(count=fewer, blocked_until=None))


def remove(session: Session, key: str) -> None:
    """Forget one."""
    session.execute(delete(Throttle).where(Throttle.key == key))


def remove_older(session: Session, than: datetime) -> int:
    """Forget those that began before an instant; how many."""
    gone = delete(Throttle).where(Throttle.since < than).returning(Throttle.key)
    return len(session.scalars(gone).all())
