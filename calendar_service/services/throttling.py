"""How often something may be tried: counted in the database, with a growing delay and no hard lock (S3, S29).

An entrance counts a try in a transaction of its own, before it looks at what was tried, so that a failure
is counted whatever happens next:

    with deed() as session:
        throttling.take(session, [(SIGN_IN_BY_ACCOUNT, address), (SIGN_IN_BY_PREFIX, prefix)], now=now())

Who tried is known by a keyed hash alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from calendar_service.db.engine import Session
from calendar_service.db.queries import throttles
from calendar_service.domain.errors import TooMany
from calendar_service.domain.people import Throttle
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.secrets import keyed_hash

OLDEST = timedelta(days=2)
EVERYBODY = ""
"""Who a global limit counts."""
_MOST_DOUBLINGS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`free` tries within `window` cost nothing; then a wait of `first`, doubled by each try up to `longest`.

    Tries made during a wait are refused and not counted: whoever keeps knocking is not shut out for longer.
    """

    purpose: str
    free: int
    window: timedelta
    first: timedelta
    longest: timedelta

    def wait_after(self, count: int) -> timedelta:
        """How long to wait after so many tries."""
        if count < self.free:
            return timedelta(0)
        return min(self.first * (1 << min(count - self.free, _MOST_DOUBLINGS)), self.longest)


def quota(purpose: str, *, times: int, window: timedelta) -> Limit:
    """A plain allowance: so many times, then a window's rest."""
    return Limit(purpose=purpose, free=times, window=window, first=window, longest=window)


Tried = tuple[Limit, str]
"""A limit, and whom it counts: an address, a network prefix, or EVERYBODY."""


def key(installation: Installation, limit: Limit, who: str) -> str:
    """What a row of the table is known by."""
    return f"{limit.purpose}:{keyed_hash(installation, limit.purpose, who)}"


def take(session: Session, tried: Iterable[Tried], *, now: datetime) -> None:
    """Count a try against every limit. Raises TooMany, and then counts nothing."""
    limits = {key(session.installation, limit, who): limit for limit, who in tried}
    rows = throttles.locked(session, sorted(limits), now=now)
    _refuse(rows, now=now)
    for row in rows:
        _count(row, limits[row.key], now=now)


def give_back(session: Session, tried: Iterable[Tried]) -> None:
    """Undo one counted try: it turned out to be rightful."""
    keys = [key(session.installation, limit, who) for limit, who in tried]
    throttles.lower(session, sorted(keys))


def forget(session: Session, limit: Limit, who: str) -> None:
    """Begin anew, as after a rightful sign-in."""
    throttles.remove(session, key(session.installation, limit, who))


def sweep(session: Session, *, now: datetime) -> int:
    """Remove what no longer counts; how many rows. The clock calls it now and then."""
    return throttles.remove_older(session, now - OLDEST)


def _refuse(rows: Iterable[Throttle], *, now: datetime) -> None:
    waits = [row.blocked_until - now for row in rows if row.blocked_until and row.blocked_until > now]
    if waits:
        raise TooMany(retry_after=ceil(max(waits).total_seconds()))


def _count(row: Throttle, limit: Limit, *, now: datetime) -> None:
    if now - row.since >= limit.window:
        row.count, row.since = 0, now
    row.count += 1
    wait = limit.wait_after(row.count)
    row.blocked_until = now + wait if wait else None
