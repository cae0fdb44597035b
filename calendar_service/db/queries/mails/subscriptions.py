"""Questions about who asked to be told of what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.domain.mail import MailConsent, Message, MessageKind, Subscription, SubscriptionState

CITIZENS = (
    MessageKind.CONFIRM, MessageKind.REMINDER, MessageKind.DIGEST, MessageKind.CHANGED, MessageKind.CANCELLED
)  # fmt: skip
"""The mails that a subscription brings; all others go to officers."""


def subscription_to(session: Session, folded_address: str, scope: str) -> Subscription | None:
    """What an address asked for before, whatever became of it."""
    question = select(Subscription).where(Subscription.folded_address == folded_address, Subscription.scope == scope)
    return session.scalars(question.with_for_update(of=Subscription)).one_or_none()


def count_subscriptions(session: Session, folded_address: str) -> int:
    """How many an address has that have not ended."""
    question = select(func.count()).select_from(Subscription)
    mine = (Subscription.folded_address == folded_address) & (Subscription.state != SubscriptionState.ENDED)
    return session.scalar(question.where(mine)) or 0


def count_messages_to(session: Session, folded_address: str, *, kind: MessageKind, since: datetime) -> int:
    """How many mails of a kind were owed to an address since an instant."""
    question = select(func.count()).select_from(Message)
    like = (Message.folded_address == folded_address) & (Message.kind == kind) & (Message.created > since)
    return session.scalar(question.where(like)) or 0


def subscription_by_id(session: Session, subscription_id: int) -> Subscription | None:
    """One, with its event."""
    question = select(Subscription).where(Subscription.id == subscription_id)
    return session.scalars(question.options(joinedload(Subscription.event))).one_or_none()


def subscriptions_by_id(session: Session, ids: Iterable[int]) -> Sequence[Subscription]:
    """Those that there are, with their events."""
    question = select(Subscription).where(Subscription.id.in_(list(ids))).order_by(Subscription.id)
    return session.scalars(question.options(joinedload(Subscription.event))).all()


def subscription_by_confirm_hash(session: Session, token_hash: str) -> Subscription | None:
    """The one that a confirmation link means, with its event."""
    question = select(Subscription).where(Subscription.confirm_hash == token_hash)
    return session.scalars(question.options(joinedload(Subscription.event))).one_or_none()


def subscriptions_by_stop_hash(session: Session, hashes: Iterable[str]) -> Sequence[Subscription]:
    """Those that a stop link means, with their events."""
    given = list(hashes)
    meant = Subscription.stop_hash.in_(given) | Subscription.former_stop_hash.in_(given)
    question = select(Subscription).where(meant).order_by(Subscription.id)
    return session.scalars(question.options(joinedload(Subscription.event))).all()


def subscription_by_manage_hash(session: Session, token_hash: str) -> Subscription | None:
    """The one from whose mail somebody came to see what is kept of her."""
    return session.scalars(select(Subscription).where(Subscription.manage_hash == token_hash)).one_or_none()


def subscriptions_of(session: Session, folded_address: str) -> Sequence[Subscription]:
    """All that an address ever asked for and is still kept, with their events."""
    question = select(Subscription).where(Subscription.folded_address == folded_address)
    return session.scalars(question.options(joinedload(Subscription.event)).order_by(Subscription.id)).all()


def consents_of(session: Session, folded_address: str) -> Sequence[MailConsent]:
    """To what an address agreed."""
    mine = select(Subscription.id).where(Subscription.folded_address == folded_address)
    question = select(MailConsent).where(MailConsent.subscription_id.in_(mine)).order_by(MailConsent.id)
    return session.scalars(question).all()


def messages_to(session: Session, folded_address: str, *, limit: int = 1000) -> Sequence[Message]:
    """The mails that an address got or is to get for its subscriptions, the latest first."""
    mine = (Message.folded_address == folded_address) & Message.kind.in_(CITIZENS)
    return session.scalars(select(Message).where(mine).order_by(Message.id.desc()).limit(limit)).all()


def erase_address(session: Session, folded_address: str) -> None:
    """Forget everything that hangs on an address: subscriptions, consents, mails sent and owed (S47)."""
    mine = (Message.folded_address == folded_address) & Message.kind.in_(CITIZENS)
    subscriptions = select(Subscription.id).where(Subscription.folded_address == folded_address)
    for statement in (
        delete(Message).where(mine),
        delete(MailConsent).where(MailConsent.subscription_id.in_(subscriptions)),
        delete(Subscription).where(Subscription.folded_address == folded_address),
    ):
        session.execute(statement.execution_options(synchronize_session=False))


def remove_lapsed(session: Session, *, pending: datetime, ended: datetime) -> int:
    """Forget what was never confirmed in time, and what ended before an instant (S48); how many."""
    gone = or_(
        (Subscription.state == SubscriptionState.PENDING) & (Subscription.confirm_expires <= pending),
        (Subscription.state == SubscriptionState.ENDED) & (Subscription.ended <= ended),
    )
    ids = session.scalars(select(Subscription.id).where(gone).limit(1_000)).all()
    session.execute(delete(MailConsent).where(MailConsent.subscription_id.in_(ids)))
    session.execute(delete(Subscription).where(Subscription.id.in_(ids)))
    return len(ids)
