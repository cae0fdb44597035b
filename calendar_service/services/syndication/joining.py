"""The first answer after a change, for what most people follow, on SQLite: three questions and one change by the
plain driver, and nothing around them.

Whatever is out of the ordinary is left to `composing`, which gives the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from calendar_service.db import direct_feeds as queries
from calendar_service.db.direct import Direct
from calendar_service.db.engine import Database
from calendar_service.db.queries.syndication.feeds import StoredVersion
from calendar_service.domain.errors import Busy
from calendar_service.domain.times.moments import local_day
from calendar_service.services.syndication.asking import Ask, Format, Kind
from calendar_service.services.syndication.composing import Composed, Version, compose_of, next_version
from calendar_service.services.syndication.gathering import gather_named, named_of
from calendar_service.services.syndication.keeping import builder_of
from calendar_service.services.syndication.subjects import Subject, named_subject

NAMED = frozenset({Kind.ALL, Kind.DISTRICT, Kind.CLUSTER})


class Joiner:
    """Made once per process; opens nothing before it is asked."""

    def __init__(self, database: Database) -> None:
        self._database, self._direct = database, Direct(database)

    def join(self, ask: Ask, *, now: datetime) -> tuple[Composed, Version] | None:
        """The body and its version, which every other process knows from now on; None for what it does not do."""
        if ask.kind not in NAMED or ask.format is not Format.ICS or not self._database.is_sqlite:
            return None
        try:
            return self._join(ask, now=now)
        except Busy:
            return None

    def _join(self, ask: Ask, *, now: datetime) -> tuple[Composed, Version] | None:
        found = queries.version_and_revision(self._direct, ask.key)  # first: no change in between is missed
        subject = self._subject(ask)
        if found is None or subject is None:
            return None
        stored, revision = found
        composed = self._compose(ask, subject, revision, now=now)
        version = None if composed.missing else self._settle(ask, composed, stored, now=now)
        return (composed, version) if version else None

    def _compose(self, ask: Ask, subject: Subject, revision: int, *, now: datetime) -> Composed:
        installation = self._database.installation
        named = named_of(installation, ask, self._database.engine.dialect, now=now)
        gathered = gather_named(self._direct.rows, named, ask)
        return compose_of(installation, ask, subject, gathered, revision=revision, now=now)

    def _subject(self, ask: Ask) -> Subject | None:
        metropolis = self._database.installation.metropolis
        match ask.kind:
            case Kind.DISTRICT:
                name = queries.district_name(self._direct, ask.slug)
            case Kind.CLUSTER:
                name = queries.cluster_name(self._direct, ask.slug)
            case _:
                name = metropolis.name
        return named_subject(metropolis, ask, name) if name else None

    def _settle(self, ask: Ask, composed: Composed, stored: StoredVersion, *, now: datetime) -> Version | None:
        """None when another process was quicker."""
        installation = self._database.installation
        version = next_version(stored, composed, now=now)
        done = queries.change_version(
            self._direct, ask.key, stored,
            StoredVersion(version.etag, version.changed.astimezone(UTC), composed.revision),
            builder=builder_of(installation), day=local_day(now, installation.metropolis.timezone),
        )  # fmt: skip
        return version if done else None
