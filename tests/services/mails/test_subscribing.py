"""Asking for mail, and the owner's yes (M7, M19, S18, S29, S46)."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from calendar_service.db.engine import Session
from calendar_service.domain.errors import Invalid, NotFound, TooMany
from calendar_service.domain.events import Status
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.mail import MailConsent, Message, Subscription
from calendar_service.services.mails import stopping, subscribing
from calendar_service.services.mails.subscribing import LINK_WORKS, ask, confirm, open_link, read_wish
from calendar_service.services.status.statuses import cancel
from tests.builders import an_event, an_officer
from tests.mails import ROSA, a_subscription, a_wish, asked, confirm_token, manage_token, stop_token, stopped

HOUR = timedelta(hours=1)
FORM = {"address": " Rosa@Example.PE ", "kind": "selection", "lead": "1w", "lang": "en", "consent": "1"}


def mails(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Message)) or 0


def subscriptions(session: Session) -> list[Subscription]:
    return list(session.scalars(select(Subscription).order_by(Subscription.id)))


def problems(session: Session, form: dict[str, str], now: datetime, event: str | None = None) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read_wish(session, form, event=event, selection=Selection(), now=now)
    return {each.field: each.code for each in refused.value.problems}


def test_a_form_is_read_as_a_wish(session: Session, now: datetime) -> None:
    wish = read_wish(session, FORM, event=None, selection=Selection.read([("when", "today"), ("free", "1")]), now=now)
    assert (wish.address, wish.kind, wish.lead, wish.language) == ("Rosa@example.pe", "selection", "1w", "en")
    assert wish.query == "free=1"


def test_every_problem_of_a_form_is_told_at_once(session: Session, now: datetime) -> None:
    assert problems(session, {"address": "rosa", "kind": "spam", "lead": "2y"}, now) == {
        "address": "address_form", "kind": "subscribe_kind", "lead": "subscribe_lead", "consent": "subscribe_consent",
    }  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "rosa", "rosa@", "@example.pe", "a@b@example.pe", "rosa@example", "rosa@-x.pe", '"rosa x"@example.pe',
        "rosa@example.pe>", "rosa@example.pe\r\nBcc: x@example.pe", "rosa@[127.0.0.1]", "rosa@127.0.0.1",
        "ro sa@example.pe", "r..a@example.pe", f"{'r' * 65}@example.pe", f"r@{'x.' * 126}pe", "rosa@example.pe,x@y.pe",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(session: Session, now: datetime, address: str) -> None:
    """M3, S32: nothing that could become a second address or a header."""
    assert problems(session, FORM | {"address": address}, now) == {"address": "address_form"}


def test_a_local_part_that_not_every_mail_system_carries_is_refused_clearly(session: Session, now: datetime) -> None:
    assert problems(session, FORM | {"address": "josé@example.pe"}, now) == {"address": "address_not_ascii"}


def test_an_international_host_is_kept_in_the_form_that_travels(session: Session, now: datetime) -> None:
    wish = read_wish(session, FORM | {"address": "jose@ñandú.pe"}, event=None, selection=Selection(), now=now)
    assert wish.address == "jose@xn--and-6ma2c.pe"


def test_a_box_left_unticked_is_no_consent(session: Session, now: datetime) -> None:
    """S46."""
    assert problems(session, {**FORM, "consent": ""}, now) == {"consent": "subscribe_consent"}


def test_only_a_public_event_that_is_still_to_come_can_be_asked_for(session: Session, now: datetime) -> None:
    """S17, S18: a draft is not known; a cancelled or past one is said to be over."""
    officer = an_officer(session, now=now)
    draft = an_event(session, by=officer, now=now, status=Status.DRAFT)
    form = FORM | {"kind": "event"}
    with pytest.raises(NotFound):
        read_wish(session, form, event=draft.slug, selection=Selection(), now=now)
    event = an_event(session, by=officer, now=now)
    assert read_wish(session, form, event=event.slug, selection=Selection(), now=now).event is event
    assert problems(session, form, now + timedelta(days=30), event.slug) == {"kind": "subscribe_event_over"}
    cancel(session, event, by=officer, now=now, reason="Lluvia")
    assert problems(session, form, now, event.slug) == {"kind": "subscribe_event_over"}


def test_asking_keeps_the_wish_pending_and_owes_one_mail(session: Session, now: datetime) -> None:
    """M7, S46: with the proof of what was agreed to."""
    made = asked(session, a_wish(query="free=1"), now=now)
    assert (made.state, made.selection, made.confirmed) == ("pending", "free=1", None)
    message = session.scalars(select(Message)).one()
    assert (message.kind, message.address, message.due, message.priority) == ("confirm", ROSA, now, 0)
    consent = session.scalars(select(MailConsent)).one()
    assert (consent.purpose, consent.text_version, consent.at) == ("selection", subscribing.CONSENT_TEXT, now)


def test_another_wording_of_the_consent_is_another_version() -> None:
    """S46: whoever changes a word gives it a new version, and both their line here."""
    versions = {"2026-11": "610a0368"}
    assert versions[subscribing.CONSENT_TEXT] == sha256(subscribing.CONSENT.encode()).hexdigest()[:8]


def test_nothing_that_is_stored_lets_anybody_in(session: Session, now: datetime) -> None:
    """M19: tokens are kept as hashes."""
    made = asked(session, a_wish(), now=now)
    tokens = {confirm_token(session, made), stop_token(session, made), manage_token(session, made)}
    assert len(tokens) == 3
    stored = {made.secret, made.confirm_hash, made.stop_hash, made.manage_hash}
    assert not tokens & stored


def test_asking_twice_is_one_subscription(session: Session, now: datetime) -> None:
    asked(session, a_wish(), now=now)
    asked(session, a_wish(address="ROSA@example.pe", language="en"), now=now + HOUR)
    (made,) = subscriptions(session)
    assert (made.language, made.confirm_expires) == ("en", now + HOUR + LINK_WORKS)
    assert mails(session) == 2


@pytest.mark.parametrize(
    "other", [{"lead": "1w"}, {"query": "free=1"}, {"kind": "digest"}, {"address": "juan@example.pe"}]
)
def test_another_wish_is_another_subscription(session: Session, now: datetime, other: dict[str, str]) -> None:
    asked(session, a_wish(), now=now)
    asked(session, a_wish(**other), now=now)  # type: ignore[arg-type]
    assert len(subscriptions(session)) == 2


def test_an_address_gets_three_such_mails_a_day_whatever_is_asked(session: Session, now: datetime) -> None:
    """S29: and whoever asks is told the same."""
    for n in range(5):
        ask(session, a_wish(query=f"age={n}"), prefix="192.0.2.1", now=now + n * HOUR)
    assert mails(session) == 3
    ask(session, a_wish(address="juan@example.pe"), prefix="192.0.2.1", now=now + 5 * HOUR)
    assert mails(session) == 4
    ask(session, a_wish(query="age=9"), prefix="192.0.2.1", now=now + timedelta(days=1, seconds=1))
    assert mails(session) == 5


def test_one_place_cannot_ask_for_many(session: Session, now: datetime) -> None:
    """S29."""
    for n in range(30):
        ask(session, a_wish(address=f"p{n}@example.pe"), prefix="192.0.2.1", now=now)
    with pytest.raises(TooMany):
        ask(session, a_wish(), prefix="192.0.2.1", now=now)
    ask(session, a_wish(), prefix="198.51.100.1", now=now)
    assert mails(session) == 31


def test_an_address_has_a_bounded_number_of_subscriptions(session: Session, now: datetime) -> None:
    for n in range(35):
        ask(session, a_wish(query=f"age={n}"), prefix=f"192.0.2.{n}", now=now)
    assert len(subscriptions(session)) == 30


def test_the_link_confirms_once_pressed_and_twice_is_fine(session: Session, now: datetime) -> None:
    made = asked(session, a_wish(), now=now)
    token = confirm_token(session, made)
    assert open_link(session, token, now=now).state == "pending"
    confirm(session, token, now=now + HOUR)
    confirm(session, token, now=now + 2 * HOUR)
    assert (made.state, made.confirmed) == ("active", now + HOUR)


def test_a_link_works_for_seven_days(session: Session, now: datetime) -> None:
    token = confirm_token(session, asked(session, a_wish(), now=now))
    assert open_link(session, token, now=now + LINK_WORKS - timedelta(seconds=1)).state == "pending"
    with pytest.raises(NotFound):
        confirm(session, token, now=now + LINK_WORKS)


def test_every_link_of_a_wish_that_waits_works_and_none_of_one_that_lapsed(session: Session, now: datetime) -> None:
    """Two impatient clicks bring two mails; both must do. But what lapsed or was ended begins anew."""
    first = confirm_token(session, asked(session, a_wish(), now=now))
    second = confirm_token(session, asked(session, a_wish(), now=now + HOUR))
    assert first == second
    third = confirm_token(session, asked(session, a_wish(), now=now + 2 * LINK_WORKS))
    assert third != first
    with pytest.raises(NotFound):
        confirm(session, first, now=now + 2 * LINK_WORKS)
    confirm(session, third, now=now + 2 * LINK_WORKS)


def test_each_token_is_useless_for_anything_else(session: Session, now: datetime) -> None:
    """M19."""
    made = asked(session, a_wish(), now=now)
    stop, manage, yes = stop_token(session, made), manage_token(session, made), confirm_token(session, made)
    for wrong in (stop, manage):
        with pytest.raises(NotFound):
            confirm(session, wrong, now=now)
    for wrong in (stop, yes):
        with pytest.raises(NotFound):
            stopping.kept_of(session, wrong)
    assert not stopping.stop(session, yes, now=now)
    assert not stopping.stop(session, manage, now=now)
    assert made.state == "pending"


def test_asking_for_what_one_has_changes_nothing_and_says_so_by_mail(session: Session, now: datetime) -> None:
    """S18: the page says the same; only the owner of the address learns that she is subscribed already."""
    made = a_subscription(session, now=now)
    asked(session, a_wish(language="en"), now=now + HOUR)
    assert (made.state, made.confirmed, made.language) == ("active", now, "es")
    message = session.scalars(select(Message)).one()
    assert subscribing.letter(session, message, now=now + HOUR) is made


def test_what_was_ended_can_be_asked_for_again_and_old_links_do_not_confirm_it(session: Session, now: datetime) -> None:
    made = a_subscription(session, now=now)
    old = confirm_token(session, made)
    stopped(session, made, now=now + HOUR)
    with pytest.raises(NotFound):
        confirm(session, old, now=now + HOUR)
    asked(session, a_wish(), now=now + 2 * HOUR)
    assert (made.state, made.confirmed, made.ended) == ("pending", None, None)
    with pytest.raises(NotFound):
        confirm(session, old, now=now + 2 * HOUR)
    confirm(session, confirm_token(session, made), now=now + 2 * HOUR)
    assert made.state == "active"


def test_a_confirmation_is_not_sent_for_what_was_ended_meanwhile(session: Session, now: datetime) -> None:
    """M13."""
    made = asked(session, a_wish(), now=now)
    message = session.scalars(select(Message)).one()
    assert subscribing.letter(session, message, now=now) is made
    stopped(session, made, now=now)
    assert subscribing.letter(session, message, now=now) is None
