"""Claims on mails that are owed: which is next, who holds it, what it became (M9).

The statements are made once: to make one anew costs more than the database takes for it, and each mail needs them all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Integer, Select, and_, bindparam, case, or_, select, update

from calendar_service.db.engine import Session
from calendar_service.domain.columns import Base, UtcDateTime
from calendar_service.domain.mail import Message, MessageKind, MessageState

MERGED = (
    MessageKind.REMINDER, MessageKind.DIGEST, MessageKind.CHANGED, MessageKind.CANCELLED, MessageKind.ASKED,
)  # fmt: skip
"""Of these all that is due for one address leaves as one mail; a link somebody asked for comes alone."""
IN_ONE_MAIL = 50
"""The most messages that leave as one mail."""
URGENT = 0
"""The highest priority: what a person waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Who takes a message, when, and until when she may keep it."""

    owner: str
    now: datetime
    until: datetime


MESSAGE = Base.metadata.tables[Message.__tablename__]
_OF = MESSAGE.c
_NOW, _LEADER = bindparam("now", type_=UtcDateTime()), bindparam("leader", type_=Integer())
WAITING = and_(_OF.state == MessageState.QUEUED, _OF.carried_by_id.is_(None), _OF.not_before <= _NOW)
ABANDONED = and_(_OF.state == MessageState.SENDING, _OF.carried_by_id.is_(None), _OF.lease_until <= _NOW)
"""Claimed, and its lease is over: whoever held it is gone, and nobody knows how far she came."""
_MAY_GO = or_(_OF.priority == URGENT, _OF.domain.not_in(bindparam("resting", expanding=True)))
_TAKEN = {
    "state": MessageState.SENDING, "owner": bindparam("by"), "lease_until": bindparam("until"),
    "attempts": _OF.attempts + 1,
    "ambiguous": case((_OF.state == MessageState.SENDING, _OF.ambiguous + 1), else_=_OF.ambiguous),
}  # fmt: skip
"""An abandoned message becomes ambiguous once more in being claimed."""


def _first(*conditions: Any) -> Select[Message]:  # noqa: ANN401 - SQLAlchemy's
    order = (_OF.priority, _OF.due, _OF.turn, _OF.id)
    question = select(Message).where(*conditions).order_by(*order).limit(1)
    return question.with_for_update(skip_locked=True).execution_options(populate_existing=True)


NEXT_ABANDONED, NEXT_WAITING = _first(ABANDONED), _first(WAITING, _MAY_GO)
CLAIM = update(MESSAGE).where(_OF.id == _LEADER, or_(WAITING, ABANDONED)).values(_TAKEN)
CLAIM_CARRIED = (
    update(MESSAGE).where(_OF.carried_by_id == _LEADER, _OF.state.in_((MessageState.QUEUED, MessageState.SENDING)))
    .values(_TAKEN)
)  # fmt: skip
ALIKE = (
    select(_OF.id)
    .where(
        WAITING, _OF.folded_address == bindparam("address"), _OF.kind == bindparam("kind"),
        _OF.expires > _NOW, _OF.body.is_(None), _OF.id != _LEADER,
    ).order_by(_OF.due, _OF.id).limit(IN_ONE_MAIL - 1).with_for_update(skip_locked=True)
)  # fmt: skip
CLAIM_ALIKE = (
    update(MESSAGE).where(_OF.id.in_(bindparam("alike", expanding=True)), _OF.state == MessageState.QUEUED)
    .values({**_TAKEN, "carried_by_id": _LEADER})
)  # fmt: skip
PARCEL = (
    select(Message).where(_OF.state == MessageState.SENDING, or_(_OF.id == _LEADER, _OF.carried_by_id == _LEADER))
    .execution_options(populate_existing=True)
)  # fmt: skip
SETTLE = update(MESSAGE).where(
    _OF.id.in_(bindparam("claimed", expanding=True)), _OF.owner == bindparam("by"), _OF.state == MessageState.SENDING
)
KEEP = update(MESSAGE).where(_OF.id == _LEADER)


def next_to_send(session: Session, *, now: datetime, resting: Collection[str] = ()) -> Message | None:
    """The next message to claim: an abandoned one, else the most urgent that is due, the domains in turn.

    One that somebody else is about to claim is passed over, and so is what goes to a domain that rests, unless it is
    of the highest priority.
    """
    abandoned = session.scalars(NEXT_ABANDONED, {"now": now}).one_or_none()
    return abandoned or session.scalars(NEXT_WAITING, {"now": now, "resting": list(resting)}).one_or_none()


def claim(session: Session, message: Message, hold: Hold) -> bool:
    """Take a message: an UPDATE that repeats its condition (M9). Whether it is ours now."""
    return changed(session, CLAIM, {"leader": message.id, "now": hold.now, "by": hold.owner, "until": hold.until}) == 1


def claim_companions(session: Session, leader: Message, hold: Hold) -> None:
    """Take what leaves together with a claimed message, `leader` as it was before it was claimed.

    What it carried before (a repeat), else all that is due for the same address and kind. Rows that somebody
    holds are passed over, so that two workers never wait for each other crosswise.
    """
    taken = {"leader": leader.id, "by": hold.owner, "until": hold.until}
    if leader.attempts and changed(session, CLAIM_CARRIED, taken):
        return
    if leader.body is not None or leader.kind not in MERGED:
        return
    like = {"leader": leader.id, "now": hold.now, "address": leader.folded_address, "kind": leader.kind}
    if alike := session.scalars(ALIKE, like).all():
        changed(session, CLAIM_ALIKE, {**taken, "alike": alike})


def parcel(session: Session, leader_id: int) -> Sequence[Message]:
    """A claimed message and those it carries, as they now stand, itself first."""
    found = session.scalars(PARCEL, {"leader": leader_id})
    return sorted(found, key=lambda each: (each.id != leader_id, each.due, each.id))


def keep_body(session: Session, message_id: int, body: bytes) -> None:
    """Keep the very bytes of a mail (M22)."""
    changed(session, KEEP, {"leader": message_id, "body": body})


def settle(session: Session, ids: Sequence[int], *, owner: str, values: Mapping[str, Any]) -> int:
    """Write what became of claimed messages, only where they are still ours (M9); how many were."""
    return changed(session, SETTLE, {"claimed": ids, "by": owner, "owner": None, "lease_until": None, **values})


def changed(session: Session, statement: Any, values: Mapping[str, Any] | None = None) -> int:  # noqa: ANN401 - SQLAlchemy's
    """Run an UPDATE or DELETE; how many rows it met."""
    done = session.execute(statement, values, execution_options={"synchronize_session": False})
    assert isinstance(done, CursorResult)  # noqa: S101 - for the type checker: only SELECTs give another
    return done.rowcount
