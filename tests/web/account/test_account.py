"""An officer's own pages: account, tokens, her district's profile."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from calendar_service.domain.mail import BlockReason, Message
from calendar_service.domain.people import ApiToken
from calendar_service.entrance.clients import family
from calendar_service.services.house import House
from calendar_service.services.mails import blocking
from calendar_service.services.network import districts
from calendar_service.services.people import tokens
from tests.builders import PASSWORD, a_district, an_officer
from tests.web.desk import ROSA, an_officer_of, is_in, path_of, send, sign_in

pytestmark = pytest.mark.one_database

ACCOUNT, TOKENS, DISTRICT = "/office/account", "/office/tokens", "/office/district"
NEW_PASSWORD = "otra frase bastante larga"


@pytest.fixture
def rosa(house: House, now: datetime) -> None:
    an_officer_of(house, now, barranco="officer", ate="manager")


def browser(app: Flask, address: str = ROSA, agent: str = "Mozilla/5.0 (Android 14) Firefox/130") -> FlaskClient:
    client: FlaskClient = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    assert sign_in(client, address).status_code == 303
    return client


# The account


def test_her_name_and_language_are_kept(app: Flask, rosa: None) -> None:
    client = browser(app)
    assert path_of(send(client, ACCOUNT, name="Rosa Quispe", language="en")) == ACCOUNT
    shown = client.get(ACCOUNT).text
    assert 'value="Rosa Quispe"' in shown
    assert re.search(r'<option value="en" selected>', shown)


def test_who_gets_no_mails_because_they_came_back_is_told_how_they_come_again(
    app: Flask, house: House, rosa: None, now: datetime
) -> None:
    """M20: until she follows a link that came by mail."""
    client = browser(app)
    link = 'class="notice warn"'
    assert link not in client.get(ACCOUNT).text
    with house.deed() as session:
        blocking.block(session, ROSA, BlockReason.BOUNCED, now=now)
    shown = client.get(ACCOUNT).text
    assert (link in shown, 'href="/office/reset"' in shown) == (True, True)
    assert client.get("/office/reset").status_code == 200


def test_a_wrong_name_is_told_at_its_field_and_kept(app: Flask, rosa: None) -> None:
    answer = send(browser(app), ACCOUNT, name="x" * 101, language="es")
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert "x" * 101 in answer.text


def test_a_changed_password_ends_her_other_sessions_and_she_is_told(app: Flask, house: House, rosa: None) -> None:
    """S4."""
    other, client = browser(app), browser(app)
    answer = send(client, f"{ACCOUNT}/password", form=ACCOUNT, current=PASSWORD, password=NEW_PASSWORD)
    assert path_of(answer) == ACCOUNT
    assert is_in(client)
    assert not is_in(other)
    assert sign_in(other, password=NEW_PASSWORD).status_code == 303
    with house.reading() as session:
        assert session.scalars(select(Message.kind)).all() == ["password-changed"]


@pytest.mark.parametrize(
    ("current", "password", "field"),
    [("wrong", NEW_PASSWORD, "current"), (PASSWORD, "short", "password"), ("", NEW_PASSWORD, "current")],
)
def test_without_the_old_password_or_with_a_weak_one_nothing_changes(
    app: Flask, rosa: None, current: str, password: str, field: str
) -> None:
    client = browser(app)
    answer = send(client, f"{ACCOUNT}/password", form=ACCOUNT, current=current, password=password)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sign_in(app.test_client()).status_code == 303


def test_guessing_the_old_password_is_slowed_down(app: Flask, rosa: None) -> None:
    """S3: a session left open is no way around it."""
    client = browser(app)
    for _ in range(5):
        send(client, f"{ACCOUNT}/password", form=ACCOUNT, current="wrong", password=NEW_PASSWORD)
    answer = send(client, f"{ACCOUNT}/password", form=ACCOUNT, current=PASSWORD, password=NEW_PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2"


def test_she_sees_where_she_is_signed_in_and_ends_one(app: Flask, rosa: None) -> None:
    """S5."""
    other, client = browser(app, agent="Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537"), browser(app)
    shown = client.get(ACCOUNT).text
    assert "Chrome, Windows" in shown
    assert "Firefox, Android" in shown
    (path,) = re.findall(r'action="(/office/account/sessions/\d+/end)"', shown)
    assert path_of(send(client, path, form=ACCOUNT)) == ACCOUNT
    assert is_in(client)
    assert not is_in(other)


def test_she_ends_all_the_others(app: Flask, rosa: None) -> None:
    """S5."""
    others, client = [browser(app), browser(app)], browser(app)
    send(client, f"{ACCOUNT}/sessions/end-others", form=ACCOUNT)
    assert [is_in(each) for each in (*others, client)] == [False, False, True]


def test_she_does_not_end_anybody_elses(app: Flask, house: House, now: datetime, rosa: None) -> None:
    """S13, S18."""
    an_officer_of(house, now, "juan@example.pe")
    juan, client = browser(app, "juan@example.pe"), browser(app)
    browser(app, "juan@example.pe")
    (path,) = re.findall(r'action="(/office/account/sessions/\d+/end)"', juan.get(ACCOUNT).text)
    assert send(client, path, form=ACCOUNT).status_code == 404
    assert is_in(juan)


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Linux; Android 10) AppleWebKit/537 Chrome/126.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Linux"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_of_a_browser_only_two_words_of_ours_are_kept(agent: str, said: str) -> None:
    """S45."""
    assert family(agent) == said


# API tokens


def test_a_token_is_shown_once(app: Flask, house: House, now: datetime, rosa: None) -> None:
    """S11."""
    client = browser(app)
    answer = send(client, TOKENS, name="Web", district="barranco", read_only="1", again_password=PASSWORD)
    (secret,) = re.findall(r'value="(cal_[\w-]{22})"', answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert secret not in client.get(TOKENS).text
    assert secret[:10] in client.get(TOKENS).text
    with house.reading() as session:
        bearer = tokens.viewer_of_token(session, secret, now=now)
    assert bearer is not None
    assert (bearer.token.district.slug, bearer.viewer.writes, bearer.token.name) == ("barranco", False, "Web")


def test_a_token_is_revoked_by_its_owner_alone(app: Flask, house: House, now: datetime, rosa: None) -> None:
    """S11, S13."""
    an_officer_of(house, now, "juan@example.pe")
    client = browser(app)
    send(client, TOKENS, district="ate", again_password=PASSWORD)
    with house.reading() as session:
        number = session.scalars(select(ApiToken.id)).one()
    path = f"{TOKENS}/{number}/revoke"
    assert send(browser(app, "juan@example.pe"), path, form=TOKENS, sure="1").status_code == 404
    assert path_of(send(client, path, form=TOKENS, sure="1")) == TOKENS
    with house.reading() as session:
        assert session.scalars(select(ApiToken.revoked)).one() == now


def test_no_token_for_a_district_that_is_not_hers(app: Flask, rosa: None) -> None:
    """S13."""
    answer = send(browser(app), TOKENS, again_password=PASSWORD, district="miraflores", name="Web")
    assert answer.status_code == 403
    assert "cal_" not in answer.text
    assert 'value="Web"' in answer.text


# The profile


def test_a_profile_is_kept_and_shown_again(app: Flask, house: House, rosa: None) -> None:
    client = browser(app)
    form = f"{DISTRICT}?district=barranco"
    version = re.findall(r'name="seen" value="(\d+)"', client.get(form).text)[0]
    answer = send(
        client, DISTRICT, form=form, district="barranco", seen=version, site="https://example.pe/",
        contact_address="c@example.pe", contact_phone="", about="Uno\nDos",
    )  # fmt: skip
    assert path_of(answer) == form
    shown = client.get(form).text
    assert 'value="https://example.pe/"' in shown
    assert "Uno\nDos" in shown


def test_what_is_wrong_in_a_profile_is_told_and_kept(app: Flask, rosa: None) -> None:
    answer = send(
        browser(app),
        DISTRICT,
        district="barranco",
        seen="1",
        site="javascript:alert(1)",
        about="<script>alert(1)</script>",
    )
    assert answer.status_code == 422
    assert 'id="site-error"' in answer.text
    assert 'value="javascript:alert(1)"' in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>alert" not in answer.text


def test_of_two_editors_the_second_sees_both_texts(app: Flask, house: House, now: datetime, rosa: None) -> None:
    """Rule 8, S7 of the looks: never lose typing."""
    with house.deed() as session:
        viewer = an_officer(session, now=now)
        given = {"site": "", "contact_address": "", "contact_phone": "", "about": "El texto de la otra"}
        districts.revise_profile(session, "barranco", given, seen=1, by=viewer, now=now)
    client = browser(app)
    answer = send(client, DISTRICT, district="barranco", seen="1", about="Mi texto", site="")
    assert answer.status_code == 409
    assert "El texto de la otra" in answer.text
    assert "Mi texto</textarea>" in answer.text
    version = re.findall(r'name="seen" value="(\d+)"', answer.text)[0]
    assert send(client, DISTRICT, district="barranco", seen=version, about="Mi texto").status_code == 303
    with house.reading() as session:
        assert a_district(session, "barranco").about == "Mi texto"


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999"])
def test_a_form_without_its_version_is_stale(app: Flask, rosa: None, seen: str) -> None:
    assert send(browser(app), DISTRICT, district="barranco", seen=seen, about="x").status_code == 409


def test_only_her_own_districts_have_a_form(app: Flask, house: House, now: datetime, rosa: None) -> None:
    """S13."""
    client = browser(app)
    assert client.get(f"{DISTRICT}?district=miraflores").status_code == 404
    assert send(client, DISTRICT, district="miraflores", seen="1").status_code == 403
    an_officer_of(house, now, "red@example.pe", facilitator=True)
    assert browser(app, "red@example.pe").get(DISTRICT).status_code == 404


def test_the_desk_says_who_she_is_and_what_is_hers(app: Flask, rosa: None) -> None:
    shown = browser(app).get("/office/").text
    assert "Hola, Rosa" in shown
    assert "Municipalidad de Ate" in shown
    assert "Municipalidad de Miraflores" not in shown


def test_the_pages_speak_english(app: Flask, rosa: None) -> None:
    client = browser(app)
    for path in ("/office/", ACCOUNT, TOKENS, DISTRICT, "/office/people"):
        shown = client.get(f"{path}?lang=en")
        assert shown.status_code == 200, path
        assert "Sign out" in shown.text, path
        assert "Salir" not in shown.text, path
