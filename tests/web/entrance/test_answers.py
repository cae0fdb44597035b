"""What every answer wears and says: headers, language, errors, the line in the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from errno import ENOSPC
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from calendar_service import logs
from calendar_service.app import create_app
from calendar_service.domain.errors import Busy, Duplicate, Forbidden, Gone, Invalid, NotFound, Stale, TooMany
from calendar_service.entrance import asking
from calendar_service.entrance.answers import NOTICES, notices, text
from calendar_service.entrance.assets import asset, assets
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.house import House
from tests.web.conftest import settings_for
from tests.web.pages import visit
from tests.web.rooms import a_room, opened

pytestmark = pytest.mark.one_database

NAMING = ("canonical", "alternate")
"""Links that name an address and load nothing."""


# --- what answers wear -------------------------------------------------------------------------------------


def test_every_page_wears_its_headers_s22_s24(client: FlaskClient) -> None:
    for path in ("/", "/nada"):
        headers = client.get(path).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        nonce = policy.pop("script-src")
        assert policy == {
            "default-src": "'self'", "style-src": "'self'", "img-src": "'self' data:", "object-src": "'none'",
            "worker-src": "'self'", "base-uri": "'none'", "form-action": "'self'", "frame-ancestors": "'none'",
        }  # fmt: skip
        assert nonce.startswith("'nonce-")
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert "Server" not in headers


def test_scripts_carry_the_nonce_and_nothing_comes_from_elsewhere_s22_s50(client: FlaskClient) -> None:
    answer = client.get("/")
    nonce = answer.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    assert nonce not in client.get("/").headers["Content-Security-Policy"]
    page = visit(client, "/")
    run = [each for each in page.all("script") if each.attrs.get("type") != "application/ld+json"]
    scripts = [each.attrs.get("nonce", "") for each in run]
    assert all(scripts)
    loaded = [each.attrs.get("src", "") for each in run]
    loaded += [each.attrs["href"] for each in page.all("link") if each.attrs["rel"] not in NAMING]
    assert [each for each in loaded if not each.startswith("/")] == []
    assert page.all("style") == []


def test_a_private_answer_is_never_stored_s27(app: Flask) -> None:
    headers = opened(app, a_room(secret=Policy.TOKEN)).get("/trial/secret").headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert headers["X-Robots-Tag"] == "noindex"


def test_only_a_framed_door_may_be_framed_and_it_knows_nobody_s23(app: Flask) -> None:
    room = Room("trial")

    @room.get("/trial/embed", policy=Policy.PUBLIC, framed=True)
    def embed() -> Response:
        return text(f"{asking.viewer().is_officer} {asking.language()}", mimetype="text/html")

    client = opened(app, room)
    client.set_cookie("lang", "en", domain="agenda.example")
    client.set_cookie("__Host-session", "x", domain="agenda.example")
    answer = client.get("/trial/embed?lang=es")
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert answer.text == "False es"
    assert "Set-Cookie" not in answer.headers
    assert client.get("/trial/embed").text == "False es"


def test_without_https_neither_hsts_nor_host_cookies_are_sent_s25(house: House, tmp_path: Path) -> None:
    settings = settings_for(house.database, tmp_path, base_url="http://127.0.0.1:8000")
    client = create_app(replace(house, settings=settings)).test_client()
    answer = client.get("/about?lang=en", base_url="http://127.0.0.1:8000")
    assert "Strict-Transport-Security" not in answer.headers
    assert "Secure" not in answer.headers["Set-Cookie"]


def test_a_page_may_be_kept_a_minute_but_an_officers_view_is_hers(client: FlaskClient) -> None:
    answer = client.get("/about")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert {"Accept-Language", "Cookie", "Save-Data", "Accept-Encoding"} == set(answer.vary)
    client.set_cookie("__Host-session", "whatever", domain="agenda.example", secure=True)
    assert client.get("/about").headers["Cache-Control"] == "private, no-cache"


def test_a_page_travels_compressed_and_a_private_one_does_not(client: FlaskClient) -> None:
    packed = {"Accept-Encoding": "gzip"}
    assert client.get("/privacy", headers=packed).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/privacy").headers
    assert "Content-Encoding" not in client.get("/office/login", headers=packed).headers


def test_a_file_is_kept_for_ever_under_its_version(client: FlaskClient) -> None:
    page = visit(client, "/about")
    sheet = next(each.attrs["href"] for each in page.all("link") if each.attrs["rel"] == "stylesheet")
    answer = client.get(sheet, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert client.get("/static/site.css").headers["Cache-Control"] == "public, max-age=3600"
    assert client.get(sheet, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/static/none.css"):
        assert client.get(path).status_code == 404


def test_the_style_sheet_asks_for_the_letters_that_there_are() -> None:
    assert asset("fonts/display.woff2") in assets()["site.css"].body.decode()


# --- language ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "cookie", "accepts", "speaks"),
    [
        ("/about", None, None, "es"),
        ("/about", None, "en-GB,en;q=0.9", "en"),
        ("/about", None, "fr", "es"),
        ("/about", "en", "es", "en"),
        ("/about?lang=es", "en", "en", "es"),
        ("/about?lang=xx", None, "en", "en"),
    ],
)
def test_the_language_is_chosen_else_remembered_else_the_browsers(
    client: FlaskClient, path: str, cookie: str | None, accepts: str | None, speaks: str
) -> None:
    if cookie:
        client.set_cookie("lang", cookie, domain="agenda.example")
    headers = {"Accept-Language": accepts} if accepts else {}
    answer = client.get(path, headers=headers)
    assert f'<html lang="{speaks}">' in answer.text


def test_a_chosen_language_is_remembered_and_its_switch_keeps_the_choice(client: FlaskClient) -> None:
    page = visit(client, "/events?free=1")
    switch = next(each for each in page.one(cls="languages").all("a") if each.text == "English")
    assert switch.attrs["href"] == "/events?free=1&lang=en"
    assert visit(client, switch.attrs["href"]).one("html").attrs["lang"] == "en"
    assert visit(client, "/events").one("html").attrs["lang"] == "en"


# --- errors and logs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        (lambda: Invalid([]), 400), (lambda: NotFound("event"), 404), (lambda: Forbidden("forbidden"), 403),
        (Stale, 409), (lambda: Duplicate("duplicate"), 409), (lambda: Busy("busy"), 503),
        (lambda: TooMany(retry_after=90), 429), (lambda: Gone("gone"), 410), (lambda: OSError(ENOSPC, "full"), 503),
    ],
)  # fmt: skip
def test_a_domain_error_has_one_status_and_one_sentence_s31(
    app: Flask, wrong: Callable[[], Exception], status: int
) -> None:
    """Rule 10."""
    room = Room("trial")

    @room.get("/trial/wrong", policy=Policy.PUBLIC)
    def view() -> Response:
        raise wrong()

    client = opened(app, room)
    page = visit(client, "/trial/wrong", status=status)
    assert page.one("h1").text
    again = client.get("/trial/wrong").headers.get("Retry-After")
    assert again == {429: "90", 503: "5"}.get(status)


def broken(app: Flask) -> FlaskClient:
    """A browser before a page that fails with a secret in its hand."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    room = Room("trial")

    @room.get("/trial/broken", policy=Policy.PUBLIC)
    def view() -> Response:
        raise RuntimeError("rosa@barranco.example")

    return opened(app, room)


