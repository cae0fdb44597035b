"""Builders for tests of mail: somebody who asked for it, and what she is owed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.domain.events import Event
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.mail import Lead, Message, Subscription, SubscriptionKind
from calendar_service.domain.mailboxes import fold_address
from calendar_service.mail.letters import Letters
from calendar_service.services.mails import stopping, subscribing
from calendar_service.services.mails.subscribing import Wish

ROSA = "rosa@example.pe"
LETTERS = Letters(sender="agenda@agenda.example")


def a_wish(
    *, address: str = ROSA, event: Event | None = None, query: str = "", kind: str | None = None,
    lead: str = "1d", language: str = "es",
) -> Wish:  # fmt: skip
    """A wish for reminders of an event, else of a selection (a query string)."""
    pairs = [tuple(each.split("=", 1)) for each in query.split("&") if each]
    selection = None if event else Selection.read(pairs)  # type: ignore[arg-type]
    default = SubscriptionKind.EVENT if event else SubscriptionKind.SELECTION
    chosen = SubscriptionKind(kind) if kind else default
    return Wish(
        address=address, kind=chosen, lead=Lead(lead), language=language, selection=selection, event=event
    )  # fmt: skip


def asked(session: Session, wish: Wish, *, now: datetime) -> Subscription:
    """Asked for, and not confirmed yet."""
    subscribing.ask(session, wish, prefix="192.0.2.1", now=now)
    session.flush()
    mine = (Subscription.scope == wish.scope) & (Subscription.folded_address == fold_address(wish.address))
    return session.scalars(select(Subscription).where(mine)).one()


def a_subscription(session: Session, *, now: datetime, **wish: Any) -> Subscription:  # noqa: ANN401 - of a_wish
    """Asked for and confirmed; the mail that asked for it counts as gone."""
    made = asked(session, a_wish(**wish), now=now)
    confirmed = subscribing.confirm(session, confirm_token(session, made), now=now)
    for each in session.scalars(select(Message).where(Message.kind == "confirm")):
        if each.about == {"subscription": made.id}:
            session.delete(each)
    session.flush()
    return confirmed


def confirm_token(session: Session, subscription: Subscription) -> str:
    return _token(subscribing.confirm_path(session, subscription))


def stop_token(session: Session, *subscriptions: Subscription) -> str:
    return _token(subscribing.stop_path(session, subscriptions))


def manage_token(session: Session, subscription: Subscription) -> str:
    return _token(subscribing.manage_path(session, subscription))


def _token(path: str) -> str:
    return path.rpartition("/")[2]


def stopped(session: Session, *subscriptions: Subscription, now: datetime) -> None:
    """Stopped by the link in a mail."""
    stopping.stop(session, stop_token(session, *subscriptions), now=now)
    session.flush()


Written = Callable[[str, datetime], EmailMessage]
"""All that is owed of a kind, as one mail."""


def text_of(mail: EmailMessage) -> str:
    """What it says in plain text."""
    text, _ = mail.iter_parts()
    return str(text.get_content()).replace("\r\n", "\n")


def html_of(mail: EmailMessage) -> str:
    """What it says in HTML."""
    _, html = mail.iter_parts()
    return str(html.get_content())
