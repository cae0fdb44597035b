"""The first answer after a change, for what most people follow: a few questions and one change by the plain driver,
and nothing around them.

Where this process composed the feed before, and is told which events changed since, it looks at those alone
(`standing`). Whatever is out of the ordinary is left to `composing`, which gives the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from calendar_service.db import direct_feeds as queries
from calendar_service.db.direct import Direct
from calendar_service.db.engine import Database
from calendar_service.db.queries.syndication.feeds import StoredVersion
from calendar_service.domain.errors import Busy
from calendar_service.domain.times.moments import local_day
from calendar_service.services.syndication.asking import Ask, Format, Kind
from calendar_service.services.syndication.bodies.composing import Version, compose_of, next_version
from calendar_service.services.syndication.bodies.copies import Copies, Copy, Opened
from calendar_service.services.syndication.bodies.gathering import Asking, asking_of, gather_named
from calendar_service.services.syndication.bodies.renewing import renew
from calendar_service.services.syndication.bodies.standing import Kept, Standing, Standings, Text, standing_of
from calendar_service.services.syndication.subjects import Subject, head_of, named_subject
from feeds.body import Body, Piece
from feeds.ics.calendar import END, join_pieces
from feeds.ics.tailoring import tailor

NAMED = frozenset({Kind.ALL, Kind.DISTRICT, Kind.CLUSTER})
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A version that every other process knows from now on; its body is in a copy, or else in hand."""

    version: Version
    copy: Copy | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A body, and what stands in it, where that is held; its version is not known yet."""

    body: Body
    standing: Standing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A feed to be joined as of a revision, and what is stored of the one before."""

    ask: Ask
    subject: Subject
    stored: StoredVersion
    revision: int
    asking: Asking
    now: datetime
    day: date


class Joiner:
    """Made once per process; opens nothing before it is asked."""

    def __init__(self, database: Database, copies: Copies) -> None:
        self._database, self._direct, self._copies = database, Direct(database), copies
        self._installation = database.installation
        self._standings = Standings()

    def join(self, ask: Ask, *, now: datetime) -> Joined | None:
        """The feed as it is now; None for what it does not do."""
        if ask.kind not in NAMED or ask.format is not Format.ICS:
            return None
        try:
            work = self._work(ask, now=now)
            return self._join(work) if work else None
        except Busy:
            return None

    def _work(self, ask: Ask, *, now: datetime) -> _Work | None:
        found = queries.version_and_revision(self._direct, ask.key)  # first: no change in between is missed
        subject = self._subject(ask)
        if found is None or subject is None:
            return None
        stored, revision = found
        asking = asking_of(
            self._installation, ask, self._direct.rows, self._database.engine.dialect, now=now
        )  # fmt: skip
        day = local_day(now, self._installation.metropolis.timezone)
        return _Work(ask=ask, subject=subject, stored=stored, revision=revision, asking=asking, now=now, day=day)

    def _join(self, work: _Work) -> Joined | None:
        with ExitStack() as open_files:
            made = self._renewed(work, open_files) or self._anew(work)
            version = self._settle(work, made.body) if made else None
            if not (made and version):
                return None
            joined = self._kept(work.ask, version, made.body)
        if joined.copy and made.standing:
            size = made.body.length(version.changed)
            self._standings.put(work.ask.key, replace(made.standing, version=version, size=size))
        return joined

    def _kept(self, ask: Ask, version: Version, body: Body) -> Joined:
        try:
            copy = self._copies.keep(ask.key, version, body, named=ask.is_named)
        except OSError as wrong:
            log.warning("the copy of a feed was not kept", extra={"error": type(wrong).__name__})
            return Joined(version=version, body=body.written(version.changed))
        return Joined(version=version, copy=copy)

    def _anew(self, work: _Work) -> _Made | None:
        """All of it; None where a text has to be kept first."""
        found = gather_named(work.asking, work.ask)
        if found.missing:
            return None
        composed = compose_of(
            self._installation, work.ask, work.subject, found, revision=work.revision, now=work.now
        )  # fmt: skip
        body = composed.body
        if not _is_held(work.ask):
            return _Made(body=body)
        digests = body.digests[len(body.digests) - len(found.rows) :]
        return _Made(body=body, standing=standing_of(found, digests, revision=work.revision, day=work.day))

    def _renewed(self, work: _Work, open_files: ExitStack) -> _Made | None:
        """What changed put into what stood there before; None where that cannot be told."""
        before = self._standings.get(work.ask.key)
        if before is None or before.day != work.day:
            return None
        event_ids = queries.changed_events(self._direct, work.ask.scope, since=before.revision, until=work.revision)
        copy = self._copies.find(work.ask.key, before.version)
        if event_ids is None or copy is None:
            return None
        former = _opened(copy, before, open_files)
        found = renew(before, event_ids, work.asking, is_full=work.ask.options.full) if former else None
        if not (former and found):
            return None
        start = before.size - len(END) - sum(each.size for each in before.texts)
        pieces = [
            former.cut(start + each.start, start + each.stop) if isinstance(each, Kept) else each
            for each in found.pieces
        ]
        standing = replace(before, revision=work.revision, texts=found.texts, waiting=found.waiting)
        return _Made(body=self._body(work, pieces, found.texts), standing=standing)

    def _body(self, work: _Work, pieces: Sequence[Piece], texts: Sequence[Text]) -> Body:
        head = head_of(self._installation, work.ask, work.subject)
        zones = {each.zone for each in texts if each.zone}
        return join_pieces(head, pieces, (each.digest for each in texts), zones=zones, year=work.day.year)

    def _subject(self, ask: Ask) -> Subject | None:
        metropolis = self._installation.metropolis
        match ask.kind:
            case Kind.DISTRICT:
                name = queries.district_name(self._direct, ask.slug)
            case Kind.CLUSTER:
                name = queries.cluster_name(self._direct, ask.slug)
            case _:
                name = metropolis.name
        return named_subject(metropolis, ask, name) if name else None

    def _settle(self, work: _Work, body: Body) -> Version | None:
        """None when another process was quicker."""
        version = next_version(work.stored, body, now=work.now)
        done = queries.change_version(
            self._direct, work.ask.key, work.stored,
            StoredVersion(version.etag, version.changed.astimezone(UTC), work.revision),
            builder=work.asking.named.builder, day=work.day,
        )  # fmt: skip
        return version if done else None


def _is_held(ask: Ask) -> bool:
    """Whether what stands in it follows from kept texts alone, and from the days around today."""
    options = ask.options
    return tailor(options) is None and options.from_day is None and options.to_day is None


def _opened(copy: Copy, before: Standing, open_files: ExitStack) -> Opened | None:
    """The body as it was; None where it is not (any more) what it should be."""
    with suppress(OSError):
        former = open_files.enter_context(copy.opened())
        return former if former.size == before.size else None
    return None
