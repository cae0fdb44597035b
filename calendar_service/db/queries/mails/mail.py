"""Questions about mails that are owed: which is next, who holds it, what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CursorResult, Integer, Select, and_, bindparam, case, delete, func, or_, select, update

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication.feeds import insert
from calendar_service.domain.columns import Base, UtcDateTime
from calendar_service.domain.mail import Brake, MailCount, Message, MessageKind, MessageState, Timetable

MERGED = (
    MessageKind.REMINDER, MessageKind.DIGEST, MessageKind.CHANGED, MessageKind.CANCELLED, MessageKind.ASKED,
)  # fmt: skip
"""Of these all that is due for one address leaves as one mail; a link somebody asked for comes alone."""
IN_ONE_MAIL = 50
"""The most messages that leave as one mail."""
QUEUE = "mail"
URGENT = 0
"""The highest priority: what a person waits for."""
PLANNING = 0x43414C32
"""The key of PostgreSQL's advisory lock for planning: "CAL2"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Who takes a message, when, and until when she may keep it."""

    owner: str
    now: datetime
    until: datetime


def insert_messages(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Insert those whose key is new; how many were."""
    if not rows:
        return 0
    session.flush()  # what the messages are about must be there before them
    statement = insert(session)(Message.__table__).on_conflict_do_nothing().returning(Message.id)
    return len(session.connection().execute(statement, list(rows)).all())


# The claim: statements that are made once, since to make one anew costs more than the database takes for it

MESSAGE = Base.metadata.tables[Message.__tablename__]
_OF = MESSAGE.c
_NOW, _LEADER = bindparam("now", type_=UtcDateTime()), bindparam("leader", type_=Integer())
_WAITING = and_(_OF.state == MessageState.QUEUED, _OF.carried_by_id.is_(None), _OF.not_before <= _NOW)
_ABANDONED = and_(_OF.state == MessageState.SENDING, _OF.carried_by_id.is_(None), _OF.lease_until <= _NOW)
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


NEXT_ABANDONED, NEXT_WAITING = _first(_ABANDONED), _first(_WAITING, _MAY_GO)
CLAIM = update(MESSAGE).where(_OF.id == _LEADER, or_(_WAITING, _ABANDONED)).values(_TAKEN)
CLAIM_CARRIED = (
    update(MESSAGE).where(_OF.carried_by_id == _LEADER, _OF.state.in_((MessageState.QUEUED, MessageState.SENDING)))
    .values(_TAKEN)
)  # fmt: skip
ALIKE = (
    select(_OF.id)
    .where(
        _WAITING, _OF.folded_address == bindparam("address"), _OF.kind == bindparam("kind"),
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
    return _run(session, CLAIM, {"leader": message.id, "now": hold.now, "by": hold.owner, "until": hold.until}) == 1


def claim_companions(session: Session, leader: Message, hold: Hold) -> None:
    """Take what leaves together with a claimed message, `leader` as it was before it was claimed.

    What it carried before (a repeat), else all that is due for the same address and kind. Rows that somebody
    holds are passed over, so that two workers never wait for each other crosswise.
    """
    taken = {"leader": leader.id, "by": hold.owner, "until": hold.until}
    if leader.attempts and _run(session, CLAIM_CARRIED, taken):
        return
    if leader.body is not None or leader.kind not in MERGED:
        return
    like = {"leader": leader.id, "now": hold.now, "address": leader.folded_address, "kind": leader.kind}
    if alike := session.scalars(ALIKE, like).all():
        _run(session, CLAIM_ALIKE, {**taken, "alike": alike})


def parcel(session: Session, leader_id: int) -> Sequence[Message]:
    """A claimed message and those it carries, as they now stand, itself first."""
    found = session.scalars(PARCEL, {"leader": leader_id})
    return sorted(found, key=lambda each: (each.id != leader_id, each.due, each.id))


def keep_body(session: Session, message_id: int, body: bytes) -> None:
    """Keep the very bytes of a mail (M22)."""
    _run(session, KEEP, {"leader": message_id, "body": body})


def settle(session: Session, ids: Sequence[int], *, owner: str, values: Mapping[str, Any]) -> int:
    """Write what became of claimed messages, only where they are still ours (M9); how many were."""
    return _run(session, SETTLE, {"claimed": ids, "by": owner, "owner": None, "lease_until": None, **values})


def expire(session: Session, *, now: datetime) -> int:
    """Mark what is no longer worth sending; how many. What may have gone out before becomes unknown (M10, M14)."""
    late = update(Message).where(Message.state == MessageState.QUEUED, Message.expires <= now)
    sure = _run(session, late.where(Message.ambiguous == 0).values(state=MessageState.EXPIRED, finished=now))
    return sure + _run(session, late.values(state=MessageState.UNKNOWN, finished=now))


def _run(session: Session, statement: Any, values: Mapping[str, Any] | None = None) -> int:  # noqa: ANN401 - an UPDATE or DELETE
    done = session.execute(statement, values, execution_options={"synchronize_session": False})
    assert isinstance(done, CursorResult)  # noqa: S101 - for the type checker: only SELECTs give another
    return done.rowcount


def readdress(session: Session, former: str, address: str, *, kinds: Collection[str]) -> None:
    """Let what is owed to a folded address, and not on its way, go to another; its key stays, so it is owed once."""
    waiting = (Message.folded_address == former, Message.state == MessageState.QUEUED, Message.body.is_(None))
    told = {"address": address, "folded_address": address, "domain": address.rpartition("@")[2]}
    moved = update(Message).where(*waiting, Message.kind.in_(kinds)).values(told)
    session.execute(moved.execution_options(synchronize_session=False))


# The brake

BRAKE = select(Brake).where(Brake.name == QUEUE).with_for_update()
LOOSEN = delete(Base.metadata.tables[Brake.__tablename__]).where(Brake.__table__.c.name == QUEUE)


def brake(session: Session) -> Brake | None:
    """Why the queue stands still, if it does."""
    return session.scalars(BRAKE).one_or_none()


def stopped(session: Session) -> Brake | None:
    """The same, to be looked at alone."""
    return session.get(Brake, QUEUE)


def pull_brake(session: Session, *, until: datetime, refusals: int, why: str) -> None:
    """Let the queue stand still."""
    pulled = {"until": until, "refusals": refusals, "why": why}
    written = insert(session)(Brake).values(name=QUEUE, **pulled)
    session.execute(written.on_conflict_do_update(index_elements=["name"], set_=pulled))


def loosen_brake(session: Session) -> None:
    """Let the queue move."""
    session.execute(LOOSEN)


# What a person asks


def messages_in(session: Session, states: Sequence[str], *, limit: int) -> Sequence[Message]:
    """Messages by state, the latest first; without states, all."""
    question = select(Message).order_by(Message.id.desc()).limit(limit)
    return session.scalars(question.where(Message.state.in_(states)) if states else question).all()


def messages_by_id(session: Session, ids: Sequence[int]) -> Sequence[Message]:
    """Those that there are, with those they carry."""
    question = select(Message).where(Message.id.in_(ids) | Message.carried_by_id.in_(ids))
    return session.scalars(question.with_for_update().order_by(Message.id)).all()


def depths(session: Session) -> dict[str, int]:
    """How many messages stand in each state (M12)."""
    counted = select(Message.state, func.count()).group_by(Message.state)
    return dict(session.execute(counted).all())


def oldest_due(session: Session) -> datetime | None:
    """Since when the longest waiting message is due."""
    return session.scalar(select(func.min(Message.due)).where(Message.state == MessageState.QUEUED))


# Keeping house


def finished_before(session: Session, than: datetime, *, limit: int) -> Sequence[Message]:
    """Messages that were settled before an instant, the oldest first."""
    question = select(Message).where(Message.finished <= than).order_by(Message.id).limit(limit)
    return session.scalars(question).all()


def count_away(session: Session, counts: Mapping[tuple[date, str, str], int]) -> None:
    """Add to the counts that stay when the messages go."""
    for (day, kind, state), count in sorted(counts.items()):
        added = insert(session)(MailCount).values(day=day, kind=kind, state=state, count=count)
        key = ["day", "kind", "state"]
        more = {"count": MailCount.count + count}
        session.execute(added.on_conflict_do_update(index_elements=key, set_=more))


def remove_messages(session: Session, ids: Sequence[int]) -> int:
    """Remove messages, and what they carried."""
    gone = delete(Message).where(Message.id.in_(ids) | Message.carried_by_id.in_(ids))
    return _run(session, gone)


def remove_timetables(session: Session, than: datetime) -> int:
    """Forget what dates were before an instant: no notice speaks of that any more."""
    return _run(session, delete(Timetable).where(Timetable.kept <= than))


def hold_planning(session: Session) -> None:
    """Let nobody else plan until this transaction ends (M16); SQLite's writers are alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(PLANNING)))
