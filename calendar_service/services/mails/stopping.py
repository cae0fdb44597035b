"""No longer: ending a subscription, and a person's right to see, take along and erase what is kept of her (S47)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import subscriptions as queries
from calendar_service.domain.errors import NotFound
from calendar_service.domain.mail import BlockReason, MailConsent, Message, Subscription, SubscriptionState
from calendar_service.services.mails import blocking
from calendar_service.services.mails.subscribing import JOINT, MOST_SUBSCRIPTIONS
from calendar_service.services.secrets import hash_of


def meant_by(session: Session, token: str) -> Sequence[Subscription]:
    """What a stop link means, ended already or not; nothing for a link that nobody knows (any more)."""
    parts = token.split(JOINT)[: 2 * MOST_SUBSCRIPTIONS]
    return queries.subscriptions_by_stop_hash(session, [hash_of(each) for each in parts])


def stop(session: Session, token: str, *, now: datetime) -> Sequence[Subscription]:
    """End what a stop link means; twice is fine, and so is a link whose owner was erased (M4).

    Mails that are owed for it are dropped when they are claimed.
    """
    meant = meant_by(session, token)
    for each in meant:
        end(each, now=now)
    return meant


def end(subscription: Subscription, *, now: datetime) -> None:
    """End one."""
    if subscription.state != SubscriptionState.ENDED:
        subscription.state = SubscriptionState.ENDED
        subscription.ended = now
        subscription.confirm_hash = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All that is kept of an address."""

    address: str
    subscriptions: Sequence[Subscription]
    consents: Sequence[MailConsent]
    messages: Sequence[Message]


def kept_of(session: Session, token: str) -> Kept:
    """What is kept of whoever holds a manage link. Raises NotFound, also after she was erased."""
    folded = _owner(session, token)
    subscriptions = queries.subscriptions_of(session, folded)
    return Kept(
        address=subscriptions[-1].address, subscriptions=subscriptions,
        consents=queries.consents_of(session, folded), messages=queries.messages_to(session, folded),
    )  # fmt: skip


def _owner(session: Session, token: str) -> str:
    found = queries.subscription_by_manage_hash(session, hash_of(token))
    if found is None:
        raise NotFound("subscription")
    return found.folded_address


def as_plain(kept: Kept) -> dict[str, Any]:
    """What is kept of a person, for her to take along; instants in UTC."""
    return {
        "address": kept.address,
        "subscriptions": [_subscription(each) for each in kept.subscriptions],
        "consents": [
            {"purpose": each.purpose, "text_version": each.text_version, "at": _iso(each.at)} for each in kept.consents
        ],
        "mails": [
            {"kind": each.kind, "due": _iso(each.due), "state": each.state, "sent": _iso(each.finished)}
            for each in kept.messages
        ],
    }


def _subscription(kept: Subscription) -> dict[str, Any]:
    return {
        "kind": kept.kind, "event": kept.event.slug if kept.event else None, "selection": kept.selection or None,
        "lead": kept.lead, "language": kept.language, "state": kept.state, "asked": _iso(kept.created),
        "confirmed": _iso(kept.confirmed), "ended": _iso(kept.ended),
    }  # fmt: skip


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def stop_all(session: Session, token: str, *, now: datetime) -> None:
    """End everything that the address asked for. Raises NotFound."""
    for each in queries.subscriptions_of(session, _owner(session, token)):
        end(each, now=now)


def erase(session: Session, token: str, *, block: bool, now: datetime) -> None:
    """Forget the address, at once and wholly. Raises NotFound.

    With `block` a keyed hash stays, so that nobody can ask for mail to it again.
    """
    folded = _owner(session, token)
    queries.erase_address(session, folded)
    session.expunge_all()
    if block:
        blocking.block(session, folded, BlockReason.ASKED, now=now)
