"""Holds that end: their officers are told a week and a day before, at the local midnights; then they lapse.

What is told leaves with the morning's digest. An officer who has just touched the hold needs no reminder of that stage.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import ending_holds, last_told
from calendar_service.domain.events import Event
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.times.moments import local_day, midnight_utc
from calendar_service.services.auditing import CLOCK
from calendar_service.services.news.telling import tell

STAGES = (timedelta(days=7), timedelta(days=1))
"""How long before the last day of a hold its officers are told."""


def remind_of_holds(session: Session, *, now: datetime) -> int:
    """Tell of every hold that ends soon, once a stage; how many. Twice is as good as once."""
    zone = session.installation.metropolis.timezone
    today = local_day(now, zone)
    holds = ending_holds(session, today, today + max(STAGES))
    told = last_told(session, [each.id for each in holds], NewsKind.HOLD_ENDS)
    due = [each for each in holds if is_due(each, told.get(each.id), zone=zone, now=now)]
    for event in due:
        tell(session, kind=NewsKind.HOLD_ENDS, district_id=event.host_id, event=event, by=CLOCK, now=now)
    return len(due)


def is_due(event: Event, told: datetime | None, *, zone: str, now: datetime) -> bool:
    """Whether the latest stage that has begun has been neither told nor seen by who changed the hold."""
    begun = [each for each in _beginnings(event, zone) if each <= now]
    known = max(filter(None, (told, event.last_modified)))
    return bool(begun) and known < max(begun)


def _beginnings(event: Event, zone: str) -> Iterable[datetime]:
    last = event.hold_until
    return [] if last is None else [midnight_utc(last - each, zone) for each in STAGES]
