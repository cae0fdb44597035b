"""The first answer after a change, for what most people follow: a few questions and one change by the plain driver,
and nothing around them.

Where this process composed the feed before, and is told which events changed since, it looks at those alone
(`standing`). Whatever is out of the ordinary is left to `composing`, which gives the same bytes.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from calendar_service.db import direct_feeds as queries
from calendar_service.db.direct import Direct
from calendar_service.db.direct_feeds import Known
from calendar_service.db.engine import Database
from calendar_service.db.queries.syndication.feeds import StoredVersion
from calendar_service.domain.errors import Busy
from calendar_service.domain.times.moments import local_day
from calendar_service.services.syndication.asking import Ask, Format, Kind
from calendar_service.services.syndication.bodies.composing import Version, compose_of, next_version
from calendar_service.services.syndication.bodies.copies import Copies, Copy, Opened
from calendar_service.services.syndication.bodies.gathering import Asking, asking_of, gather_named
from calendar_service.services.syndication.bodies.renewing import Renewed, renew
from calendar_service.services.syndication.bodies.standing import Kept, Standing, Standings, standing_of
from calendar_service.services.syndication.subjects import Subject, head_of, named_subject
from feeds.body import Body
from feeds.ics.calendar import END, Head, join_pieces
from feeds.ics.tailoring import tailor

NAMED = frozenset({Kind.ALL, Kind.DISTRICT, Kind.CLUSTER})
MOST_PLANS = 1_000
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


class _Plan(NamedTuple):
    """What of a feed stays the same all day, while it is called the same."""

    day: date
    name: str
    subject: Subject
    head: Head
    asking: Asking


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A feed to be joined as of a revision, and what is stored of the one before."""

    ask: Ask
    stored: StoredVersion
    revision: int
    now: datetime
    plan: _Plan


class Joiner:
    """Made once per process; opens nothing before it is asked."""

    def __init__(self, database: Database, copies: Copies) -> None:
        self._database, self._direct, self._copies = database, Direct(database), copies
        self._installation = database.installation
        self._standings = Standings()
        self._plans: dict[str, _Plan] = {}

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
        known = self._known(ask)  # first: no change in between is missed
        name = known and (self._installation.metropolis.name if ask.kind is Kind.ALL else known.name)
        if not (known and name):
            return None
        plan = self._plan(ask, name, now=now)
        return _Work(ask=ask, stored=known.stored, revision=known.raised, now=now, plan=plan)

    def _known(self, ask: Ask) -> Known | None:
        match ask.kind:
            case Kind.DISTRICT:
                return queries.of_district(self._direct, ask.key, ask.slug)
            case Kind.CLUSTER:
                return queries.of_cluster(self._direct, ask.key, ask.slug)
            case _:
                return queries.of_everything(self._direct, ask.key)

    def _plan(self, ask: Ask, name: str, *, now: datetime) -> _Plan:
        day = local_day(now, self._installation.metropolis.timezone)
        plan = self._plans.get(ask.key)
        if plan is None or (plan.day, plan.name) != (day, name):
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            plan = self._plans[ask.key] = self._planned(ask, name, day, now=now)
        return plan

    def _planned(self, ask: Ask, name: str, day: date, *, now: datetime) -> _Plan:
        subject = named_subject(self._installation.metropolis, ask, name)
        dialect = self._database.engine.dialect
        return _Plan(
            day=day, name=name, subject=subject, head=head_of(self._installation, ask, subject),
            asking=asking_of(self._installation, ask, self._direct.rows, dialect, now=now),
        )  # fmt: skip

    def _join(self, work: _Work) -> Joined | None:
        with ExitStack() as open_files:
            made = self._renewed(work, open_files) or self._anew(work)
            version = self._settle(work, made.body) if made else None
            if not (made and version):
                return None
            joined = self._kept(work.ask, version, made.body)
        if joined.copy and made.standing:
            size = made.body.length(version.changed)
            self._standings.put(work.ask.key, made.standing._replace(version=version, size=size))
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
        plan = work.plan
        found = gather_named(plan.asking, work.ask)
        if found.missing:
            return None
        composed = compose_of(
            self._installation, work.ask, plan.subject, found, revision=work.revision, now=work.now
        )  # fmt: skip
        body = composed.body
        if not _is_held(work.ask):
            return _Made(body=body)
        digests = body.digests[len(body.digests) - len(found.rows) :]
        return _Made(body=body, standing=standing_of(found, digests, revision=work.revision, day=plan.day))

    def _renewed(self, work: _Work, open_files: ExitStack) -> _Made | None:
        """What changed put into what stood there before; None where that cannot be told."""
        before = self._standings.get(work.ask.key)
        if before is None or before.day != work.plan.day:
            return None
        event_ids = queries.changed_events(self._direct, work.ask.scope, since=before.revision, until=work.revision)
        former = None if event_ids is None else self._opened(work.ask, before, open_files)
        if event_ids is None or former is None:
            return None
        found = renew(before, event_ids, work.plan.asking, is_full=work.ask.options.full)
        return self._put_in(work, before, found, former) if found else None

    def _put_in(self, work: _Work, before: Standing, found: Renewed, former: Opened) -> _Made:
        new = found.spliced
        start = before.size - len(END) - before.weight[0]
        pieces = [
            former.cut(start + each.start, start + each.stop) if isinstance(each, Kept) else found.contents[each]
            for each in new.pieces
        ]
        body = join_pieces(work.plan.head, pieces, [new.digests], zones=new.zones, year=work.plan.day.year)
        standing = before._replace(
            revision=work.revision, texts=new.texts, digests=new.digests, weight=new.weight, zones=new.zones,
            waiting=found.waiting,
        )  # fmt: skip
        return _Made(body=body, standing=standing)

    def _opened(self, ask: Ask, before: Standing, open_files: ExitStack) -> Opened | None:
        """The body as it was; None where it is not (any more) what it should be."""
        with suppress(OSError):
            former = open_files.enter_context(self._copies.opened(ask.key, before.version, named=ask.is_named))
            return former if former.size == before.size else None
        return None

    def _settle(self, work: _Work, body: Body) -> Version | None:
        """None when another process was quicker."""
        version = next_version(work.stored, body, now=work.now)
        done = queries.change_version(
            self._direct, work.ask.key, work.stored,
            StoredVersion(version.etag, version.changed.astimezone(UTC), work.revision),
            builder=work.plan.asking.named.builder, day=work.plan.day,
        )  # fmt: skip
        return version if done else None


def _is_held(ask: Ask) -> bool:
    """Whether what stands in it follows from kept texts alone, and from the days around today."""
    options = ask.options
    return tailor(options) is None and options.from_day is None and options.to_day is None
