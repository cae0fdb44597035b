"""Questions about mails that are owed: what waits, why it waits, what became of it (see `claims` for who holds it)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails.claims import changed
from calendar_service.db.queries.syndication.feeds import insert
from calendar_service.domain.columns import Base
from calendar_service.domain.mail import Brake, MailCount, Message, MessageState, Timetable

QUEUE = "mail"
PLANNING = 0x43414C32
"""The key of PostgreSQL's advisory lock for planning: "CAL2"."""


def insert_messages(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Insert those whose key is new; how many were."""
    if not rows:
        return 0
    session.flush()  # what the messages are about must be there before them
    statement = insert(session)(Message.__table__).on_conflict_do_nothing().returning(Message.id)
    return len(session.connection().execute(statement, list(rows)).all())


def expire(session: Session, *, now: datetime) -> int:
    """Mark what is no longer worth sending; how many. What may have gone out before becomes unknown (M10, M14)."""
    late = update(Message).where(Message.state == MessageState.QUEUED, Message.expires <= now)
    sure = changed(session, late.where(Message.ambiguous == 0).values(state=MessageState.EXPIRED, finished=now))
    return sure + changed(session, late.values(state=MessageState.UNKNOWN, finished=now))


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
    return changed(session, gone)


def remove_timetables(session: Session, than: datetime) -> int:
    """Forget what dates were before an instant: no notice speaks of that any more."""
    return changed(session, delete(Timetable).where(Timetable.kept <= than))


def hold_planning(session: Session) -> None:
    """Let nobody else plan until this transaction ends (M16); SQLite's writers are alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(PLANNING)))
