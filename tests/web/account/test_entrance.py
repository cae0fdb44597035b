"""Signing in and out, invitations and resets, as pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from calendar_service.app import create_app
from calendar_service.domain.mail import Message
from calendar_service.domain.people import Officer, PasswordReset, SignIn
from calendar_service.services.auditing import OPERATOR
from calendar_service.services.house import House
from calendar_service.services.people import inviting, members, resetting
from tests.builders import PASSWORD
from tests.web.conftest import settings_for
from tests.web.desk import ROSA, an_officer_of, is_in, path_of, send, sign_in

pytestmark = pytest.mark.one_database

NEW_PASSWORD = "otra frase bastante larga"


@pytest.fixture
def rosa(house: House, now: datetime) -> None:
    an_officer_of(house, now)


def browser(app: Flask) -> FlaskClient:
    client: FlaskClient = app.test_client()
    return client


def at(app: Flask, house: House, moment: datetime) -> Flask:
    """The same house at another time."""
    app.extensions["house"] = replace(house, clock=lambda: moment)
    return app


def test_a_stranger_at_the_desk_is_led_to_the_door_and_back(client: FlaskClient, rosa: None) -> None:
    """S12, S28."""
    turned_away = client.get("/office/account")
    assert (turned_away.status_code, turned_away.headers["Location"]) == (
        303, "/office/login?next=%2Foffice%2Faccount",
    )  # fmt: skip
    door = client.get(turned_away.headers["Location"])
    assert 'name="next" value="/office/account"' in door.text
    assert path_of(sign_in(client, next="/office/account")) == "/office/account"
    assert client.get("/office/account").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y"]
)
def test_after_signing_in_she_never_leaves_the_site(client: FlaskClient, rosa: None, elsewhere: str) -> None:
    """S28."""
    assert path_of(sign_in(client, next=elsewhere)) == "/office/"


def test_whoever_is_signed_in_does_not_see_the_door(client: FlaskClient, rosa: None) -> None:
    sign_in(client)
    assert path_of(client.get("/office/login")) == "/office/"


def test_the_sessions_cookie_is_for_this_site_and_for_no_script(client: FlaskClient, rosa: None) -> None:
    """S25: with an https base URL `__Host-` and Secure; seven days at most."""
    answer = sign_in(client)
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if "session" in each]
    name, _, rest = cookie.partition("=")
    flags = {part.strip() for part in rest.split(";")[1:]}
    assert name == "__Host-session"
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=604800"} <= flags
    assert not any(each.startswith("Domain") for each in flags)


class AtHome(FlaskClient):
    """A browser on the same machine."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's own
        return super().open(*args, **{"base_url": "http://127.0.0.1:8000"} | kwargs)


def test_with_http_the_cookie_is_plain(house: House, tmp_path: Path, now: datetime, rosa: None) -> None:
    """CONTRACT: `session`, not Secure."""
    settings = settings_for(house.database, tmp_path, base_url="http://127.0.0.1:8000")
    app = create_app(replace(house, settings=settings))
    app.test_client_class = AtHome
    answer = sign_in(browser(app))
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("session=")]
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie


@pytest.mark.parametrize(
    ("address", "password"), [(ROSA, "wrong"), ("nobody@barranco.example", PASSWORD), ("no address", "")]
)
def test_the_answer_to_a_wrong_password_and_to_an_unknown_address_is_one(
    client: FlaskClient, rosa: None, address: str, password: str
) -> None:
    """S3: byte for byte, but for what was typed and for the form's own token."""
    answer = sign_in(client, address=address, password=password)
    assert answer.status_code == 403
    assert "El correo o la contraseña no es correcto." in answer.text
    assert f'value="{address}"' in answer.text
    reference = sign_in(client, address="someone@else.example", password="x")
    assert bare(answer.text, address) == bare(reference.text, "someone@else.example")
    assert not is_in(client)


def bare(text: str, typed: str) -> str:
    return re.sub(r'(csrf_token" value|nonce)="[^"]*"', "", text).replace(f'value="{typed}"', "")


def test_the_password_is_never_sent_back(client: FlaskClient, rosa: None) -> None:
    assert "a very wrong one" not in sign_in(client, password="a very wrong one").text


def test_too_many_tries_are_told_when_to_come_back(client: FlaskClient, rosa: None) -> None:
    """S29: 429 with Retry-After; what was typed is kept."""
    for _ in range(5):
        sign_in(client, password="wrong")
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert f'value="{ROSA}"' in answer.text


