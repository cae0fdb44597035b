"""Taking the next message that is due: one short transaction, before the wire is spoken to (M9, M13, M22).

A claim carries a lease. One that is abandoned (its lease ran out) is taken again once, and repeated with the
same bytes; what went wrong in the dark twice is left to a person (M10).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import claims as queries
from calendar_service.db.queries.mails.mail import brake
from calendar_service.db.queries.mails.series import Seen
from calendar_service.domain.mail import Message, MessageState
from calendar_service.services.mails.sending.pacing import Pacing

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=30)
"""Longer than all timeouts of one conversation with a mail server together, and of one that broke before it (M9)."""

TIMES_AMBIGUOUS = 2
"""After so many tries of which nobody knows the end, a person decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A claimed mail, ready for the wire; `ids` are the messages that leave in it, the one that carries first."""

    ids: tuple[int, ...]
    claimed: datetime
    address: str
    message_id: str
    body: bytes
    attempts: int
    ambiguous: int


class Scribe(Protocol):
    """Puts messages into words; those of one parcel have one address, kind and language."""

    def stale(self, session: Session, messages: Sequence[Message], *, now: datetime) -> Mapping[int, str]:
        """Those that no longer hold, by id, each with the reason (M13)."""

    def write(self, session: Session, messages: Sequence[Message], *, now: datetime) -> bytes:
        """The mail as it goes over the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail that may go as it is while what was seen stands; its bytes are made when it goes. `messages` leave in it,
    the one that carries first.
    """

    messages: Sequence[Message]
    seen: Seen
    body: Callable[[], bytes]


class SeriesScribe(Scribe, Protocol):
    """Reads what many mails need together."""

    def drafts(self, session: Session, messages: Sequence[Message], *, now: datetime) -> Mapping[int, Draft]:
        """Of what is due what holds and is plain enough, by the id of each mail's first message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """Who claims: `owner` names the process, `lease` is how long it may take, `pacing` how fast mails may go."""

    session: Session
    scribe: Scribe
    owner: str
    now: datetime
    pacing: Pacing
    lease: timedelta = LEASE

    def claim(self) -> Parcel | bool:
        """The next parcel; True when a message was dealt with without the wire, False when there is none.

        There is none either while the whole queue stands still.
        """
        stopped = brake(self.session)
        if stopped is not None and stopped.until > self.now:
            return False
        resting = self.pacing.resting(self.session, now=self.now)
        leader = queries.next_to_send(self.session, now=self.now, resting=resting)
        if leader is None:
            return False
        parcel = self._parcel(self._take(leader))
        if parcel is not None:
            self.pacing.count(self.session, leader.domain, now=self.now)
        return parcel or True

    def _take(self, leader: Message) -> Sequence[Message]:
        hold = queries.Hold(owner=self.owner, now=self.now, until=self.now + self.lease)
        if not queries.claim(self.session, leader, hold):
            return []
        queries.claim_companions(self.session, leader, hold)
        return queries.parcel(self.session, leader.id)

    def _parcel(self, messages: Sequence[Message]) -> Parcel | None:
        if not messages or self._is_over(messages):
            return None
        stale = self.scribe.stale(self.session, messages, now=self.now)
        if (body := messages[0].body) is not None:
            return self._repeated(messages, body, stale)
        for each, why in stale.items():
            self._settle([each], state=MessageState.DROPPED, last_error=why, finished=self.now)
        left = [each for each in messages if each.id not in stale]
        if messages[0].id in stale:
            self._settle(_ids(left), state=MessageState.QUEUED, carried_by_id=None)
            return None
        return self._written(left)

    def _is_over(self, messages: Sequence[Message]) -> bool:
        """Give up what has expired, or went wrong in the dark too often."""
        first = messages[0]
        expired = first.expires <= self.now
        if first.ambiguous >= TIMES_AMBIGUOUS or (expired and first.ambiguous):
            self.leave_to_a_person(messages)
        elif expired:
            self._settle(_ids(messages), state=MessageState.EXPIRED, finished=self.now)
        else:
            return False
        return True

    def leave_to_a_person(self, messages: Sequence[Message]) -> None:
        """Nobody knows whether it arrived: it is not sent again by itself (M10)."""
        log.error("a mail may or may not have arrived", extra=_named(messages[0]))
        self._settle(_ids(messages), state=MessageState.UNKNOWN, finished=self.now)

    def _repeated(self, messages: Sequence[Message], body: bytes, stale: Mapping[int, str]) -> Parcel | None:
        """The same bytes once more, if all that they say still holds."""
        if not stale:
            return _parcel_of(messages, body, self.now)
        if len(stale) == len(messages):
            self._settle(_ids(messages), state=MessageState.DROPPED, last_error="stale", finished=self.now)
        else:
            self.leave_to_a_person(messages)
        return None

    def _written(self, messages: Sequence[Message]) -> Parcel | None:
        """Write the mail and keep its bytes. One that cannot be written fails alone, and the queue goes on."""
        try:
            with self.session.begin_nested():
                body = self.scribe.write(self.session, messages, now=self.now)
        except Exception as wrong:
            log.exception("a mail could not be written", extra=_named(messages[0]))
            why = type(wrong).__qualname__
            self._settle(_ids(messages), state=MessageState.FAILED, last_error=why, finished=self.now)
            return None
        queries.keep_body(self.session, messages[0].id, body)
        return _parcel_of(messages, body, self.now)

    def _settle(self, ids: Sequence[int], **values: Any) -> None:  # noqa: ANN401 - columns of Message
        queries.settle(self.session, ids, owner=self.owner, values=values)


def _named(message: Message) -> dict[str, object]:
    return {"mail": message.id, "kind": message.kind}


def _ids(messages: Iterable[Message]) -> list[int]:
    return [each.id for each in messages]


def _parcel_of(messages: Sequence[Message], body: bytes, now: datetime) -> Parcel:
    first = messages[0]
    return Parcel(
        ids=tuple(_ids(messages)), claimed=now, address=first.address, message_id=first.message_id, body=body,
        attempts=first.attempts, ambiguous=first.ambiguous,
    )  # fmt: skip
