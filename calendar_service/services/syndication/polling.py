"""Whether what a calendar program has is still what there is: asked for every poll, of one row, of the database."""

from __future__ import annotations

from datetime import datetime

from calendar_service.db.engine import Database
from calendar_service.db.polls import Polls
from calendar_service.domain.times.moments import local_day
from calendar_service.services.syndication.asking import key_of
from calendar_service.services.syndication.composing import Version
from calendar_service.services.syndication.keeping import builder_of


class Poller:
    """Made once per process; opens no connection before the first poll."""

    def __init__(self, database: Database) -> None:
        self._polls = Polls(database)
        self._builder = builder_of(database.installation)
        self._timezone = database.installation.metropolis.timezone

    def version(self, address: str, *, now: datetime) -> tuple[str, Version] | None:
        """The key and the current version of a feed by its canonical address; None when it has to be composed.

        Raises Busy when the database is away.
        """
        key = key_of(address)
        found = self._polls.current(key, builder=self._builder, today=local_day(now, self._timezone))
        return (key, Version(etag=found[0], changed=found[1])) if found else None
