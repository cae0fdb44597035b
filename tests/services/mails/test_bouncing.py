"""What becomes of an address whose mails come back, or are called spam (M20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from calendar_service.db.engine import Session
from calendar_service.domain.mail import BlockedAddress, BlockReason, Message, MessageKind, Subscription
from calendar_service.domain.mailboxes import fold_address
from calendar_service.services.mails import blocking, bouncing, mailing, stopping, subscribing
from calendar_service.services.mails.bouncing import Report, Taken, Told
from calendar_service.services.mails.mailing import Owed
from calendar_service.services.mails.sending.claiming import Parcel
from calendar_service.services.mails.sending.returning import ReturnPaths
from calendar_service.services.people import resetting
from tests.builders import an_account
from tests.mails import LETTERS, ROSA, a_subscription, a_wish, asked, confirm_token, manage_token

DAY = timedelta(days=1)
MAILBOX = "agenda-bounces@agenda.example"


def sent(session: Session, now: datetime, *, kind: str = MessageKind.REMINDER, address: str = ROSA) -> Message:
    """A mail that went out."""
    number = session.scalar(select(func.count()).select_from(Message)) or 0
    owed = Owed(kind=MessageKind(kind), address=address, language="es", due=now, expires=now + DAY, more=str(number))
    mailing.owe(session, [owed], now=now)
    made = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    made.state, made.finished = "sent", now
    return made


def return_path(session: Session, message: Message, day: datetime) -> str:
    parcel = Parcel(ids=(message.id,), claimed=day, address=message.address, message_id="", body=b"", attempts=1,
                    ambiguous=0)  # fmt: skip
    return ReturnPaths(installation=session.installation, mailbox=MAILBOX)(parcel)


def came_back(session: Session, message: Message, status: str, now: datetime, *, told: Told = Told.CAME_BACK) -> Taken:
    path = return_path(session, message, message.finished or now)
    taken = bouncing.take(session, Report(told=told, status=status, named=(f"<{path.upper()}>",)), now=now)
    session.flush()
    return taken


def block(session: Session, address: str = ROSA) -> BlockedAddress | None:
    return blocking.block_of(session, fold_address(address))


@pytest.mark.parametrize("status", ["5.1.1", "5.1.10"])
def test_that_there_is_no_such_mailbox_blocks_at_once(session: Session, now: datetime, status: str) -> None:
    """And says nothing of the address, to nobody."""
    before = session.scalar(select(func.count()).select_from(Message)) or 0
    assert came_back(session, sent(session, now), status, now) is Taken.BLOCKED
    found = block(session)
    assert found is not None
    assert (found.reason, found.at, "rosa" in found.address_hash) == ("bounced", now, False)
    assert session.scalar(select(func.count()).select_from(Message)) == before + 1  # a report is never answered


def test_another_failure_for_good_blocks_the_second_time(session: Session, now: datetime) -> None:
    first, second = sent(session, now), sent(session, now + DAY)
    assert came_back(session, first, "5.2.2", now) is Taken.COUNTED
    assert came_back(session, first, "5.2.2", now) is Taken.KNOWN  # the same report twice is one
    assert block(session) is None
    assert came_back(session, second, "5.4.4", now + DAY) is Taken.BLOCKED


def test_what_was_late_first_and_then_failed_for_good_counts_as_that_and_a_complaint_always_does(
    session: Session, now: datetime
) -> None:
    """A mail system warns of a delay before it gives up: two reports of one mail, of which the worse one stands."""
    message = sent(session, now)
    taken = [came_back(session, message, status, now) for status in ("4.4.1", "4.4.1", "5.1.1", "4.4.1", "5.2.2")]
    assert taken == [Taken.COUNTED, Taken.KNOWN, Taken.BLOCKED, Taken.KNOWN, Taken.KNOWN]
    assert came_back(session, message, "", now, told=Told.COMPLAINT) is Taken.COMPLAINED
    assert came_back(session, message, "5.1.1", now) is Taken.KNOWN


@pytest.mark.parametrize("status", ["4.2.2", "4.4.7", "5.7.1", "5.7.26"])
def test_what_fails_for_now_or_because_of_us_is_only_counted(session: Session, now: datetime, status: str) -> None:
    """M11: nobody is given up for a policy that refuses us."""
    for _ in range(3):
        assert came_back(session, sent(session, now), status, now) is Taken.COUNTED
    assert block(session) is None


def test_a_report_that_we_did_not_seal_is_refused(session: Session, now: datetime) -> None:
    """Forged: with another number, another day, another address, of another installation; or with no seal at all."""
    message, other = sent(session, now), sent(session, now, address="juan@example.pe")
    path = return_path(session, message, now)
    foreign = ReturnPaths(installation=replace(session.installation, secret=b"n" * 32), mailbox=MAILBOX)
    parcel = Parcel(ids=(message.id,), claimed=now, address=ROSA, message_id="", body=b"", attempts=1, ambiguous=0)
    forged = [
        path.replace(f"+{message.id}-", f"+{other.id}-"),
        path.replace(str(now.date().toordinal()), str(now.date().toordinal() - 1)),
        path.replace(f"+{message.id}-", "+999-"), foreign(parcel), MAILBOX, ROSA, "",
        f"agenda-bounces+{message.id}-9999999-{'0' * 20}@agenda.example",
    ]  # fmt: skip
    for each in forged:
        report = Report(told=Told.CAME_BACK, status="5.1.1", named=(each,))
        assert bouncing.take(session, report, now=now) is Taken.REFUSED, each
    assert [block(session), block(session, "juan@example.pe")] == [None, None]


@pytest.mark.parametrize(
    ("told", "days", "taken"),
    [
        (Told.CAME_BACK, 14, Taken.BLOCKED), (Told.CAME_BACK, 15, Taken.TOO_OLD),
        (Told.COMPLAINT, 60, Taken.COMPLAINED), (Told.COMPLAINT, 61, Taken.TOO_OLD),
        (Told.COMPLAINT, -2, Taken.TOO_OLD),
    ],
)  # fmt: skip
def test_a_report_is_believed_for_some_days(
    session: Session, now: datetime, told: Told, days: int, taken: Taken
) -> None:
    assert came_back(session, sent(session, now), "5.1.1", now + days * DAY, told=told) is taken


def test_a_seal_of_the_key_before_is_known(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """S51: mails that went before the key was changed come back after it."""
    message = sent(session, now)
    path = return_path(session, message, now)
    rotated = replace(session.installation, secret=b"n" * 32, former=(session.installation.secret,))
    monkeypatch.setattr(session, "installation", rotated)
    report = Report(told=Told.CAME_BACK, status="5.1.1", named=(path,))
    assert bouncing.take(session, report, now=now) is Taken.BLOCKED


def test_a_return_path_fits_and_says_no_address(session: Session, now: datetime) -> None:
    """RFC 5321 section 4.5.3.1.1: 64 octets before the @, with the longest mailbox and number that there can be."""
    parcel = Parcel(ids=(10**12 - 1,), claimed=now, address=ROSA, message_id="", body=b"", attempts=1, ambiguous=0)
    made = ReturnPaths(installation=session.installation, mailbox=f"{'b' * 23}@agenda.example")(parcel)
    assert len(made.partition("@")[0]) <= 64
    assert "rosa" not in made


def test_a_complaint_ends_all_that_the_address_asked_for(session: Session, now: datetime) -> None:
    """RFC 5965; and what is owed for it is dropped."""
    mine = [a_subscription(session, now=now, query=f"age={n}") for n in range(2)]
    other = a_subscription(session, now=now, address="juan@example.pe")
    assert came_back(session, sent(session, now), "", now, told=Told.COMPLAINT) is Taken.COMPLAINED
    assert [each.state for each in (*mine, other)] == ["ended", "ended", "active"]


def test_an_address_whose_mails_came_back_gets_nothing_until_its_owner_confirms_anew(
    session: Session, now: datetime
) -> None:
    """The one mail that asks for it goes out after a day's rest."""
    made = a_subscription(session, now=now)
    came_back(session, sent(session, now), "5.1.1", now)
    waiting = sent(session, now)
    assert LETTERS.stale(session, [waiting], now=now) == {waiting.id: "address-blocked"}
    assert _owed_to(session, now + DAY / 2) == []
    (letter,) = _owed_to(session, now + DAY)
    assert (made.state, LETTERS.stale(session, [letter], now=now + DAY)) == ("pending", {})
    subscribing.confirm(session, confirm_token(session, made), now=now + DAY)
    assert (made.state, block(session)) == ("active", None)
    assert came_back(session, sent(session, now + DAY), "5.2.2", now + DAY) is Taken.COUNTED  # it begins anew


