"""Whether the service is well: what is asked by who balances its load, who watches it, and who runs `check` (R12)."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.exc import DBAPIError

from calendar_service.db.damage.searching import Fault
from calendar_service.db.queries import operations
from calendar_service.db.queries.mails import bounces, mail
from calendar_service.db.queries.syndication import feeds
from calendar_service.db.queries.syndication.feeds import BrokenEvent
from calendar_service.db.upgrading import is_current
from calendar_service.domain.errors import DomainError
from calendar_service.services.house import House
from calendar_service.services.upkeep import postmaster

FRESH = timedelta(seconds=5)
"""For so long one look serves everybody who asks."""
SILENT = timedelta(minutes=2)
"""A clock that did not tick for so long is taken for dead."""
LEAST_FREE = 0.05
MOST_BROKEN = 1000


class Part(StrEnum):
    """What can be unwell."""

    DATABASE = "database"
    SCHEMA = "schema"
    CLOCK = "clock"
    DISK = "disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a part was found; `says` is for operators alone."""

    part: Part
    well: bool
    says: str


def look(house: House, *, now: datetime) -> tuple[Finding, ...]:
    """Look at every part now: writes to the database, reads the heartbeat, measures the disk."""
    schema = _schema(house)
    if not schema.well:
        return schema, _disk(house)
    return schema, _database(house, now=now), _clock(house, now=now), _disk(house)


def _schema(house: House) -> Finding:
    try:
        current = is_current(house.database)
    except DBAPIError as wrong:
        return Finding(part=Part.DATABASE, well=False, says=f"cannot be reached ({type(wrong.orig).__name__})")
    says = "is the one this version knows" if current else "is not the one this version knows: run migrate"
    return Finding(part=Part.SCHEMA, well=current, says=says)


def _database(house: House, *, now: datetime) -> Finding:
    try:
        with house.deed() as session:
            operations.write_test(session, now=now)
    except (DomainError, DBAPIError) as wrong:
        return Finding(part=Part.DATABASE, well=False, says=f"cannot be written to ({_said(wrong)})")
    return Finding(part=Part.DATABASE, well=True, says="can be written to")


def _said(wrong: DomainError | DBAPIError) -> str:
    """What the database said, in its first line; our own word where it was not asked."""
    said = wrong.__cause__ if isinstance(wrong, DomainError) else wrong
    if isinstance(said, DBAPIError):
        return str(said.orig).strip().partition("\n")[0] or type(said.orig).__name__
    return wrong.code if isinstance(wrong, DomainError) else type(wrong).__name__


def _clock(house: House, *, now: datetime) -> Finding:
    try:
        with house.reading() as session:
            last = operations.heartbeat(session)
    except DomainError as wrong:
        return Finding(part=Part.CLOCK, well=False, says=f"cannot be asked ({wrong.code})")
    if last is None:
        return Finding(part=Part.CLOCK, well=False, says="has never ticked: it runs beside `serve`, or as `worker`")
    silent = now - last
    return Finding(part=Part.CLOCK, well=silent < SILENT, says=f"last ticked {int(silent.total_seconds())} s ago")


def _disk(house: House) -> Finding:
    free = free_share(house)
    if free is None:
        return Finding(part=Part.DISK, well=False, says="has no data folder (any more)")
    return Finding(part=Part.DISK, well=free > LEAST_FREE, says=f"{free:.0%} of the data folder's disk is free")


def free_share(house: House) -> float | None:
    """How much of the data folder's disk is free, from 0 to 1; None when the folder is gone."""
    try:
        usage = shutil.disk_usage(house.settings.data_dir)
    except OSError:
        return None
    return usage.free / usage.total


class Watch:
    """Looks at most once in five seconds, however many ask, and from one thread at a time."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._turn = threading.Lock()
        self._at: datetime | None = None
        self._found: tuple[Finding, ...] = ()

    def findings(self, *, now: datetime) -> tuple[Finding, ...]:
        """What was found, not longer than five seconds ago."""
        with self._turn:
            if self._at is None or not timedelta(0) <= now - self._at < FRESH:
                self._found, self._at = look(self._house, now=now), now
            return self._found


def damaged(house: House, *, limit: int = MOST_BROKEN) -> Sequence[BrokenEvent]:
    """The public events that no feed may show as they are: each is left out, the others are served (decision 8)."""
    with house.reading() as session:
        return feeds.broken_events(session, limit=limit)


def listed_wrongly(house: House, *, limit: int) -> Sequence[str]:
    """Slugs of events that lists show, leave out or find otherwise than by what they say."""
    with house.reading() as session:
        return operations.events_listed_wrongly(session, limit=limit)


def unusable(house: House, *, limit: int) -> Sequence[Fault]:
    """The rows of any table that are not what their columns say: nothing shows them (decision 33). Looks at each."""
    return house.database.aside.survey(most=limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """What is counted at a glance. Ages are in seconds; None where there is nothing to measure."""

    messages: Mapping[str, int]
    came_back: Mapping[str, int]
    blocked: Mapping[str, int]
    mail_stopped: bool
    oldest_due: float | None
    heartbeat: float | None
    broken_events: int
    rows_aside: int
    disk_free: float | None


def gauges(house: House, *, now: datetime) -> Gauges:
    """Ask the database once. Raises Busy."""
    with house.reading() as session:
        return Gauges(
            messages=mail.depths(session), came_back=postmaster.came_back(session, now=now),
            blocked=bounces.blocked(session), mail_stopped=mail.stopped(session) is not None,
            oldest_due=_age(mail.oldest_due(session), now),
            heartbeat=_age(operations.heartbeat(session), now),
            broken_events=len(feeds.broken_events(session, limit=MOST_BROKEN)),
            rows_aside=house.database.aside.many, disk_free=free_share(house),
        )  # fmt: skip


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else (now - moment).total_seconds()
