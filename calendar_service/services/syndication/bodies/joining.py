"""The first answer after a change, for what most people follow: a few questions and one change by the plain driver,
and nothing around them.

Where this process composed the feed before, and is told which events changed since, it looks at those alone
(`standing`). Whatever is out of the ordinary is left to `composing`, which gives the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from calendar_service.db import direct_feeds as queries
from calendar_service.db.direct import Direct
from calendar_service.db.direct_feeds import Known
from calendar_service.db.engine import Database
from calendar_service.db.queries.syndication.feeds import StoredVersion
from calendar_service.domain.errors import Busy
from calendar_service.domain.times.moments import Today
from calendar_service.services.syndication.asking import Ask, Format, Kind
from calendar_service.services.syndication.bodies.composing import Version, compose_of, next_version
from calendar_service.services.syndication.bodies.copies import Copies, Copy, Opened
from calendar_service.services.syndication.bodies.gathering import Asking, asking_of, gather_named
from calendar_service.services.syndication.bodies.renewing import renew
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


class _Made(NamedTuple):
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


class _Former(NamedTuple):
    """What stood in a feed before, and its body, which is open."""

    standing: Standing
    body: Opened


class _Work(NamedTuple):
    """A feed to be joined as of a revision, and what is stored of the one before. `standing` is what stood in it when
    it was joined here last, where it is told which events `changed` since.
    """

    ask: Ask
    stored: StoredVersion
    revision: int
    now: datetime
    plan: _Plan
    standing: Standing | None
    changed: Collection[int]


class Joiner:
    """Made once per process; opens nothing before it is asked."""

    def __init__(self, database: Database, copies: Copies) -> None:
        self._database, self._direct, self._copies = database, Direct(database), copies
        self._installation = database.installation
        self._today = Today(self._installation.metropolis.timezone)
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
        before = self._standings.get(ask.key)
        known = self._known(ask, since=before.revision if before else queries.NEVER)  # first: no later change is missed
        name = known and (self._installation.metropolis.name if ask.kind is Kind.ALL else known.name)
        if not (known and name):
            return None
        plan = self._plan(ask, name, now=now)
        is_told = before is not None and before.day == plan.day and known.changed is not None
        return _Work(ask, known.stored, known.raised, now, plan, before if is_told else None, known.changed or ())

    def _known(self, ask: Ask, *, since: int) -> Known | None:
        match ask.kind:
            case Kind.DISTRICT:
                return queries.of_district(self._direct, ask.key, ask.slug, since=since)
            case Kind.CLUSTER:
                return queries.of_cluster(self._direct, ask.key, ask.slug, since=since)
            case _:
                return queries.of_everything(self._direct, ask.key, since=since)

    def _plan(self, ask: Ask, name: str, *, now: datetime) -> _Plan:
        day = self._today.at(now)
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
        former = self._former(work)
        try:
            made = (former and self._renewed(work, former)) or self._anew(work)
            return self._told(work, made) if made else None
        finally:
            if former:
                former.body.close()

    def _told(self, work: _Work, made: _Made) -> Joined | None:
        """With its version, which other processes know from now on; None when one of them was quicker."""
        version = self._settle(work, made.body)
        if version is None:
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

    def _renewed(self, work: _Work, former: _Former) -> _Made | None:
        """What changed put into what stood there before; None where that cannot be told."""
        before, body = former
        found = renew(before, work.changed, work.plan.asking, is_full=work.ask.options.full)
        if found is None:
            return None
        new = found.spliced
        start = before.size - len(END) - before.weight[0]
        pieces = [
            body.cut(start + each.start, start + each.stop) if isinstance(each, Kept) else found.contents[each]
            for each in new.pieces
        ]
        new_body = join_pieces(work.plan.head, pieces, [new.digests], zones=new.zones, year=work.plan.day.year)
        standing = before._replace(
            revision=work.revision, texts=new.texts, digests=new.digests, weight=new.weight, zones=new.zones,
            waiting=found.waiting,
        )  # fmt: skip
        return _Made(body=new_body, standing=standing)

    def _former(self, work: _Work) -> _Former | None:
        """The feed as it was; None where that is not told, or its body is not (any more) what it should be."""
        ask, before = work.ask, work.standing
        if before is None:
            return None
        try:
            body = self._copies.opened(ask.key, before.version, named=ask.is_named)
        except OSError:
            return None
        if body.size == before.size:
            return _Former(before, body)
        body.close()
        return None

    def _settle(self, work: _Work, body: Body) -> Version | None:
        """None when another process was quicker."""
        version = next_version(work.stored, body, now=work.now)
        done = queries.change_version(
            self._direct, work.ask.key, work.stored,
            StoredVersion(version.etag, version.changed.astimezone(UTC), work.revision),
            builder=work.plan.asking.named.builder, day=work.plan.day, is_again=work.standing is not None,
        )  # fmt: skip
        return version if done else None


def _is_held(ask: Ask) -> bool:
    """Whether what stands in it follows from kept texts alone, and from the days around today."""
    options = ask.options
    return tailor(options) is None and options.from_day is None and options.to_day is None