def _owed_to(session: Session, at: datetime) -> list[Message]:
    """The mails that asking for reminders then owes."""
    subscribing.ask(session, a_wish(), prefix="192.0.2.1", now=at)
    session.flush()
    since = (Message.created == at) & (Message.kind == MessageKind.CONFIRM)
    return list(session.scalars(select(Message).where(since)))


def test_what_its_owner_forbade_stays_forbidden_whatever_comes_back(session: Session, now: datetime) -> None:
    """S47: the block that she asked for is not taken for one that rests."""
    made = a_subscription(session, now=now)
    message = sent(session, now, kind=MessageKind.RESET)
    stopping.erase(session, manage_token(session, made), block=True, now=now)
    came_back(session, session.get_one(Message, message.id), "5.1.1", now)
    assert _owed_to(session, now + 40 * DAY) == []
    blocking.lift(session, ROSA)
    found = block(session)
    assert found is not None
    assert found.reason == BlockReason.ASKED


def test_an_officer_whose_digests_come_back_gets_the_link_that_she_asks_for_and_that_ends_it(
    session: Session, now: datetime
) -> None:
    account = an_account(session, now=now)
    news = sent(session, now, kind=MessageKind.NEWS, address=account.address)
    came_back(session, news, "5.1.1", now)
    assert LETTERS.stale(session, [news], now=now) == {news.id: "address-blocked"}
    resetting.ask(session, address=account.address, prefix="192.0.2.1", now=now)
    (reset,) = session.scalars(select(Message).where(Message.kind == MessageKind.RESET))
    assert LETTERS.stale(session, [reset], now=now) == {}
    token = _link(session, reset, now)
    resetting.set_password(session, token, password_hash="-", now=now)
    assert block(session, account.address) is None


def _link(session: Session, message: Message, now: datetime) -> str:
    found = resetting.letter(session, message.about["reset"], now=now)
    assert found is not None
    return resetting.path_of(session, found).rpartition("/")[2]


def test_a_mail_of_which_nothing_is_kept_any_more_changes_nothing(session: Session, now: datetime) -> None:
    """S47: who was erased is not known by what comes back."""
    made = a_subscription(session, now=now)
    message = sent(session, now)
    path = return_path(session, message, now)
    stopping.erase(session, manage_token(session, made), block=False, now=now)
    report = Report(told=Told.CAME_BACK, status="5.1.1", named=(path,))
    assert bouncing.take(session, report, now=now) is Taken.REFUSED
    assert asked(session, a_wish(), now=now).state == "pending"
    assert session.scalar(select(func.count()).select_from(Subscription)) == 1
