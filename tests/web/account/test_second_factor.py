"""S6: a second factor that nothing gets around. S10: the password again before what matters most."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from calendar_service.db.queries.people import officers
from calendar_service.domain.access import Viewer
from calendar_service.domain.factors import RecoveryCode, SecondFactor
from calendar_service.domain.people import ApiToken, Officer
from calendar_service.services.house import House
from calendar_service.services.people import second_factor, signing_in
from tests.builders import PASSWORD
from tests.web.conftest import BASE_URL
from tests.web.desk import ROSA, TOKEN, an_officer_of, is_in, path_of, send, sign_in

pytestmark = pytest.mark.one_database

FACTOR, CODE = "/office/account/second-factor", "/office/login/code"
HALF_A_MINUTE = timedelta(seconds=30)


def code_at(secret: str, moment: datetime) -> str:
    return pyotp.TOTP(secret).at(moment)


@pytest.fixture
def browser(app: Flask, house: House, now: datetime) -> FlaskClient:
    an_officer_of(house, now, barranco="manager")
    client: FlaskClient = app.test_client()
    sign_in(client)
    return client


def again(client: FlaskClient, path: str, form: str, **fields: str) -> str:
    """Send a form that asks for the password again, and give it; what is shown then."""
    asked = send(client, path, form=form, **fields)  # type: ignore[arg-type]
    assert "again_password" in asked.text
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    done = client.post(path, data=kept | {"again_password": PASSWORD})
    assert done.status_code in (200, 303), done.text
    return done.text


def enrolled(client: FlaskClient, now: datetime) -> tuple[str, list[str]]:
    """Set it up as one does with an app; the secret and the codes for paper."""
    again(client, f"{FACTOR}/begin", FACTOR)
    secret = re.search(r'<code class="secret">(\w+)</code>', client.get(FACTOR).text)
    assert secret
    shown = send(client, FACTOR, code=code_at(secret[1], now)).text
    codes = re.findall(r"<li><code>([A-Z0-9-]{11})</code></li>", shown)
    assert len(codes) == 10
    return secret[1], codes


def stranger(app: Flask, password: str = PASSWORD) -> FlaskClient:
    """Another browser that knows the password."""
    client: FlaskClient = app.test_client()
    assert path_of(sign_in(client, password=password)).startswith(CODE)
    assert not is_in(client)
    return client


def test_the_square_for_the_app_is_drawn_whole_however_wide_the_screen_is(browser: FlaskClient) -> None:
    """It has no size of its own that a style sheet could cut: a code that lacks a column is read by no phone."""
    again(browser, f"{FACTOR}/begin", FACTOR)
    square = re.search(r"class=\"square\"><svg ([^>]*)>", browser.get(FACTOR).text)
    assert square
    assert "viewBox=" in square[1]
    assert "width=" not in square[1]


def test_on_the_phone_itself_the_app_is_opened_by_a_link_as_no_phone_reads_its_own_screen(browser: FlaskClient) -> None:
    again(browser, f"{FACTOR}/begin", FACTOR)
    page = browser.get(FACTOR).text
    secret = re.search(r'<code class="secret">(\w+)</code>', page)
    assert secret
    assert re.search(rf'href="otpauth://totp/[^"]*secret={secret[1]}', page)


def test_the_password_alone_lets_nobody_in_any_more_s6(app: Flask, browser: FlaskClient, now: datetime) -> None:
    secret, _ = enrolled(browser, now)
    client = stranger(app)
    assert send(client, CODE, code="000000").status_code == 422
    assert not is_in(client)
    send(client, CODE, code=code_at(secret, now + HALF_A_MINUTE))
    assert is_in(client)


@pytest.mark.every_database
def test_a_fresh_key_of_the_installation_shuts_nobody_out_s51(
    house: House, browser: FlaskClient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _ = enrolled(browser, now)
    former = house.installation.secret
    rotated = replace(house.installation, secret=b"n" * 32, former=(former,))
    with house.deed() as session:
        rosa = session.scalars(select(Officer)).one()
        monkeypatch.setattr(session, "installation", rotated)
        assert second_factor.check(session, code_at(secret, now + HALF_A_MINUTE), officer=rosa, now=now)
        monkeypatch.setattr(session, "installation", replace(rotated, former=()))
        assert second_factor.check(session, code_at(secret, now + 2 * HALF_A_MINUTE), officer=rosa,
                                   now=now + HALF_A_MINUTE)  # fmt: skip


def test_a_code_counts_once_s6(app: Flask, browser: FlaskClient, now: datetime) -> None:
    secret, codes = enrolled(browser, now)
    assert send(stranger(app), CODE, code=code_at(secret, now)).status_code == 422  # used to set it up
    for code, counts in ((codes[0], True), (codes[0], False), (codes[1].lower().replace("-", " "), True)):
        client = stranger(app)
        send(client, CODE, code=code)
        assert is_in(client) is counts


def test_after_five_wrong_codes_the_right_one_must_wait_s6(app: Flask, browser: FlaskClient, now: datetime) -> None:
    secret, _ = enrolled(browser, now)
    client = stranger(app)
    wrong = [send(client, CODE, code="000000").status_code for _ in range(5)]
    right = send(client, CODE, code=code_at(secret, now + HALF_A_MINUTE))
    assert (wrong, right.status_code) == ([422] * 5, 429)
    assert not is_in(client)


@pytest.mark.every_database
def test_neither_secret_nor_codes_are_stored_as_they_are(house: House, browser: FlaskClient, now: datetime) -> None:
    secret, codes = enrolled(browser, now)
    with house.reading() as session:
        kept = session.scalars(select(SecondFactor)).one()
        hashes = set(session.scalars(select(RecoveryCode.code_hash)))
    assert secret not in (kept.sealed, kept.nonce)
    assert not any(code in each for code in codes for each in hashes)


@pytest.mark.every_database
def test_a_facilitator_takes_it_from_who_lost_her_phone_and_nobody_else_does(
    app: Flask, house: House, browser: FlaskClient, now: datetime
) -> None:
    enrolled(browser, now)
    an_officer_of(house, now, "red@red.example", facilitator=True)
    with house.reading() as session:
        rosa = session.scalars(select(Officer.id).where(Officer.address == ROSA)).one()
    network: FlaskClient = app.test_client()
    sign_in(network, "red@red.example")
    again(network, f"/office/people/{rosa}/second-factor", f"/office/people/{rosa}")
    assert not is_in(browser)
    client: FlaskClient = app.test_client()
    sign_in(client)
    assert is_in(client)


def test_once_the_network_asks_for_it_a_manager_gets_no_further_without_s6(
    app: Flask, house: House, browser: FlaskClient, now: datetime
) -> None:
    an_officer_of(house, now, "red@red.example", facilitator=True)
    an_officer_of(house, now, "luis@ate.example", ate="officer")
    network, officer = app.test_client(), app.test_client()
    sign_in(network, "red@red.example")
    sign_in(officer, "luis@ate.example")
    send(network, "/office/people/rule", form="/office/people", required="1")
    for client in (browser, network):
        assert path_of(client.get("/office/")) == FACTOR
        assert client.get("/office/account").status_code == 200
    assert is_in(officer)
    enrolled(browser, now)
    assert is_in(browser)


@pytest.mark.every_database
def test_what_she_typed_before_the_network_asked_for_it_waits_until_she_has_one_s6(
    house: House, browser: FlaskClient, now: datetime
) -> None:
    token = TOKEN.search(browser.get("/office/district").text)
    assert token
    form = {"csrf_token": token[1], "district": "barranco", "seen": "1", "about": "Frente al mar"}
    with house.deed() as session:
        second_factor.require(session, required=True, by=Viewer(facilitator=True), now=now)
    kept = browser.post("/office/district", data=form, headers={"Origin": BASE_URL})
    assert (kept.status_code, "La red pide un segundo factor" in kept.text) == (403, True)
    assert 'name="about" value="Frente al mar"' in kept.text
    enrolled(browser, now)
    assert browser.post("/office/district", data=form, headers={"Origin": BASE_URL}).status_code == 303


@pytest.mark.every_database
def test_a_token_needs_the_password_again_and_nothing_typed_is_lost_s10(house: House, browser: FlaskClient) -> None:
    """A wrong one makes no token; a right one counts for the next five minutes."""
    asked = send(browser, "/office/tokens", name="Página & web", district="barranco")
    form = {"csrf_token": TOKEN.search(asked.text)[1], "name": "Página & web", "district": "barranco"}  # type: ignore[index]
    assert 'value="Página &amp; web"' in asked.text
    assert browser.post("/office/tokens", data=form | {"again_password": "otra"}).status_code == 403
    with house.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []
    assert browser.post("/office/tokens", data=form | {"again_password": PASSWORD}).status_code == 200
    assert "again_password" not in send(browser, "/office/tokens", name="Otra", district="barranco").text
    with house.reading() as session:
        assert [each.name for each in session.scalars(select(ApiToken).order_by(ApiToken.id))] == [
            "Página & web",
            "Otra",
        ]


def test_a_proof_counts_for_five_minutes(house: House, now: datetime) -> None:
    officer = an_officer_of(house, now)
    with house.deed() as session:
        row = officers.officer_by_id(session, officer.officer_id or 0)
        secret = signing_in.start(session, row, now=now)
    with house.deed() as session:
        found = signing_in.viewer_of_session(session, secret, now=now)
        assert found is not None
        assert not found.has_proved(now)
        signing_in.keep_proof(session, found, now=now)
    with house.reading() as session:
        kept = signing_in.viewer_of_session(session, secret, now=now)
        assert kept is not None
        later = [kept.has_proved(now + each) for each in (timedelta(minutes=4), timedelta(minutes=5))]
        assert (later, second_factor.has_one(session, kept.officer.id)) == ([True, False], False)
