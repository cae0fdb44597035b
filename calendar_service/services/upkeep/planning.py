"""Planning: what is owed for the next ten minutes, written by one process at a time (M8, M16)."""

from __future__ import annotations

from datetime import datetime, timedelta

from calendar_service.db.queries.mails.mail import hold_planning
from calendar_service.services.house import House
from calendar_service.services.mails import digesting, mailing, reminding
from calendar_service.services.news import briefing

AT_ONCE = 500
"""Mails owed in one transaction, so that nobody waits for it long (R5)."""


def plan(house: House, *, now: datetime, back: timedelta | None = None) -> int:
    """Owe reminders and digests that fall due soon, mark what has expired; how many mails are new.

    Who is due is read first and written then: what is owed twice meanwhile is owed once, by its key.
    `back`: see `reminding.due`.
    """
    with house.deed() as session:
        mailing.expire(session, now=now)
    with house.reading() as session:
        owed = [*reminding.due(session, now=now, back=back), *digesting.due(session, now=now)]
        owed += briefing.due(session, now=now)
    new = 0
    for start in range(0, len(owed), AT_ONCE):
        with house.deed() as session:
            hold_planning(session)
            new += mailing.owe(session, owed[start : start + AT_ONCE], now=now)
    return new
