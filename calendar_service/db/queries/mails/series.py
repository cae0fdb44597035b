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

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Integer,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from calendar_service.db.engine import Session
from calendar_service.db.prepared import Driver, Prepared
from calendar_service.db.queries.mails.claims import ABANDONED, MESSAGE, WAITING, Hold
from calendar_service.domain.columns import Base, UtcDateTime
from calendar_service.domain.errors import Overtaken
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
    """What a mail was written from: events and subscriptions (id, version), the dates it reminds of (an event's id, a
    recurrence id), else how often anything public had changed (`revision`); a folded address, and the hashes under
    which that would be known if nothing were to be sent there.
    """

    address: str
    address_hashes: Sequence[str]
    subscriptions: Sequence[tuple[int, int]]
    events: Sequence[tuple[int, int]] = ()
    dates: Sequence[tuple[int, str]] = ()
    revision: int | None = None


FIRST = (
    select(Message).where(WAITING).order_by(_OF.priority, _OF.due, _OF.turn, _OF.id)
    .limit(bindparam("most", type_=Integer()))
)  # fmt: skip
STOPPED = select(exists().where(_BRAKE.c.name.is_not(None)) | exists().where(ABANDONED))
_TO_SOME = (
    WAITING, _OF.folded_address.in_(bindparam("addresses", expanding=True)), _OF.kind.in_(KINDS), _OF.expires > _NOW,
    _OF.body.is_(None),
)  # fmt: skip
SEVERAL = (
    select(_OF.folded_address).where(*_TO_SOME).group_by(_OF.folded_address, _OF.kind).having(func.count() > 1)
)  # fmt: skip
ALIKE = select(Message).where(*_TO_SOME).order_by(_OF.due, _OF.id)
BLOCKED = select(_BLOCK.c.address_hash).where(_BLOCK.c.address_hash.in_(bindparam("hashes", expanding=True)))


def waiting(session: Session, *, now: datetime, most: int) -> Sequence[Message]:
    """The mails of these kinds that are due before any other, in order; none while something else is to be seen to
    first: a queue that stands still, a claim that was abandoned.
    """
    if session.scalar(STOPPED, {"now": now}):
        return ()
    found = session.scalars(FIRST, {"now": now, "most": most}).all()
    others = (at for at, each in enumerate(found) if each.kind not in KINDS or each.body is not None)
    return found[: next(others, len(found))]


def together(session: Session, addresses: Collection[str], *, now: datetime) -> Sequence[Message]:
    """All that is due to those of these folded addresses to which several mails of one kind are, by when it is due."""
    every, several = sorted(set(addresses)), set[str]()
    for start in range(0, len(every), AT_ONCE):
        asked = {"now": now, "addresses": every[start : start + AT_ONCE]}
        several.update(session.scalars(SEVERAL, asked))
    return session.scalars(ALIKE, {"now": now, "addresses": sorted(several)}).all() if several else ()


def blocked_among(session: Session, hashes: Collection[str]) -> set[str]:
    """Those of these hashes that stand for an address that is not written to."""
    every, found = sorted(hashes), set[str]()
    for start in range(0, len(every), AT_ONCE):
        found.update(session.scalars(BLOCKED, {"hashes": every[start : start + AT_ONCE]}))
    return found


def revision_of_everything(session: Session) -> int | None:
    """How often anything public has changed; None before the first time."""
    return session.scalar(select(_SCOPE.c.revision).where(_SCOPE.c.key == EVERYTHING))


@lru_cache(maxsize=256)
def _take(
    dialect: Dialect, *, wishes: int, hashes: int, events: int, dates: int, carried: int, revised: bool
) -> Prepared:
    """A claim that holds only if nothing changed, nothing is more urgent, and the queue does not stand still."""
    stands: list[Clauses] = [_event(n) for n in range(events)]
    stands += [_date(n) for n in range(dates)]
    stands += [_wish(n) for n in range(wishes)]
    stands += [_carried(n) for n in range(carried)]
    if revised:
        stands.append((_SCOPE.c.key == EVERYTHING, _SCOPE.c.revision == bindparam("revision")))
    hinders: list[Clauses] = [(_BLOCK.c.address_hash == bindparam(f"hash{n}"),) for n in range(hashes)]
    hinders += [(_BRAKE.c.name.is_not(None),), _URGENT]
    holds = and_(
        WAITING, _OF.folded_address == bindparam("to"), _OF.body.is_(None), _OF.expires > _NOW,
        *(exists().where(*each) for each in stands), *(~exists().where(*each) for each in hinders),
    )  # fmt: skip
    taken = update(MESSAGE).where(_OF.id == _ID, holds).values(_TAKEN | {"body": bindparam("bytes")})
    return Prepared(taken, dialect)


