"""What is kept no longer than it must be (S48), and what only takes room."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import mail, news, pace, subscriptions
from calendar_service.services import idempotency, throttling
from calendar_service.services.people import signing_in
from calendar_service.services.status import binning
from calendar_service.services.syndication import following, keeping

SEND_LOG = timedelta(days=180)
ENDED = timedelta(days=30)
TIMETABLES = timedelta(days=30)
NEWS = timedelta(days=90)
PACE = timedelta(days=2)
AT_ONCE = 2_000
"""Rows in one transaction, so that nobody waits for it long."""


def tidy(session: Session, *, now: datetime) -> int:
    """Remove a batch of what is over; how many rows. Call again while there are any."""
    removed = subscriptions.remove_lapsed(session, pending=now, ended=now - ENDED)
    removed += _count_old_mails(session, now=now)
    removed += pace.forget(session, now.date() - PACE)
    removed += mail.remove_timetables(session, now - TIMETABLES)
    removed += news.remove_news(session, now - NEWS)
    removed += binning.empty(session, now=now)
    removed += throttling.sweep(session, now=now)
    removed += signing_in.sweep(session, now=now)
    removed += following.forget(session, now=now)
    removed += keeping.forget_changes(session)
    return removed + idempotency.sweep(session, now=now)


def _count_old_mails(session: Session, *, now: datetime) -> int:
    """After half a year only how many there were of each kind stays."""
    old = mail.finished_before(session, now - SEND_LOG, limit=AT_ONCE)
    counts = Counter((each.finished.astimezone(UTC).date(), each.kind, each.state) for each in old if each.finished)
    mail.count_away(session, counts)
    return mail.remove_messages(session, [each.id for each in old]) if old else 0
