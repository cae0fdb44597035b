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

AT_ONCE = 500
KINDS = (MessageKind.REMINDER, MessageKind.CHANGED, MessageKind.CANCELLED)
"""What many people may be told at one time, in the same words."""
_OF = MESSAGE.c
_EVENT, _DATE, _WISH, _BRAKE, _BLOCK = (
    Base.metadata.tables[each.__tablename__] for each in (Event, Occurrence, Subscription, Brake, BlockedAddress)
)
_NOW, _ID = bindparam("now", type_=UtcDateTime()), bindparam("leader", type_=Integer())


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a mail was written from: versions of an event and of subscriptions (id, version), the date it reminds of,
    a folded address, and the hashes under which that would be known if nothing were to be sent there.
    """

    event_id: int
    event_version: int
    recurrence_id: str | None
    address: str
    subscriptions: Sequence[tuple[int, int]]
    address_hashes: Sequence[str]


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


@lru_cache(maxsize=64)
def _take(subscriptions: int, hashes: int, *, dated: bool) -> Update:
    """A claim that holds only if nothing changed, nothing is more urgent, and the queue does not stand still."""
    of_event = _EVENT.c.id == bindparam("event"), _EVENT.c.version == bindparam("event_version")
    date = exists().where(
        _DATE.c.event_id == bindparam("event"), _DATE.c.recurrence_id == bindparam("date"),
        _DATE.c.status == Status.CONFIRMED, _DATE.c.start_utc > _NOW,
    )  # fmt: skip
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
        exists().where(*of_event), *([date] if dated else []), *wishes, *(~each for each in blocks),
        ~exists().where(_BRAKE.c.name.is_not(None)), ~urgent,
    )  # fmt: skip
    taken = {
        "state": literal(MessageState.SENDING), "owner": bindparam("by"), "lease_until": bindparam("until"),
        "attempts": _OF.attempts + 1, "body": bindparam("bytes"),
    }  # fmt: skip
    return update(MESSAGE).where(_OF.id == _ID, holds).values(taken)


def take(connection: Connection, message_id: int, priority: int, body: bytes, seen: Seen, hold: Hold) -> bool:
    """Take a mail that waits, with the bytes that go out; whether it is ours now."""
    values: dict[str, Any] = {
        "leader": message_id, "before": priority, "bytes": body, "now": hold.now, "until": hold.until,
        "by": hold.owner, "event": seen.event_id, "event_version": seen.event_version, "to": seen.address,
    } | ({"date": seen.recurrence_id} if seen.recurrence_id is not None else {})  # fmt: skip
    for n, (subscription_id, version) in enumerate(seen.subscriptions):
        values |= {f"wish{n}": subscription_id, f"wish_version{n}": version}
    values |= {f"hash{n}": each for n, each in enumerate(seen.address_hashes)}
    dated = seen.recurrence_id is not None
    statement = _take(len(seen.subscriptions), len(seen.address_hashes), dated=dated)
    return connection.execute(statement, values).rowcount == 1


def mark_sent(connection: Connection, message_id: int, *, owner: str, now: datetime) -> bool:
    """Write that a mail was taken, where it is still ours (M9)."""
    return connection.execute(SENT, {"leader": message_id, "by": owner, "now": now}).rowcount == 1
