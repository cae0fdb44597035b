"""Delivering what many are told (reminders, notices, digests): read together, then claimed one by one (M9 to M13).

One commit for each mail says that the one before was taken and claims the next, with its bytes, if all that it was
written from still stands. It is on the disk before the mail goes: so whatever ends this process or this machine, no
mail but the one in hand may go out twice, with the same bytes (decision 32). The wire hears which one is likely to
follow, and may prepare for it.

Whatever is not plain (a repeat, something stale, somebody blocked, a rate) goes the way of `delivering`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, tee

from calendar_service.db.prepared import Driver
from calendar_service.db.queries.mails import series as queries
from calendar_service.db.queries.mails.claims import Hold
from calendar_service.domain.mail import MessageState
from calendar_service.services.house import House
from calendar_service.services.mails.sending.claiming import LEASE, Draft, Parcel, SeriesScribe
from calendar_service.services.mails.sending.delivering import Outcome, Result, Results, Send, deliver_next, hand_over

log = logging.getLogger(__name__)

FEW = 3
"""Of fewer it is not worth while to read them together."""
LONGEST = 60.0
"""Seconds after which all is read anew, as words say "tomorrow"."""
STOPS = (Outcome.AWAY, Outcome.STOPPED, Outcome.POLICY)
"""What stops the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How to deliver: `clock` says the time, `goes_on` whether to begin with another mail; `expect` is told which one
    is likely to follow the next.
    """

    house: House
    send: Send
    scribe: SeriesScribe
    owner: str
    clock: Callable[[], datetime]
    goes_on: Callable[[], bool] = lambda: True
    expect: Callable[[Parcel | None], None] = lambda _: None
    lease: timedelta = LEASE
    results: Results = field(default_factory=Results)

    def deliver(self, *, most: int = queries.AT_ONCE) -> int:
        """Deal with some messages that are due; how many, 0 when there is none (or the queue stands still)."""
        ready, others = self._read(most) if self.house.settings.mail_rate.is_free else ([], 0)
        dealt = _Series(self).deliver(ready) if ready else 0
        stopped = dealt < len(ready) or not ready  # by what the usual way sees to, if it is no reason to end
        return dealt + self._deliver_next(others + stopped)

    def _deliver_next(self, times: int) -> int:
        done = 0
        while done < times and self.goes_on() and self._next():
            done += 1
        return done

    def _next(self) -> bool:
        return deliver_next(
            self.house, send=self.send, scribe=self.scribe, now=self.clock(), owner=self.owner, lease=self.lease,
            results=self.results,
        )  # fmt: skip

    def _read(self, most: int) -> tuple[Sequence[Draft], int]:
        """The mails that are next and plain enough, as they would go; and how many among them are not."""
        now = self.clock()
        with self.house.reading() as session:
            waiting = queries.waiting(session, now=now, most=most)
            if len(waiting) < FEW:
                return (), 0
            try:
                drafts = self.scribe.drafts(session, waiting, now=now)
            except Exception:  # one of them is damaged, and will fail alone
                log.exception("mails could not be read together")
                return (), 0
        written = {message.id for each in drafts.values() for message in each.messages}
        return list(drafts.values()), sum(each.id not in written for each in waiting)


@dataclass(slots=True)
class _Series:
    """One mail after the other."""

    how: Delivery
    _taken: Result | None = None
    _is_lost: bool = False
    _began: float = field(default_factory=time.monotonic)

    def deliver(self, ready: Sequence[Draft]) -> int:
        """How many went, or were refused one by one."""
        try:
            return sum(1 for _ in self._sent(ready))
        finally:
            self._write_down_the_last()

    def _sent(self, ready: Sequence[Draft]) -> Iterator[None]:
        parcels, following = tee(self._parcels(ready))
        next(following, None)
        for draft, parcel, then in zip(ready, parcels, chain(following, [None]), strict=False):
            if not self._goes_on() or not self._take(draft, parcel):
                return
            self.how.expect(then)
            result = hand_over(self.how.send, parcel, now=self.how.clock())
            if result.outcome is Outcome.SENT:
                self._taken = result
            else:
                self.how.results.add(result)
                self.how.results.write(self.how.house, owner=self.how.owner)
            yield
            if result.outcome in STOPS:
                return

    def _parcels(self, ready: Sequence[Draft]) -> Iterator[Parcel]:
        """The mails as they would go, up to one that cannot be written: the usual way says so of this one alone."""
        for draft in ready:
            try:
                body = draft.body()
            except ValueError:
                return
            first = draft.messages[0]
            yield Parcel(
                ids=tuple(each.id for each in draft.messages), claimed=self.how.clock(), address=first.address,
                message_id=first.message_id, body=body, attempts=first.attempts + 1, ambiguous=first.ambiguous,
            )  # fmt: skip

    def _goes_on(self) -> bool:
        return self.how.goes_on() and time.monotonic() - self._began < LONGEST

    def _take(self, draft: Draft, parcel: Parcel) -> bool:
        """Write that the mail before was taken, and claim this one; whether it is ours."""
        now = self.how.clock()
        hold = Hold(owner=self.how.owner, now=now, until=now + self.how.lease)
        with self.how.house.short_deed() as driver:
            self._write_down(driver, now)
            is_ours = queries.take(driver, draft.messages, parcel.body, draft.seen, hold)
        self._told()
        return is_ours

    def _write_down_the_last(self) -> None:
        if self._taken is not None:
            self.how.results.add(self._taken)
            self._taken = None
            self.how.results.write(self.how.house, owner=self.how.owner)

    def _write_down(self, driver: Driver, now: datetime) -> None:
        if self._taken is not None:
            self._is_lost = not queries.mark_sent(driver, self._taken.parcel.ids[0], owner=self.how.owner, now=now)

    def _told(self) -> None:
        """Say in the log what was written down."""
        if self._taken is not None:
            state = "lost" if self._is_lost else str(MessageState.SENT)
            log.info("mail", extra={"mail": self._taken.parcel.ids[0], "outcome": str(Outcome.SENT), "state": state})
        self._taken, self._is_lost = None, False
