"""Mails that are read together and claimed one by one: each if all that it was written from stands (M9, M13).

A claim here is one statement whose condition asks all of it, so that a mail that no longer holds is not taken, and
what is more urgent than it finds nobody ahead of it. Its statements are made once (see `claims`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, Update, and_, bindparam, exists, func, literal, select, update

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails.claims import ABANDONED, MESSAGE, WAITING, Hold
from calendar_service.domain.columns import Base, UtcDateTime
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.mail import (
    BlockedAddress,
    Brake,
    Message,
    MessageKind,
    MessageState,
    Subscription,
    SubscriptionState,
)
from calendar_service.domain.publication import EVERYTHING, Scope

AT_ONCE = 500
KINDS = (MessageKind.REMINDER, MessageKind.CHANGED, MessageKind.CANCELLED, MessageKind.DIGEST)
"""What many people may be told at one time, in the same words."""
_OF = MESSAGE.c
_EVENT, _DATE, _WISH, _BRAKE, _BLOCK, _SCOPE = (
    Base.metadata.tables[each.__tablename__] for each in (Event, Occurrence, Subscription, Brake, BlockedAddress, Scope)
)
_NOW, _ID = bindparam("now", type_=UtcDateTime()), bindparam("leader", type_=Integer())


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a mail was written from: an event and subscriptions (id, version), the date it reminds of, else how often
    anything public had changed (`revision`); a folded address, and the hashes under which that would be known if
    nothing were to be sent there.
    """

    address: str
    address_hashes: Sequence[str]
    subscriptions: Sequence[tuple[int, int]]
    event: tuple[int, int] | None = None
    recurrence_id: str | None = None
    revision: int | None = None


FIRST = (
    select(Message).where(WAITING).order_by(_OF.priority, _OF.due, _OF.turn, _OF.id)
    .limit(bindparam("most", type_=Integer()))
)  # fmt: skip
STOPPED = select(exists().where(_BRAKE.c.name.is_not(None)) | exists().where(ABANDONED))
ALONE = (
    select(_OF.folded_address, _OF.kind)
    .where(WAITING, _OF.folded_address.in_(bindparam("addresses", expanding=True)), _OF.kind.in_(KINDS))
    .group_by(_OF.folded_address, _OF.kind).having(func.count() == 1)
)  # fmt: skip
BLOCKED = select(_BLOCK.c.address_hash).where(_BLOCK.c.address_hash.in_(bindparam("hashes", expanding=True)))
SENT = (
    update(MESSAGE)
    .where(_OF.id == _ID, _OF.owner == bindparam("by"), _OF.state == MessageState.SENDING)
    .values(state=MessageState.SENT, finished=_NOW, body=None, owner=None, lease_until=None, last_error="")
)  # fmt: skip


def waiting(session: Session, *, now: datetime, most: int) -> Sequence[Message]:
    """The mails of these kinds that are due before any other, in order; none while something else is to be seen to
    first: a queue that stands still, a claim that was abandoned.
    """
    if session.scalar(STOPPED, {"now": now}):
        return ()
    found = session.scalars(FIRST, {"now": now, "most": most}).all()
    others = (at for at, each in enumerate(found) if each.kind not in KINDS or each.body is not None)
    return found[: next(others, len(found))]


def alone_among(session: Session, addresses: Collection[str], *, now: datetime) -> set[tuple[str, str]]:
    """To which of these folded addresses just one mail of a kind is due, with the kind."""
    every, found = sorted(set(addresses)), set[tuple[str, str]]()
    for start in range(0, len(every), AT_ONCE):
        asked = session.execute(ALONE, {"now": now, "addresses": every[start : start + AT_ONCE]})
        found.update((address, kind) for address, kind in asked)
    return found


def blocked_among(session: Session, hashes: Collection[str]) -> set[str]:
    """Those of these hashes that stand for an address that is not written to."""
    every, found = sorted(hashes), set[str]()
    for start in range(0, len(every), AT_ONCE):
        found.update(session.scalars(BLOCKED, {"hashes": every[start : start + AT_ONCE]}))
    return found


def revision_of_everything(session: Session) -> int | None:
    """How often anything public has changed; None before the first time."""
    return session.scalar(select(_SCOPE.c.revision).where(_SCOPE.c.key == EVERYTHING))


@lru_cache(maxsize=64)
def _take(subscriptions: int, hashes: int, others: frozenset[str]) -> Update:
    """A claim that holds only if nothing changed, nothing is more urgent, and the queue does not stand still."""
    wishes = [
        exists().where(
            _WISH.c.id == bindparam(f"wish{n}"), _WISH.c.version == bindparam(f"wish_version{n}"),
            _WISH.c.state == SubscriptionState.ACTIVE,
        ) for n in range(subscriptions)
    ]  # fmt: skip
    blocks = [exists().where(_BLOCK.c.address_hash == bindparam(f"hash{n}")) for n in range(hashes)]
    other = MESSAGE.alias()
    urgent = exists().where(
        other.c.state == MessageState.QUEUED, other.c.priority < bindparam("before"),
        other.c.carried_by_id.is_(None), other.c.not_before <= _NOW,
    )  # fmt: skip
    holds = and_(
        WAITING, _OF.folded_address == bindparam("to"), _OF.body.is_(None), _OF.expires > _NOW,
        *(exists().where(*_STANDS[each]) for each in sorted(others)), *wishes, *(~each for each in blocks),
        ~exists().where(_BRAKE.c.name.is_not(None)), ~urgent,
    )  # fmt: skip
    taken = {
        "state": literal(MessageState.SENDING), "owner": bindparam("by"), "lease_until": bindparam("until"),
        "attempts": _OF.attempts + 1, "body": bindparam("bytes"),
    }  # fmt: skip
    return update(MESSAGE).where(_OF.id == _ID, holds).values(taken)


_STANDS = {
    "event": (_EVENT.c.id == bindparam("event"), _EVENT.c.version == bindparam("event_version")),
    "date": (
        _DATE.c.event_id == bindparam("event"), _DATE.c.recurrence_id == bindparam("date"),
        _DATE.c.status == Status.CONFIRMED, _DATE.c.start_utc > _NOW,
    ),
    "revision": (_SCOPE.c.key == EVERYTHING, _SCOPE.c.revision == bindparam("revision")),
}  # fmt: skip


def take(connection: Connection, message_id: int, priority: int, body: bytes, seen: Seen, hold: Hold) -> bool:
    """Take a mail that waits, with the bytes that go out; whether it is ours now."""
    others: dict[str, Any] = {"date": seen.recurrence_id, "revision": seen.revision}
    if seen.event is not None:
        others["event"], others["event_version"] = seen.event
    given = {name: value for name, value in others.items() if value is not None}
    wishes = {f"wish{n}": wish for n, (wish, _) in enumerate(seen.subscriptions)}
    versions = {f"wish_version{n}": version for n, (_, version) in enumerate(seen.subscriptions)}
    hashes = {f"hash{n}": each for n, each in enumerate(seen.address_hashes)}
    held = {"now": hold.now, "until": hold.until, "by": hold.owner}
    mine = {"leader": message_id, "before": priority, "bytes": body, "to": seen.address}
    statement = _take(len(wishes), len(hashes), frozenset(given.keys() & _STANDS.keys()))
    return connection.execute(statement, mine | held | given | wishes | versions | hashes).rowcount == 1


def mark_sent(connection: Connection, message_id: int, *, owner: str, now: datetime) -> bool:
    """Write that a mail was taken, where it is still ours (M9)."""
    return connection.execute(SENT, {"leader": message_id, "by": owner, "now": now}).rowcount == 1