def test_signing_out_ends_the_session_and_takes_the_cookie_away(app: Flask, house: House, rosa: None) -> None:
    """S4."""
    client, thief = browser(app), browser(app)
    sign_in(client)
    cookie = client.get_cookie("__Host-session", domain="agenda.example")
    assert cookie is not None
    thief.set_cookie("__Host-session", cookie.value, domain="agenda.example")
    assert is_in(thief)
    assert path_of(send(client, "/office/logout", form="/office/account")) == "/office/login"
    assert client.get_cookie("__Host-session", domain="agenda.example") is None
    assert not is_in(thief)


def test_signing_in_changes_the_sessions_id(client: FlaskClient, house: House, rosa: None) -> None:
    """S4: a session planted in her browser is not hers after she signs in."""
    client.set_cookie("__Host-session", "planted", domain="agenda.example")
    sign_in(client)
    cookie = client.get_cookie("__Host-session", domain="agenda.example")
    assert cookie is not None
    assert cookie.value != "planted"


def test_a_session_idles_out_and_stays_while_it_is_used(app: Flask, house: House, now: datetime, rosa: None) -> None:
    """S5: twelve hours; being seen counts."""
    client = browser(app)
    sign_in(client)
    for hours in (11, 22, 33):
        at(app, house, now + timedelta(hours=hours))
        assert is_in(client)
    at(app, house, now + timedelta(hours=45, minutes=5))
    assert not is_in(client)


def test_a_page_does_not_write_each_time_she_is_seen(app: Flask, house: House, now: datetime, rosa: None) -> None:
    client = browser(app)
    sign_in(client)
    at(app, house, now + timedelta(minutes=4))
    assert is_in(client)
    with house.reading() as session:
        assert session.scalars(select(SignIn.last_seen)).all() == [now]
    at(app, house, now + timedelta(minutes=5))
    assert is_in(client)
    with house.reading() as session:
        assert session.scalars(select(SignIn.last_seen)).all() == [now + timedelta(minutes=5)]


def test_a_form_from_elsewhere_signs_nobody_in_or_out(client: FlaskClient, rosa: None) -> None:
    """S19."""
    typed = {"address": ROSA, "password": PASSWORD}
    assert client.post("/office/login", data=typed).status_code == 403
    assert send(client, "/office/login", headers={"Origin": "https://evil.example"}, **typed).status_code == 403
    sign_in(client)
    assert client.post("/office/logout", data={"csrf_token": "x.y"}).status_code == 403
    assert is_in(client)


