"""A new password for who forgot hers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.db.queries.people import officers
from calendar_service.domain.errors import NotFound, TooMany, WrongState
from calendar_service.domain.journal import Audit
from calendar_service.domain.mail import Message, MessageKind
from calendar_service.domain.people import Officer, PasswordReset
from calendar_service.services.auditing import OPERATOR
from calendar_service.services.people import members, resetting, signing_in
from tests.builders import an_account

ROSA = "rosa@barranco.example"
HOUR = timedelta(minutes=60)


@pytest.fixture
def rosa(lima: Database, now: datetime) -> Officer:
    with lima.deed() as session:
        return an_account(session, ROSA, now=now)


def ask(database: Database, *, now: datetime, address: str = ROSA, prefix: str = "192.0.2.7/32") -> None:
    with database.deed() as session:
        resetting.ask(session, address=address, prefix=prefix, now=now)


def links(database: Database) -> list[str]:
    """The tokens of all reset mails that are owed, the oldest first."""
    with database.reading() as session:
        owed = session.scalars(select(Message).where(Message.kind == MessageKind.RESET).order_by(Message.id)).all()
        resets = [session.get_one(PasswordReset, each.about["reset"]) for each in owed]
        return [resetting.path_of(session, each).removeprefix("/office/reset/") for each in resets]


def set_password(database: Database, token: str, *, now: datetime, new: str = "new hash") -> None:
    with database.deed() as session:
        resetting.set_password(session, token, password_hash=new, now=now)


def stored_password(database: Database, officer: Officer) -> str:
    with database.reading() as session:
        return officers.officer_by_id(session, officer.id).password_hash


def test_the_link_sets_a_new_password(lima: Database, rosa: Officer, now: datetime) -> None:
    ask(lima, now=now)
    set_password(lima, links(lima)[0], now=now)
    assert stored_password(lima, rosa) == "new hash"


def test_nobody_learns_whether_there_is_an_account(lima: Database, rosa: Officer, now: datetime) -> None:
    """S3, S18: the same silence; a mail goes to known addresses only."""
    ask(lima, now=now)
    ask(lima, now=now, address="nobody@barranco.example")
    ask(lima, now=now, address="no address at all")
    with lima.reading() as session:
        assert session.scalars(select(Message.address)).all() == [ROSA]


def test_the_link_works_for_sixty_minutes(lima: Database, rosa: Officer, now: datetime) -> None:
    """S8."""
    ask(lima, now=now)
    (token,) = links(lima)
    with pytest.raises(WrongState):
        set_password(lima, token, now=now + HOUR)
    set_password(lima, token, now=now + HOUR - timedelta(seconds=1))


def test_the_link_works_once(lima: Database, rosa: Officer, now: datetime) -> None:
    """S8."""
    ask(lima, now=now)
    (token,) = links(lima)
    set_password(lima, token, now=now)
    with pytest.raises(WrongState):
        set_password(lima, token, now=now, new="again")
    assert stored_password(lima, rosa) == "new hash"
    with lima.reading() as session:
        assert session.scalars(select(PasswordReset.used)).all() == [now]


def test_a_newer_link_is_the_death_of_the_older(lima: Database, rosa: Officer, now: datetime) -> None:
    """S8."""
    ask(lima, now=now)
    ask(lima, now=now + timedelta(minutes=1))
    older, newer = links(lima)
    with pytest.raises(WrongState):
        set_password(lima, older, now=now + timedelta(minutes=2))
    set_password(lima, newer, now=now + timedelta(minutes=2))


def test_an_invented_link_is_not_found(lima: Database, rosa: Officer, now: datetime) -> None:
    ask(lima, now=now)
    with lima.reading() as session:
        row = session.scalars(select(PasswordReset)).one()
    for invented in ("x" * 22, row.token_hash, row.nonce):
        with pytest.raises(NotFound):
            set_password(lima, invented, now=now)


def test_the_token_is_stored_nowhere(lima: Database, rosa: Officer, now: datetime) -> None:
    """S8, M22: neither in its row nor in the mail that is owed."""
    ask(lima, now=now)
    (token,) = links(lima)
    with lima.reading() as session:
        row = session.scalars(select(PasswordReset)).one()
        message = session.scalars(select(Message)).one()
    assert token not in f"{row.token_hash}{row.nonce}{message.key}{message.about}{message.message_id}"


def test_a_new_password_ends_her_sessions_and_she_is_told(lima: Database, rosa: Officer, now: datetime) -> None:
    """S4, S8."""
    with lima.deed() as session:
        secret = signing_in.start(session, rosa, now=now)
    ask(lima, now=now)
    set_password(lima, links(lima)[0], now=now)
    with lima.reading() as session:
        assert signing_in.viewer_of_session(session, secret, now=now) is None
        told = session.scalars(select(Message).where(Message.kind == MessageKind.PASSWORD_CHANGED)).one()
    assert told.address == ROSA


def test_who_was_slowed_down_signs_in_at_once_with_the_new_password(
    lima: Database, rosa: Officer, now: datetime
) -> None:
    for _ in range(5):
        with lima.deed() as session:
            signing_in.begin(session, address=ROSA, prefix="192.0.2.9/32", now=now)
    ask(lima, now=now)
    set_password(lima, links(lima)[0], now=now)
    with lima.deed() as session:
        assert signing_in.begin(session, address=ROSA, prefix="192.0.2.7/32", now=now).stored == "new hash"


def test_a_closed_account_gets_no_link_and_its_link_dies(lima: Database, rosa: Officer, now: datetime) -> None:
    """S9."""
    ask(lima, now=now)
    with lima.deed() as session:
        members.deactivate(session, officers.officer_by_id(session, rosa.id), by=OPERATOR, now=now)
    ask(lima, now=now)
    (token,) = links(lima)
    with pytest.raises(WrongState):
        set_password(lima, token, now=now)


@pytest.mark.parametrize("address", [ROSA, "nobody@barranco.example"])
def test_three_links_a_day_are_enough_for_one_address(
    lima: Database, rosa: Officer, now: datetime, address: str
) -> None:
    """S29: by target address, the same for an account and for none."""
    for number in range(3):
        ask(lima, now=now, address=address, prefix=str(number))
    with pytest.raises(TooMany):
        ask(lima, now=now, address=address.upper(), prefix="another")
    ask(lima, now=now + timedelta(days=1), address=address)


def test_one_network_does_not_ask_for_many(lima: Database, now: datetime) -> None:
    """S29: by address prefix."""
    for number in range(20):
        ask(lima, now=now, address=f"{number}@barranco.example")
    with pytest.raises(TooMany):
        ask(lima, now=now, address="another@barranco.example")
    ask(lima, now=now, address="another@barranco.example", prefix="another")


def test_the_mail_of_a_link_that_died_is_not_written(lima: Database, rosa: Officer, now: datetime) -> None:
    """M13."""
    ask(lima, now=now)
    ask(lima, now=now)
    with lima.reading() as session:
        older, newer = session.scalars(select(PasswordReset.id).order_by(PasswordReset.id)).all()
        assert resetting.letter(session, older, now=now) is None
        found = resetting.letter(session, newer, now=now)
        assert found is not None
        assert found.officer.address == ROSA
        assert resetting.letter(session, newer, now=now + HOUR) is None


def test_asking_and_setting_are_audited(lima: Database, rosa: Officer, now: datetime) -> None:
    """S44."""
    ask(lima, now=now)
    set_password(lima, links(lima)[0], now=now)
    with lima.reading() as session:
        deeds = session.scalars(select(Audit.deed).where(Audit.subject == f"officer:{rosa.id}")).all()
    assert deeds == ["account-made", "reset-asked", "password-changed"]
