"""How fast mails go to one domain: a minute, a day, and in the first days of a new sender (M21).

Whoever waits for a link is never slowed down; what was sent to her is counted all the same. Two processes that claim
at the same moment may each take the last place of a minute.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from calendar_service.config.settings import MailRate
from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import pace as queries
from calendar_service.domain.times.moments import local_day
from calendar_service.services.house import House

FIRST_DAY = 50
"""Mails to one domain on the first day of a warm-up; every day twice as many."""
WARM = 14
"""Days after which a sender is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """The limits of one installation, whose days are those of `timezone`."""

    rate: MailRate
    timezone: str

    def resting(self, session: Session, *, now: datetime) -> Collection[str]:
        """The domains that got all they may get for now."""
        if self.rate.is_free:
            return ()
        today = local_day(now, self.timezone)
        return queries.domains_at_limit(
            session, minute=_minute(now), in_minute=self.rate.per_minute, day=today, in_day=day_limit(self.rate, today)
        )

    def count(self, session: Session, domain: str, *, now: datetime) -> None:
        """A mail goes to a domain."""
        if not self.rate.is_free:
            queries.count(session, domain, minute=_minute(now), day=local_day(now, self.timezone))


def pacing_of(house: House) -> Pacing:
    """What a house was told."""
    return Pacing(rate=house.settings.mail_rate, timezone=house.installation.metropolis.timezone)


def day_limit(rate: MailRate, today: date) -> int | None:
    """How many mails may go to one domain on a day; None: as many as there are."""
    limits = [rate.per_day] if rate.per_day is not None else []
    if rate.warmup is not None and (days := max(0, (today - rate.warmup).days)) < WARM:
        limits.append(FIRST_DAY << days)
    return min(limits, default=None)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
