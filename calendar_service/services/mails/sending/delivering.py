"""Delivering what is owed: claim, hand over to the wire, mark (M9 to M11).

SMTP has no exactly-once (M10). What is promised: nothing is lost while it has not expired, and a crash or a lost
answer costs at most one more copy, with the same bytes and the same Message-ID. Many mails in a row go another way
(`series`), which promises the same but where the machine loses its power. The wire is spoken to outside
every transaction, by a callable that is handed in.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import mail as queries
from calendar_service.db.queries.mails.claims import settle
from calendar_service.domain.mail import MessageState
from calendar_service.services.house import House
from calendar_service.services.mails import bouncing
from calendar_service.services.mails.sending.claiming import LEASE, TIMES_AMBIGUOUS, Claimant, Parcel, Scribe
from calendar_service.services.mails.sending.pacing import pacing_of

log = logging.getLogger(__name__)

BACKOFF = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60))
JITTER = 0.2
TIMES_REFUSED = 3
"""So often one message may make the server refuse us as a whole; then it fails: the fault may be its own."""
ONE_MINUTE = timedelta(minutes=1)
ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
"""Servers repeat addresses in what they say; logs and lists must not (S43)."""


class Outcome(StrEnum):
    """How the wire took a message. Only a 250 to the final dot is success (M11)."""

    SENT = "sent"
    LATER = "later"  # a 4xx about this message, or a broken line before the dot: it was not taken
    REFUSED = "refused"  # a 5xx about this message
    UNREACHABLE = "unreachable"  # a 5xx about this address
    AWAY = "away"  # the server cannot be reached, or turns everybody away for now (421)
    STOPPED = "stopped"  # the server refuses us: sender, password, certificate
    POLICY = "policy"  # the server refuses us by its policy (5.7.x), in answer to this very message
    UNCERTAIN = "uncertain"  # the line broke after the final dot


class WireTrouble(Exception):
    """A message was not taken, or nobody knows. `said` is what the server said."""

    def __init__(self, outcome: Outcome, said: str) -> None:
        super().__init__(said)
        self.outcome = outcome
        self.said = said


Send = Callable[[Parcel], None]
"""Hands a mail over. Raises WireTrouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How the wire took a mail, and when."""

    parcel: Parcel
    outcome: Outcome
    said: str
    at: datetime


class Results:
    """Results that are yet to be written down, as where the disk is full: kept until they are, so that nobody gets a
    mail twice whose going is known here (M10).
    """

    def __init__(self) -> None:
        self._unwritten: deque[Result] = deque()

    def add(self, result: Result) -> None:
        """It is written down later."""
        self._unwritten.append(result)

    def write(self, house: House, *, owner: str) -> None:
        """Write them all down, the first first. Raises Busy, and keeps what is left."""
        while self._unwritten:
            with house.deed() as session:
                finish(session, self._unwritten[0], owner=owner)
            self._unwritten.popleft()


def deliver_next(
    house: House, *, send: Send, scribe: Scribe, now: datetime, owner: str, lease: timedelta = LEASE,
    results: Results | None = None,
) -> bool:  # fmt: skip
    """Deal with the next message that is due; False when there is none (or the queue stands still)."""
    results = results or Results()
    results.write(house, owner=owner)
    with house.deed() as session:
        claimed = Claimant(
            session=session, scribe=scribe, owner=owner, now=now, pacing=pacing_of(house), lease=lease
        ).claim()
    if isinstance(claimed, bool):
        return claimed
    results.add(hand_over(send, claimed, now=now))
    results.write(house, owner=owner)
    return True


def hand_over(send: Send, parcel: Parcel, *, now: datetime) -> Result:
    """How the wire took a mail, and what the server said."""
    outcome, said = Outcome.SENT, ""
    try:
        send(parcel)
    except WireTrouble as trouble:
        outcome, said = trouble.outcome, ADDRESS.sub("…", trouble.said)[:500]
    except Exception as wrong:
        log.exception("the wire failed", extra={"mail": parcel.ids[0]})
        outcome, said = Outcome.UNCERTAIN, type(wrong).__qualname__
    return Result(parcel=parcel, outcome=outcome, said=said, at=now)


def finish(session: Session, result: Result, *, owner: str) -> None:
    """Write the result where the messages are still ours."""
    parcel = result.parcel
    if result.outcome is Outcome.SENT:
        queries.loosen_brake(session)
    if result.outcome is Outcome.UNREACHABLE:
        bouncing.refused(session, parcel.ids[0], result.said, now=result.at)
    values = _become(session, result) | {"last_error": result.said}
    settled = settle(session, parcel.ids, owner=owner, values=values)
    state = str(values["state"]) if settled else "lost"
    log.info("mail", extra={"mail": parcel.ids[0], "outcome": str(result.outcome), "state": state})


def _become(session: Session, result: Result) -> dict[str, Any]:
    parcel, outcome, said, now = result.parcel, result.outcome, result.said, result.at
    match outcome:
        case Outcome.SENT:
            return {"state": MessageState.SENT, "finished": now, "body": None}
        case Outcome.REFUSED | Outcome.UNREACHABLE:
            return _failed(now)
        case Outcome.LATER:
            return _queued(parcel, now + backoff(parcel))
        case Outcome.AWAY | Outcome.STOPPED:
            return _queued(parcel, _brake(session, outcome, said=said, now=now) + ONE_MINUTE)
        case Outcome.POLICY:
            until = _brake(session, outcome, said=said, now=now)
            return _failed(now) if parcel.attempts >= TIMES_REFUSED else _queued(parcel, until + ONE_MINUTE)
        case Outcome.UNCERTAIN:
            return _uncertain(parcel, now)


def _failed(now: datetime) -> dict[str, Any]:
    return {"state": MessageState.FAILED, "finished": now, "body": None}


def _queued(parcel: Parcel, not_before: datetime) -> dict[str, Any]:
    """Back in the queue, to be written anew; but what may have arrived before stays as it is, byte for byte."""
    queued = {"state": MessageState.QUEUED, "not_before": not_before}
    return queued if parcel.ambiguous else queued | {"body": None, "carried_by_id": None}


def _uncertain(parcel: Parcel, now: datetime) -> dict[str, Any]:
    times = parcel.ambiguous + 1
    if times < TIMES_AMBIGUOUS:
        return {"state": MessageState.QUEUED, "not_before": now + BACKOFF[0], "ambiguous": times}
    log.error("a mail may or may not have arrived", extra={"mail": parcel.ids[0]})
    return {"state": MessageState.UNKNOWN, "finished": now, "ambiguous": times}


def backoff(parcel: Parcel) -> timedelta:
    """How long to wait after a 4xx: 1, 5, 15, 60 minutes, and up to a fifth more, different for each message."""
    step = BACKOFF[min(parcel.attempts, len(BACKOFF)) - 1]
    dice = sha256(f"{parcel.message_id}{parcel.attempts}".encode()).digest()[0] / 255
    return step * (1 + JITTER * dice)


def _brake(session: Session, outcome: Outcome, *, said: str, now: datetime) -> datetime:
    """Let the whole queue wait, longer each time in a row; until when. What needs a person is an alert."""
    before = queries.brake(session)
    refusals = (before.refusals if before else 0) + 1
    wait = BACKOFF[min(refusals, len(BACKOFF)) - 1]
    if outcome is not Outcome.AWAY:
        wait = max(wait, BACKOFF[1])
        log.error("the mail server refuses us; the queue stands still", extra={"said": said, "refusals": refusals})
    else:
        log.warning("the mail server is away; the queue waits", extra={"said": said, "refusals": refusals})
    queries.pull_brake(session, until=now + wait, refusals=refusals, why=said)
    return now + wait
