"""Ending a subscription; seeing, taking along and erasing what is kept (M4, M19, S47)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from calendar_service.db.engine import Session
from calendar_service.domain.errors import NotFound
from calendar_service.domain.mail import BlockedAddress, MailConsent, Message, MessageKind, Subscription
from calendar_service.services.mails import mailing, stopping, subscribing
from tests.mails import ROSA, a_subscription, a_wish, asked, manage_token, stop_token

HOUR = timedelta(hours=1)


def count(session: Session, table: type[Subscription | Message | MailConsent | BlockedAddress]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_link_stops_its_subscription_alone_and_for_ever(session: Session, now: datetime) -> None:
    made, other = a_subscription(session, now=now), a_subscription(session, now=now, query="free=1")
    token = stop_token(session, made)
    assert list(stopping.stop(session, token, now=now)) == [made]
    assert list(stopping.stop(session, token, now=now + HOUR)) == [made]
    assert (made.state, made.ended, other.state) == ("ended", now, "active")


def test_a_link_stops_several_at_once(session: Session, now: datetime) -> None:
    """M18: a mail that several subscriptions brought has one link for all of them."""
    first, second, third = (a_subscription(session, now=now, query=f"age={n}") for n in range(3))
    assert len(stopping.stop(session, stop_token(session, first, third), now=now)) == 2
    assert [each.state for each in (first, second, third)] == ["ended", "active", "ended"]


def test_a_link_still_works_after_asking_anew(session: Session, now: datetime) -> None:
    """M4: the link of an old mail stops what was begun again."""
    made = a_subscription(session, now=now)
    token = stop_token(session, made)
    stopping.stop(session, token, now=now)
    a_subscription(session, now=now + HOUR)
    assert made.state == "active"
    stopping.stop(session, token, now=now + 2 * HOUR)
    assert (made.state, made.ended) == ("ended", now + 2 * HOUR)


@pytest.mark.parametrize("token", ["", ".", "x", "x" * 5000, ".".join(["x"] * 500), "ñ", "\ud800"])
def test_a_link_that_nobody_knows_stops_nothing(session: Session, now: datetime, token: str) -> None:
    made = a_subscription(session, now=now)
    assert list(stopping.stop(session, token, now=now)) == []
    assert made.state == "active"


def test_everything_of_an_address_is_seen_and_taken_along(session: Session, now: datetime) -> None:
    made = a_subscription(session, now=now)
    asked(session, a_wish(address="Rosa@Example.pe", kind="digest", query="free=1"), now=now + HOUR)
    a_subscription(session, now=now, address="juan@example.pe")
    asked(session, a_wish(address="juan@example.pe", lead="1w"), now=now)
    kept = stopping.kept_of(session, manage_token(session, made))
    plain = json.loads(json.dumps(stopping.as_plain(kept)))
    assert [(each["kind"], each["selection"], each["state"]) for each in plain["subscriptions"]] == [
        ("selection", None, "active"), ("digest", "free=1", "pending"),
    ]  # fmt: skip
    assert [each["purpose"] for each in plain["consents"]] == ["selection", "digest"]
    assert [each["kind"] for each in plain["mails"]] == ["confirm"]
    assert "juan" not in str(plain)


def test_everything_is_stopped_at_once(session: Session, now: datetime) -> None:
    made, other = a_subscription(session, now=now), a_subscription(session, now=now, query="free=1")
    juans = a_subscription(session, now=now, address="juan@example.pe")
    stopping.stop_all(session, manage_token(session, made), now=now)
    assert [each.state for each in (made, other, juans)] == ["ended", "ended", "active"]


def test_an_address_is_forgotten_wholly_and_nobody_else_with_it(session: Session, now: datetime) -> None:
    """S47: subscriptions, consents and the outbox; a letter to an officer of that address stays."""
    made = a_subscription(session, now=now)
    asked(session, a_wish(kind="digest"), now=now)
    asked(session, a_wish(address="juan@example.pe"), now=now)
    mailing.owe_letter(session, kind=MessageKind.RESET, address=ROSA, language="es", about={}, key="1", now=now,
                       lifetime=HOUR)  # fmt: skip
    stop, manage = stop_token(session, made), manage_token(session, made)
    stopping.erase(session, manage, block=False, now=now)
    assert [each.folded_address for each in session.scalars(select(Subscription))] == ["juan@example.pe"]
    assert sorted(session.execute(select(Message.folded_address, Message.kind))) == [
        ("juan@example.pe", "confirm"), (ROSA, "reset"),
    ]  # fmt: skip
    assert count(session, MailConsent) == 1
    assert list(stopping.stop(session, stop, now=now)) == []
    with pytest.raises(NotFound):
        stopping.kept_of(session, manage)


def test_who_was_forgotten_can_ask_again(session: Session, now: datetime) -> None:
    made = a_subscription(session, now=now)
    stopping.erase(session, manage_token(session, made), block=False, now=now)
    assert asked(session, a_wish(), now=now).state == "pending"


def test_a_blocked_address_is_known_by_a_keyed_hash_alone_and_gets_no_mail(session: Session, now: datetime) -> None:
    """S47, and S18: whoever asks is told nothing of it."""
    made = a_subscription(session, now=now)
    stopping.erase(session, manage_token(session, made), block=True, now=now)
    subscribing.ask(session, a_wish(address="ROSA@example.pe"), prefix="192.0.2.1", now=now)
    session.flush()
    assert (count(session, Subscription), count(session, Message), count(session, BlockedAddress)) == (0, 0, 1)
    assert "rosa" not in session.scalars(select(BlockedAddress.address_hash)).one()