@lru_cache(maxsize=64)
def _carry(dialect: Dialect, *, carried: int) -> Prepared:
    """That what leaves with a mail is carried by it."""
    some = or_(*(_OF.id == bindparam(f"carried{n}") for n in range(carried)))
    waits = _OF.state == MessageState.QUEUED, _OF.carried_by_id.is_(None)
    return Prepared(update(MESSAGE).where(some, *waits).values(_TAKEN | {"carried_by_id": _ID}), dialect)


@lru_cache(maxsize=4)
def _sent(dialect: Dialect) -> Prepared:
    """That a mail went, with what it carried."""
    ours = or_(_OF.id == _ID, _OF.carried_by_id == _ID), _OF.owner == bindparam("by")
    done = {"state": MessageState.SENT, "finished": _NOW, "last_error": ""} | dict.fromkeys(_HELD)
    return Prepared(update(MESSAGE).where(*ours, _OF.state == MessageState.SENDING).values(done), dialect)


_OTHER = MESSAGE.alias()
_TAKEN = {
    "state": literal(MessageState.SENDING), "owner": bindparam("by"), "lease_until": bindparam("until"),
    "attempts": _OF.attempts + 1,
}  # fmt: skip
_HELD = ("body", "owner", "lease_until")
"""What a mail has while it is on its way."""


Clauses = tuple[ColumnElement[bool], ...]
_URGENT: Clauses = (
    _OTHER.c.state == MessageState.QUEUED, _OTHER.c.priority < bindparam("before"),
    _OTHER.c.carried_by_id.is_(None), _OTHER.c.not_before <= _NOW,
)  # fmt: skip


def _event(n: int) -> Clauses:
    return _EVENT.c.id == bindparam(f"event{n}"), _EVENT.c.version == bindparam(f"version{n}")


def _date(n: int) -> Clauses:
    return (
        _DATE.c.event_id == bindparam(f"of{n}"), _DATE.c.recurrence_id == bindparam(f"date{n}"),
        _DATE.c.status == Status.CONFIRMED, _DATE.c.start_utc > _NOW,
    )  # fmt: skip


def _wish(n: int) -> Clauses:
    return (
        _WISH.c.id == bindparam(f"wish{n}"), _WISH.c.version == bindparam(f"wish_version{n}"),
        _WISH.c.state == SubscriptionState.ACTIVE,
    )  # fmt: skip


def _carried(n: int) -> Clauses:
    """That a message that is to leave with another waits still."""
    return (
        _OTHER.c.id == bindparam(f"carried{n}"), _OTHER.c.state == MessageState.QUEUED,
        _OTHER.c.carried_by_id.is_(None), _OTHER.c.body.is_(None), _OTHER.c.folded_address == bindparam("to"),
        _OTHER.c.not_before <= _NOW, _OTHER.c.expires > _NOW,
    )  # fmt: skip


def take(driver: Driver, messages: Sequence[Message], body: bytes, seen: Seen, hold: Hold) -> bool:
    """Take what waits, the first with the bytes that go out and carrying the others; whether it is ours now.

    Raises Overtaken when somebody took a part of it meanwhile.
    """
    first, carried = messages[0], [(each.id,) for each in messages[1:]]
    claim = _take(
        driver.dialect, wishes=len(seen.subscriptions), hashes=len(seen.address_hashes), events=len(seen.events),
        dates=len(seen.dates), carried=len(carried), revised=seen.revision is not None,
    )  # fmt: skip
    values = {
        "leader": first.id, "now": hold.now, "until": hold.until, "by": hold.owner, "before": first.priority,
        "bytes": body, "to": seen.address, "revision": seen.revision,
        **_numbered(seen.subscriptions, "wish", "wish_version"), **_numbered(seen.events, "event", "version"),
        **_numbered(seen.dates, "of", "date"), **_numbered([(each,) for each in seen.address_hashes], "hash"),
        **_numbered(carried, "carried"),
    }  # fmt: skip
    if driver.change(claim, values) != 1:
        return False
    if carried and driver.change(_carry(driver.dialect, carried=len(carried)), values) != len(carried):
        raise Overtaken
    return True


def _numbered(rows: Sequence[Sequence[Any]], *names: str) -> dict[str, Any]:
    return {f"{name}{n}": value for n, row in enumerate(rows) for name, value in zip(names, row, strict=True)}


def mark_sent(driver: Driver, message_id: int, *, owner: str, now: datetime) -> bool:
    """Write that a mail was taken, with what it carried, where it is still ours (M9)."""
    return driver.change(_sent(driver.dialect), {"leader": message_id, "by": owner, "now": now}) > 0
