"""Gives the bytes of a feed: the copy of its current version, else composed, settled and kept; else the last copy.

Within a process only one thread composes a feed, the others wait for its copy. A calendar program never gets an
error for a feed that exists: while the database is away it gets the last good copy, told as such (R13).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from calendar_service.domain.errors import Busy, Invalid, NotFound
from calendar_service.services.again import again
from calendar_service.services.giving_back import give_back
from calendar_service.services.house import House
from calendar_service.services.syndication import keeping, private_bodies, subjects
from calendar_service.services.syndication.asking import Ask
from calendar_service.services.syndication.bodies import composing
from calendar_service.services.syndication.bodies.composing import Composed, Settled, Version
from calendar_service.services.syndication.bodies.copies import LARGEST_IN_HAND, Copies, Copy
from calendar_service.services.syndication.bodies.joining import NAMED, Joiner
from calendar_service.services.syndication.bodies.packing import packed_of
from calendar_service.services.syndication.polling import Poller
from calendar_service.services.syndication.private_bodies import Basis
from calendar_service.services.syndication.private_feeds import Opened
from calendar_service.services.syndication.subjects import MovedError

TRIES = 3
PAUSE = 1.0
"""Seconds for which a database that was away is not asked again; copies are given meanwhile."""

MOST_PRIVATE = 2_000
"""Versions of officers' own calendars that a process remembers."""
PATIENCE = 200
"""Events that a reader waits for while they are rendered anew."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What a client gets: a version and its bytes, in a copy or in hand. `stale`: seconds since it was good."""

    version: Version
    copy: Copy | None = None
    body: bytes = b""
    stale: int | None = None


