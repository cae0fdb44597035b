"""Questions about mails that came back, and addresses that are not written to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, select

from calendar_service.db.engine import Session
from calendar_service.domain.mail import BlockedAddress, Message, MessageState, Subscription

BLOCK = (
    select(BlockedAddress).where(BlockedAddress.address_hash.in_(bindparam("hashes", expanding=True)))
    .order_by(BlockedAddress.at.desc()).limit(1)
)  # fmt: skip
"""Asked for each mail, and therefore made once."""


def block_of(session: Session, address_hashes: Collection[str]) -> BlockedAddress | None:
    """Why an address is not written to, by the hashes under which it may be known."""
    return session.scalars(BLOCK, {"hashes": list(address_hashes)}).first()


def last_confirmed(session: Session, folded_address: str) -> datetime | None:
    """When the owner of an address last followed a link that confirms."""
    mine = select(func.max(Subscription.confirmed)).where(Subscription.folded_address == folded_address)
    return session.scalar(mine)


def count_failures(session: Session, folded_address: str, *, since: datetime | None, but: str) -> int:
    """How many mails to an address, owed since an instant, failed for good; not where the status begins with `but`."""
    question = select(func.count()).select_from(Message).where(
        Message.folded_address == folded_address, Message.came_back.startswith("5."), ~Message.came_back.startswith(but)
    )  # fmt: skip
    return session.scalar(question.where(Message.created >= since) if since else question) or 0


def blocked(session: Session) -> Mapping[str, int]:
    """How many addresses are not written to, by why."""
    counted = select(BlockedAddress.reason, func.count()).group_by(BlockedAddress.reason)
    return dict(session.execute(counted).all())


def came_back(session: Session, *, since: datetime) -> Mapping[str, int]:
    """How many of the mails that went since an instant came back, by what was said of them."""
    question = select(Message.came_back, func.count()).where(Message.came_back.is_not(None), Message.finished > since)
    return {said: count for said, count in session.execute(question.group_by(Message.came_back)) if said}


def count_gone(session: Session, *, since: datetime) -> int:
    """How many mails went since an instant."""
    gone = (Message.state == MessageState.SENT) & (Message.finished > since) & Message.carried_by_id.is_(None)
    return session.scalar(select(func.count()).select_from(Message).where(gone)) or 0
