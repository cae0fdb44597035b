"""Questions about mails that are owed, and about who asked for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from calendar_service.db.engine import Session
from calendar_service.domain.mail import Message

AT_ONCE = 500
"""Rows in one INSERT: far below what either database takes as parameters."""


def insert_messages(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Insert those whose key is new; how many were."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = 0
    for start in range(0, len(rows), AT_ONCE):
        insert = dialect.insert(Message).values(list(rows[start : start + AT_ONCE])).on_conflict_do_nothing()
        new += len(session.execute(insert.returning(Message.id)).all())
    return new