class Press:
    """Made once per process; holds no version and no body, only who is composing what."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.copies = Copies(house.settings.data_dir / "feeds")
        self._poller, self._joiner = Poller(house.database), Joiner(house.database, self.copies)
        self._private: dict[Basis, Version] = {}
        self._flights: dict[str, threading.Lock] = {}
        self._waiting: dict[str, int] = {}
        self._desk = threading.Lock()
        self._away_until = 0.0

    def issue(self, ask: Ask, *, now: datetime, is_outdated: bool = False) -> Issue:
        """The feed as it is now; `is_outdated`: it was just asked, and there is no current version.

        Raises NotFound, MovedError, Invalid; Busy only where there never was a copy.
        """
        away = time.monotonic() < self._away_until
        if away and (found := self._last(ask, now=now)):
            return found
        try:
            return again(partial(self._now, ask, now=now, is_outdated=is_outdated), mends=self._mends)
        except (NotFound, Invalid, MovedError):
            raise
        except Exception as wrong:  # noqa: BLE001 - no client sees a fault of ours while there is a copy
            return self._instead(ask, wrong, now=now)

    def _now(self, ask: Ask, *, now: datetime, is_outdated: bool) -> Issue:
        return (None if is_outdated else self._current(ask, now=now)) or self._fresh(ask, now=now)

    def _mends(self, wrong: Exception) -> bool:
        """Whether a damaged row was met that is set aside now (decision 33)."""
        return not isinstance(wrong, MovedError) and self._house.database.aside.look()

    def _instead(self, ask: Ask, wrong: Exception, *, now: datetime) -> Issue:
        """The last copy, whatever went wrong; without one, that is what the client is told."""
        if isinstance(wrong, Busy):
            self._away_until = time.monotonic() + PAUSE
        else:
            log.error("a feed could not be composed", exc_info=wrong, extra={"feed": ask.address[:200]})
        found = self._last(ask, now=now)
        if found is None:
            raise wrong
        return found

    def private(self, basis: Basis, opened: Opened, *, now: datetime) -> Issue:
        """An officer's own calendar. Nothing but its version is kept of it, in a file least of all."""

        def read() -> Composed:
            with self._house.reading() as session:
                return private_bodies.compose(session, basis.ask, opened, now=now)

        composed = self._compose(basis.ask, read)
        version = composing.provisional(None, composed)
        if len(self._private) >= MOST_PRIVATE:
            self._private.clear()
        self._private[basis] = version
        return _in_hand(version, composed)

    def private_version(self, basis: Basis) -> Version | None:
        """The version of an officer's own calendar, if this process composed it from the same basis."""
        return self._private.get(basis)

    def read(self, issue: Issue, *, packed: bool) -> bytes:
        """The bytes of an issue, gzip when `packed`: made once per version. Raises OSError."""
        if issue.copy is None:
            return packed_of(issue.body) if packed else issue.body
        try:
            return issue.copy.read(packed=packed)
        except FileNotFoundError:
            if not packed:
                raise
        with self._flight(issue.version.etag):
            try:
                return issue.copy.read(packed=True)
            except FileNotFoundError:
                return self.copies.pack(issue.copy)

    def blocks(self, issue: Issue, *, packed: bool) -> tuple[int, Iterator[bytes]] | None:
        """The size of a large issue and its bytes in blocks, gzip when `packed`; None for any other. Raises OSError."""
        copy = issue.copy
        if copy is None or not copy.is_large:
            return None
        with self._flight(issue.version.etag):
            try:
                return copy.blocks(packed=packed)
            except FileNotFoundError:
                self.copies.pack_large(copy)
                return copy.blocks(packed=packed)

    def known(self, ask: Ask, *, now: datetime) -> Version | None:
        """The version of a feed if nothing has to be composed to know it. Raises Busy."""
        polled = self._poller.ask(ask.address, now=now)
        return polled.version if polled else None

    def _current(self, ask: Ask, *, now: datetime) -> Issue | None:
        if ask.is_download:
            return None
        version = self.known(ask, now=now)
        copy = self.copies.find(ask.key, version) if version else None
        return Issue(version=version, copy=copy) if version and copy else None

    def _last(self, ask: Ask, *, now: datetime) -> Issue | None:
        copy = self.copies.latest(ask.key)
        if copy is None:
            return None
        return Issue(version=copy.version, copy=copy, stale=int(max(0.0, now.timestamp() - copy.made)))

    def _fresh(self, ask: Ask, *, now: datetime) -> Issue:
        with self._flight(ask.key) as waited:
            current = self._current(ask, now=now) if waited else None
            issue = current or self._composed(ask, now=now)
        with suppress(OSError):  # somebody replaced it
            if issue.copy and issue.copy.is_large:  # what was held of it is held no more
                give_back()
        return issue

    def _composed(self, ask: Ask, *, now: datetime) -> Issue:
        if joined := self._joiner.join(ask, now=now):
            return Issue(version=joined.version, copy=joined.copy, body=joined.body)
        for _ in range(TRIES):
            composed = self._compose(ask, partial(self._read, ask, now=now))
            if ask.is_download:
                return _in_hand(composing.provisional(None, composed), composed)
            settled = self._settle(ask, composed, now=now)
            if settled is not None:
                return self._kept(ask, settled, composed)
        raise Busy("busy")

    def _compose(self, ask: Ask, read: Callable[[], Composed]) -> Composed:
        """The body; what is not kept of it is kept first, which only happens after an upgrade.

        Raises Busy when that is much and there is a copy to give meanwhile: the clock is rendering it, too.
        """
        composed = read()
        if not composed.missing:
            return composed
        if len(composed.missing) > PATIENCE and self.copies.latest(ask.key):
            raise Busy("busy")
        variant = ask.options.variant(self._house.metropolis.language)
        for start in range(0, len(composed.missing), keeping.AT_ONCE):
            with self._house.deed() as session:
                keeping.keep_missing(session, composed.missing[start : start + keeping.AT_ONCE], variant=variant)
        return read()

    def _read(self, ask: Ask, *, now: datetime) -> Composed:
        with self._house.reading() as session:
            return composing.compose(session, ask, subjects.find(session, ask, now=now), now=now)

    def _settle(self, ask: Ask, composed: Composed, *, now: datetime) -> Settled | None:
        try:
            with self._house.deed() as session:
                return composing.settle(session, ask, composed, now=now)
        except Busy:
            with self._house.reading() as session:
                return composing.unsettled(session, ask, composed)

    def _kept(self, ask: Ask, settled: Settled, composed: Composed) -> Issue:
        """In a file if others will want it: every named feed, any other from its second reader on."""
        version, is_large = settled.version, composed.body.size > LARGEST_IN_HAND
        if not settled.stored or not (ask.is_named or settled.wanted or (is_large and ask.kind in NAMED)):
            return _in_hand(version, composed)
        try:
            copy = self.copies.keep(ask.key, version, composed.body, named=ask.is_named)
        except OSError as wrong:
            log.warning("the copy of a feed was not kept", extra={"error": type(wrong).__name__})
            return _in_hand(version, composed)
        return Issue(version=version, copy=copy)

    def finish(self) -> None:
        """Have every copy in its file now."""
        self.copies.finish()

    @contextmanager
    def _flight(self, key: str) -> Iterator[bool]:
        """One thread at a time for a key; gives whether it had to wait, so that the work may be done by now."""
        with self._desk:
            lock = self._flights.setdefault(key, threading.Lock())
            waited = self._waiting.get(key, 0)
            self._waiting[key] = waited + 1
        try:
            with lock:
                yield waited > 0
        finally:
            with self._desk:
                self._waiting[key] -= 1
                if not self._waiting[key]:
                    del self._waiting[key], self._flights[key]


def _in_hand(version: Version, composed: Composed) -> Issue:
    return Issue(version=version, body=composed.body.written(version.changed))