def test_an_unforeseen_error_gives_a_number_and_no_detail_s31(app: Flask) -> None:
    answer = broken(app).get("/trial/broken")
    assert answer.status_code == 500
    assert "RuntimeError" not in answer.text
    assert "rosa" not in answer.text
    assert "menciona el número" in answer.text


@pytest.fixture
def written() -> Any:  # noqa: ANN401 - a fixture that yields
    """What the log says, a dict a line."""
    stream = StringIO()
    root = logging.getLogger()
    kept = (root.handlers[:], root.level)
    logs.configure(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], level = kept
    root.setLevel(level)


def test_the_log_says_where_it_failed_and_nothing_that_was_in_hand_s43(app: Flask, written: Any) -> None:  # noqa: ANN401
    answer = broken(app).get("/trial/broken?q=confidencial", headers={"User-Agent": "curioso"})
    failed, access = written()
    assert (failed["level"], failed["error"]) == ("error", "RuntimeError")
    assert failed["where"][-1].endswith("view")
    assert access["id"] in answer.text
    for secret in ("rosa", "confidencial", "curioso", "127.0.0.1"):
        assert secret not in json.dumps([failed, access])


def test_the_log_has_one_line_a_request_without_tokens_or_line_ends_s43(app: Flask, written: Any) -> None:  # noqa: ANN401
    room = Room("trial")
    room.get("/trial/mail/<token>", policy=Policy.TOKEN)(lambda token: text(token[:0]))
    client = opened(app, room)
    client.get("/trial/mail/0123456789abcdef0123456789abcdef")
    client.get("/mail/stopp/0123456789abcdef0123456789abcdef%0d%0aforged")
    client.get("/events?near=-12.05,-77.04")
    assert [line["path"] for line in written()] == ["/trial/mail/<token>", "/mail/stopp/0123…", "/events"]
    assert {frozenset(line) for line in written()} == {
        frozenset({"at", "level", "source", "message", "id", "method", "path", "status", "bytes", "ms"})
    }
    assert all(line["at"].endswith("+00:00") for line in written())


# --- what is said once after a form ------------------------------------------------------------------------


def test_no_room_says_something_else_by_the_code_of_another() -> None:
    said = dict(NOTICES)
    notices(left=said["left"])
    with pytest.raises(TypeError, match="left: another room"):
        notices(left="Dejaste la municipalidad.")
    assert said == NOTICES
