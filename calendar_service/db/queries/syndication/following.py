"""Questions about who follows a feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select, update

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication.feeds import insert
from calendar_service.domain.publication import Following

ENOUGH = 400
"""Families of a scope in a few days."""


def row_of(session: Session, scope_key: str, day: date, family: str) -> Following:
    """The row of a scope, day and family, made when it is not there yet; held until the transaction ends."""
    key = {"scope_key": scope_key, "day": day, "family": family}
    session.execute(insert(session)(Following).values(**key, calendars=0).on_conflict_do_nothing())
    return session.scalars(select(Following).filter_by(**key).with_for_update()).one()


def counts(session: Session, scope_keys: Sequence[str], *, since: date) -> Sequence[Following]:
    """The counts of scopes from a day on."""
    question = select(Following).where(Following.scope_key.in_(scope_keys), Following.day >= since)
    in_order = question.order_by(Following.scope_key, Following.day, Following.family)
    return session.scalars(in_order.limit(ENOUGH * len(scope_keys))).all()


def drop_sketches(session: Session, *, before: date) -> int:
    """Keep of days that are over the counts alone; how many rows."""
    over = update(Following).where(Following.day < before, Following.seen.is_not(None)).values(seen=None)
    return len(session.scalars(over.returning(Following.family)).all())


def drop_rows(session: Session, *, before: date) -> int:
    """Remove what is too old; how many rows."""
    old = delete(Following).where(Following.day < before)
    return len(session.scalars(old.returning(Following.family)).all())
