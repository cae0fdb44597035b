"""What a database from a backup must be told: mails that it still owes may have gone out since (R10)."""

from __future__ import annotations

from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.operations import hold_messages
from calendar_service.services.auditing import OPERATOR, note


def hold_what_may_be_sent(session: Session, *, made: datetime, now: datetime) -> int:
    """Leave to a person every mail that was on its way or due by `now`; how many. What was sent stays sent.

    `made` is when the backup was made.
    """
    held = hold_messages(session, due=now, now=now, why=f"restored from a backup of {made:%Y-%m-%d %H:%M}Z")
    note(session, by=OPERATOR, deed="restored", subject="database", now=now, backup=made.isoformat(), held=held)
    return held