def test_every_page_of_the_door_is_private(client: FlaskClient, rosa: None) -> None:
    """S24, S27."""
    for path in ("/office/login", "/office/reset", "/office/reset/x", "/office/invitation/x"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["Referrer-Policy"] == "no-referrer", path


# Invitations


def invite(house: House, now: datetime, *, address: str = "nueva@ate.example", **more: str | None) -> str:
    given: dict[str, str | None] = {"district": "ate", "role": "officer", **more}
    with house.deed() as session:
        return inviting.invite(session, address=address, now=now, **given)  # type: ignore[arg-type]


def test_an_invited_person_makes_her_account_and_is_in(client: FlaskClient, house: House, now: datetime) -> None:
    path = invite(house, now)
    shown = client.get(path).text
    assert "la agenda de Ate" in shown
    assert "nueva@ate.example" in shown
    assert path_of(send(client, path, name="Nueva Paz", password=NEW_PASSWORD)) == "/office/"
    assert "Hola, Nueva Paz" in client.get("/office/").text
    client.delete_cookie("__Host-session", domain="agenda.example")
    assert path_of(sign_in(client, "nueva@ate.example", NEW_PASSWORD)) == "/office/"


def test_looking_at_an_invitation_accepts_nothing(client: FlaskClient, house: House, now: datetime) -> None:
    """S19: a scanner of mails opens every link."""
    path = invite(house, now)
    for _ in range(2):
        assert client.get(path).status_code == 200
    with house.reading() as session:
        assert session.scalars(select(Officer)).all() == []


def test_what_is_wrong_stands_at_its_field_and_the_name_is_kept(
    client: FlaskClient, house: House, now: datetime
) -> None:
    path = invite(house, now)
    answer = send(client, path, name="Nueva <b>Paz</b>", password="short")
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert "Nueva &lt;b&gt;Paz" in answer.text
    assert "short" not in answer.text.partition("<main")[2]
    both = send(client, path, name=" ", password="Barranco 2026!!")
    assert 'id="name-error"' in both.text
    assert 'id="password-error"' in both.text


def test_an_invitation_that_is_over_says_so(client: FlaskClient, house: House, now: datetime) -> None:
    """S7: used, replaced or invented."""
    first, second = invite(house, now), invite(house, now)
    assert client.get(first).status_code == 409
    send(client, second, name="Nueva", password=NEW_PASSWORD)
    assert client.get(second).status_code == 409
    assert client.get("/office/invitation/invented").status_code == 404


def test_who_has_an_account_signs_in_and_accepts(client: FlaskClient, house: House, now: datetime, rosa: None) -> None:
    """S4, S7: no second account; a new session, as her rights have changed."""
    path = invite(house, now, address=ROSA)
    shown = client.get(path).text
    assert 'name="password"' not in shown
    (link,) = re.findall(r'href="(/office/login\?next=[^"]+)"', shown)
    back = path_of(send(client, "/office/login", form=link, address=ROSA, password=PASSWORD, next=path))
    assert back == path
    before = client.get_cookie("__Host-session", domain="agenda.example")
    assert path_of(send(client, path)) == "/office/"
    after = client.get_cookie("__Host-session", domain="agenda.example")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert "Municipalidad de Ate" in client.get("/office/").text


def test_an_invitation_of_another_is_not_accepted_with_ones_own_account(
    client: FlaskClient, house: House, now: datetime, rosa: None
) -> None:
    """S7: bound to the address."""
    an_officer_of(house, now, "juan@ate.example", ate="officer")
    path = invite(house, now, address="juan@ate.example", district="miraflores")
    sign_in(client)
    assert send(client, path, form="/office/account").status_code == 403
    assert "Miraflores" not in client.get("/office/").text.partition("<main")[2]


def test_a_closed_account_is_told_to_ask(client: FlaskClient, house: House, now: datetime, rosa: None) -> None:
    path = invite(house, now, address=ROSA)
    with house.deed() as session:
        officer = session.scalars(select(Officer)).one()
        members.deactivate(session, members.officer_for(session, officer.id, by=OPERATOR), by=OPERATOR, now=now)
    path = invite(house, now, address=ROSA)
    assert "está cerrada" in client.get(path).text


# Resets


def reset_path(house: House) -> str:
    with house.reading() as session:
        newest = session.scalars(select(PasswordReset).order_by(PasswordReset.id.desc())).first()
        assert newest is not None
        return resetting.path_of(session, newest)


def test_a_forgotten_password_is_set_anew(app: Flask, house: House, rosa: None) -> None:
    """S8: by POST only; her sessions end; she signs in with it."""
    elsewhere, client = browser(app), browser(app)
    sign_in(elsewhere)
    assert path_of(send(client, "/office/reset", address=ROSA)) == "/office/login"
    path = reset_path(house)
    assert client.get(path).status_code == 200
    assert is_in(elsewhere)
    assert path_of(send(client, path, password=NEW_PASSWORD)) == "/office/login"
    assert not is_in(elsewhere)
    assert sign_in(client).status_code == 403
    assert path_of(sign_in(client, password=NEW_PASSWORD)) == "/office/"
    assert client.get(path).status_code == 409


def test_asking_for_a_link_tells_nothing(client: FlaskClient, house: House, rosa: None) -> None:
    """S18: the same answer, and a mail to known addresses only."""
    known, unknown = (send(client, "/office/reset", address=each) for each in (ROSA, "nobody@barranco.example"))
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert "Si esa dirección tiene una cuenta" in client.get(known.headers["Location"]).text
    with house.reading() as session:
        assert session.scalars(select(Message.address)).all() == [ROSA]


def test_what_is_no_address_is_told_at_its_field(client: FlaskClient, rosa: None) -> None:
    answer = send(client, "/office/reset", address="rosa at barranco")
    assert answer.status_code == 422
    assert 'id="address-error"' in answer.text
    assert 'value="rosa at barranco"' in answer.text


def test_a_weak_new_password_is_refused_and_the_link_still_works(client: FlaskClient, house: House, rosa: None) -> None:
    send(client, "/office/reset", address=ROSA)
    path = reset_path(house)
    assert send(client, path, password="iloveyou12345678").status_code == 422
    assert path_of(send(client, path, password=NEW_PASSWORD)) == "/office/login"


def test_the_link_of_a_reset_is_in_no_log(
    client: FlaskClient, house: House, rosa: None, caplog: pytest.LogCaptureFixture
) -> None:
    """S43: tokens in paths are cut."""
    send(client, "/office/reset", address=ROSA)
    path = reset_path(house)
    with caplog.at_level("INFO"):
        client.get(path)
    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "/office/reset/" in logged
    assert path.rpartition("/")[2] not in logged
    assert ROSA not in logged
