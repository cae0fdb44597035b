"""S10: another address to sign in by is confirmed at the new one, told at the old one, and taken back from there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from calendar_service.domain.errors import DomainError, NotFound, TooMany, WrongState
from calendar_service.domain.mail import Message
from calendar_service.domain.people import AddressChange
from calendar_service.mail.letters import Letters
from calendar_service.services.house import House
from calendar_service.services.people import changing_address
from calendar_service.services.people.changing_address import back_path_of, path_of
from tests.builders import PASSWORD, an_account
from tests.web.desk import ROSA, an_officer_of, is_in, send, sign_in
from tests.web.desk import path_of as way

pytestmark = pytest.mark.one_database

ACCOUNT, NEW = "/office/account", "nueva@barranco.example"


@pytest.fixture
def browser(app: Flask, house: House, now: datetime) -> FlaskClient:
    an_officer_of(house, now)
    client: FlaskClient = app.test_client()
    sign_in(client)
    return client


def ask(client: FlaskClient, address: str = NEW) -> int:
    fields = {"new_address": address, "again_password": PASSWORD}
    return send(client, f"{ACCOUNT}/address", form=ACCOUNT, **fields).status_code  # type: ignore[arg-type]


def link(house: House, *, back: bool = False) -> str:
    with house.reading() as session:
        change = session.scalars(select(AddressChange).order_by(AddressChange.id.desc())).first()
        assert change is not None
        return back_path_of(session, change) if back else path_of(session, change)


def letters(house: House, now: datetime) -> list[tuple[str, str]]:
    """To whom which of them goes; their text is written, too."""
    with house.deed() as session:
        owed = session.scalars(select(Message).where(Message.kind.in_(("address", "address-changed")))).all()
        for each in owed:
            if not Letters(sender="a@agenda.example").stale(session, [each], now=now):
                assert Letters(sender="a@agenda.example").write(session, [each], now=now)
        return sorted((each.kind, each.address) for each in owed)


def test_nothing_changes_until_the_new_address_says_so_and_the_old_one_is_told(
    app: Flask, house: House, browser: FlaskClient, now: datetime
) -> None:
    assert "again_password" in send(browser, f"{ACCOUNT}/address", form=ACCOUNT, new_address=NEW).text
    assert ask(browser) == 303
    assert letters(house, now) == [("address", NEW)]
    assert (is_in(browser), app.test_client().get(link(house)).status_code) == (True, 200)
    stranger: FlaskClient = app.test_client()
    assert way(send(stranger, link(house))) == "/office/login"
    assert letters(house, now) == [("address", NEW), ("address-changed", ROSA)]
    assert not is_in(browser)
    assert [sign_in(app.test_client(), each).status_code for each in (ROSA, NEW)] == [403, 303]
    assert stranger.get(link(house)).status_code == 409


def test_the_old_address_takes_it_back_for_thirty_days_and_no_link_does_the_work_of_the_other(
    app: Flask, house: House, browser: FlaskClient
) -> None:
    ask(browser)
    anybody: FlaskClient = app.test_client()
    assert anybody.get(link(house, back=True)).status_code == 409
    crossed = link(house).rpartition("/")[2]
    assert anybody.get(f"/office/address-back/{crossed}").status_code == 404
    send(anybody, link(house))
    assert way(send(anybody, link(house, back=True))) == "/office/login"
    assert [sign_in(app.test_client(), each).status_code for each in (ROSA, NEW)] == [303, 403]


@pytest.mark.every_database
def test_nobody_learns_who_has_an_account_and_nobody_takes_anothers_address_s18(
    house: House, browser: FlaskClient, now: datetime
) -> None:
    with house.deed() as session:
        an_account(session, "ana@barranco.example", now=now)
    assert ask(browser, "ana@barranco.example") == ask(browser, "libre@barranco.example") == 303
    assert letters(house, now) == [("address", "libre@barranco.example")]
    with house.deed() as session:
        an_account(session, "libre@barranco.example", now=now)
    assert send(browser, link(house)).status_code == 409


@pytest.mark.every_database
@pytest.mark.parametrize(
    ("later", "refusal"), [(timedelta(days=31), WrongState), (timedelta(days=29), None), (timedelta(0), None)]
)
def test_taking_it_back_ends_after_thirty_days_r25(
    house: House, browser: FlaskClient, now: datetime, later: timedelta, refusal: type[DomainError] | None
) -> None:
    ask(browser)
    with house.deed() as session:
        changing_address.confirm(session, link(house).rpartition("/")[2], now=now)
    with house.deed() as session:
        token = link(house, back=True).rpartition("/")[2]
        if refusal is None:
            assert changing_address.take_back(session, token, now=now + later).address == ROSA
            return
        with pytest.raises(refusal):
            changing_address.take_back(session, token, now=now + later)


def test_a_link_dies_with_a_newer_one_and_after_a_day_and_few_are_sent_s29(
    house: House, browser: FlaskClient, now: datetime
) -> None:
    officer = an_officer_of(house, now, "luis@barranco.example")
    with house.deed() as session:
        changing_address.ask(session, address="a@barranco.example", by=officer, now=now)
        first = path_of(session, session.scalars(select(AddressChange)).one()).rpartition("/")[2]
        changing_address.ask(session, address="b@barranco.example", by=officer, now=now)
        last = session.scalars(select(AddressChange).order_by(AddressChange.id.desc())).first()
        assert last is not None
        for token, at in ((first, now), (path_of(session, last).rpartition("/")[2], now + timedelta(hours=25))):
            with pytest.raises(WrongState):
                changing_address.opened(session, token, now=at)
        with pytest.raises(NotFound):
            changing_address.opened(session, "x" * 22, now=now)
        for _ in range(3):
            changing_address.ask(session, address="c@barranco.example", by=officer, now=now)
        with pytest.raises(TooMany):
            changing_address.ask(session, address="d@barranco.example", by=officer, now=now)
