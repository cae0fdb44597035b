"""Whether what a calendar program has is still what there is: asked for every poll, of one row, of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from calendar_service.db.engine import Database
from calendar_service.db.polls import Polls, instant
from calendar_service.domain.times.moments import Today
from calendar_service.services.syndication.asking import key_of
from calendar_service.services.syndication.bodies.composing import Version
from calendar_service.services.syndication.keeping import builder_of

SHORT = 200
"""Addresses up to this length are those that many follow; their keys are remembered."""


@dataclass(frozen=True, slots=True, eq=False)
class Polled:
    """A feed as a poll finds it: its key, its current version, its scope, and the local day on which it was asked.

    The same object for every poll until something changes, so that what follows from it is found by it.
    """

    key: str
    version: Version
    scope: str
    day: date


class Poller:
    """Made once per process; opens no connection before the first poll. One who is brisk: see `Polls`."""

    def __init__(self, database: Database, *, brisk: bool = False) -> None:
        polls = Polls(database, brisk=brisk)
        self._current = polls.current
        self.commits = polls.commits
        """While it gives the same, so is every answer of that day. Of one who is brisk, on SQLite. Raises Busy."""
        self._builder = builder_of(database.installation)
        self.today = Today(database.installation.metropolis.timezone)
        """The local day, on which an answer depends."""

    def ask(self, address: str, *, now: datetime) -> Polled | None:
        """The feed with a canonical address; None when it has to be composed. Raises Busy when the database is away."""
        today = self.today.at(now)
        key = _known_key(address) if len(address) <= SHORT else key_of(address)
        found = self._current(key, builder=self._builder, today=today)
        return _polled(key, *found, today) if found else None


_known_key = lru_cache(maxsize=512)(key_of)


@lru_cache(maxsize=1024)
def _polled(key: str, etag: str, changed: str | datetime, scope: str, day: date) -> Polled:
    return Polled(key, Version(etag=etag, changed=instant(changed)), scope, day)
