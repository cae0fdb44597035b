"""How a request comes in: who may, from where, how long; and what every answer wears."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, render_template_string
from flask.testing import FlaskClient

from calendar_service import logs
from calendar_service.app import create_app
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Busy, Duplicate, Forbidden, Gone, Invalid, NotFound, Stale, TooMany
from calendar_service.entrance import asking
from calendar_service.entrance.answers import text
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.house import House
from tests.web.conftest import BASE_URL, Browser, settings_for
from tests.web.pages import visit

OFFICER = Viewer(officer_id=1, districts=frozenset({1}))
MANAGER = Viewer(officer_id=2, districts=frozenset({1}), managed=frozenset({1}))
FACILITATOR = Viewer(officer_id=3, facilitator=True)


def opened(app: Flask, *rooms: Room) -> FlaskClient:
    """A browser before an application with further rooms."""
    for room in rooms:
        room.open(app)
    client: FlaskClient = app.test_client()
    return client


def a_room(**doors: Policy) -> Room:
    """A room with one GET door for each name, at the path of that name."""
    room = Room("trial")
    for name, policy in doors.items():

        def view() -> Response:
            return text("come in")

        view.__name__ = name
        room.get(f"/trial/{name}", policy=policy)(view)
    return room


# --- doors -------------------------------------------------------------------------------------------------


def test_every_route_has_a_door_with_a_policy_s12(app: Flask) -> None:
    doors = app.extensions["doors"]
    assert [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint not in doors] == []
    assert {type(door.policy) for door in doors.values()} == {Policy}


def test_a_route_hung_past_the_doors_lets_nobody_in_s12(app: Flask) -> None:
    app.add_url_rule("/backdoor", endpoint="backdoor", view_func=lambda: "secret")
    assert app.test_client().get("/backdoor").status_code == 404


@pytest.mark.parametrize(
    ("who", "officer", "manager", "facilitator"),
    [(None, 303, 303, 303), (OFFICER, 200, 403, 403), (MANAGER, 200, 200, 403), (FACILITATOR, 200, 200, 200)],
)
def test_a_policy_is_kept_before_the_view_runs_s12(
    app: Flask, monkeypatch: pytest.MonkeyPatch, who: Viewer | None, officer: int, manager: int, facilitator: int
) -> None:
    if who:
        monkeypatch.setattr(asking, "viewer", lambda: who)
    room = a_room(officer=Policy.OFFICER, manager=Policy.MANAGER, facilitator=Policy.FACILITATOR)
    client = opened(app, room)
    answers = [client.get(f"/trial/{name}").status_code for name in ("officer", "manager", "facilitator")]
    assert answers == [officer, manager, facilitator]


def test_a_door_without_csrf_says_why_s19() -> None:
    with pytest.raises(TypeError, match="because"):
        Room("trial").post("/x", policy=Policy.PUBLIC, csrf=False)(lambda: text(""))


@pytest.mark.parametrize("method", ["trace", "options", "delete", "put", "post"])
def test_a_door_answers_to_its_own_methods_only_s52(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)("/about", **({"data": "x"} if method in ("put", "post") else {}))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


# --- forms from elsewhere ----------------------------------------------------------------------------------


@pytest.fixture
def formed(app: Flask) -> FlaskClient:
    """A browser before a page with a form."""
    room = Room("trial")

    @room.get("/trial/form", policy=Policy.PUBLIC)
    def form() -> str:
        return render_template_string("{{ form_token() }}")

    @room.post("/trial/do", policy=Policy.PUBLIC)
    def do() -> Response:
        return text("done")

    return opened(app, room)


def sent(client: FlaskClient, token: str, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/trial/do", data={"csrf_token": token}, headers=named).status_code


def test_a_form_of_ours_is_taken_and_one_without_its_token_is_not_s19(formed: FlaskClient) -> None:
    token = formed.get("/trial/form").text
    assert sent(formed, token) == 200
    assert sent(formed, token, Origin=BASE_URL, Sec_Fetch_Site="same-origin") == 200
    assert sent(formed, "") == 403
    assert sent(formed, token[:-1] + ("0" if token[-1] != "0" else "1")) == 403


def test_a_token_is_bound_to_its_browser_and_fresh_on_each_page_s19(app: Flask, formed: FlaskClient) -> None:
    mine, again = formed.get("/trial/form").text, formed.get("/trial/form").text
    other = app.test_client()
    other.get("/trial/form")
    assert (sent(formed, mine), sent(formed, again), mine == again) == (200, 200, False)
    assert sent(other, mine) == 403
    assert sent(app.test_client(), mine) == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://agenda.example.evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "null"}, 200),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 200),
    ],
)
def test_a_form_sent_from_elsewhere_is_refused_s19(formed: FlaskClient, headers: dict[str, str], status: int) -> None:
    """A page with no-referrer sends `Origin: null`, so null alone proves nothing."""
    token = formed.get("/trial/form").text
    assert formed.post("/trial/do", data={"csrf_token": token}, headers=headers).status_code == status


def test_the_cookie_of_a_form_is_host_bound_and_out_of_reach_of_scripts_s25(formed: FlaskClient) -> None:
    cookie = formed.get("/trial/form").headers["Set-Cookie"]
    assert cookie.startswith("__Host-form=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_reading_sets_no_cookie(client: FlaskClient) -> None:
    for path in ("/", "/events", "/districts", "/about"):
        assert "Set-Cookie" not in client.get(path).headers


# --- hosts, lengths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [("agenda.example", 200), ("agenda.example:443", 200), ("AGENDA.example.", 200), ("evil.example", 400),
     ("agenda.example.evil.example", 400), ("127.0.0.1", 400), ("", 400), ("[::1", 400)],
)  # fmt: skip
def test_only_our_own_host_is_answered_s26(client: FlaskClient, host: str, status: int) -> None:
    assert client.get("/about", environ_overrides={"HTTP_HOST": host}).status_code == status


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1:8123", 200), ("localhost", 200), ("[::1]:9", 200), ("agenda.example", 400)]
)
def test_with_a_loopback_base_url_every_loopback_name_is_ours_s26(
    house: House, tmp_path: Path, host: str, status: int
) -> None:
    settings = settings_for(house.database, tmp_path, base_url="http://127.0.0.1:8000")
    client = create_app(replace(house, settings=settings)).test_client()
    assert client.get("/about", environ_overrides={"HTTP_HOST": host}).status_code == status


def test_links_come_from_the_base_url_whatever_a_proxy_says_s26(client: FlaskClient) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert "evil.example" not in client.get("/sitemap.xml", headers=forged).text


@pytest.mark.parametrize(("proxies", "prefix"), [(0, "203.0.113.9/32"), (1, "198.51.100.7/32")])
def test_the_asker_is_known_through_as_many_proxies_as_are_trusted_s26(
    house: House, tmp_path: Path, proxies: int, prefix: str
) -> None:
    settings = settings_for(house.database, tmp_path, trusted_proxies=proxies)
    app = create_app(replace(house, settings=settings))
    app.test_client_class = Browser
    room = Room("trial")
    room.get("/trial/who", policy=Policy.PUBLIC)(asking.client_prefix)
    answer = opened(app, room).get(
        "/trial/who",
        headers={"X-Forwarded-For": "1.2.3.4, 198.51.100.7"},
        environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
    )
    assert answer.text == prefix


def test_an_address_of_eight_kilobytes_is_the_longest_s30(client: FlaskClient) -> None:
    assert client.get("/events?utm=" + "x" * 7_900).status_code == 200
    assert client.get("/events?utm=" + "x" * 8_000).status_code == 414


def test_a_body_without_a_length_is_refused_s30(formed: FlaskClient) -> None:
    """A chunked body would be cut at the limit without an error."""
    chunked = {"CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    assert formed.post("/trial/do", data={"a": "b"}, environ_overrides=chunked).status_code == 411


def test_a_form_of_half_a_megabyte_is_the_largest_s30(formed: FlaskClient) -> None:
    token = formed.get("/trial/form").text
    for size, status in ((400_000, 200), (500_000, 413)):
        data = {"csrf_token": token, "text": "x" * size}
        assert formed.post("/trial/do", data=data).status_code == status


# --- what answers wear -------------------------------------------------------------------------------------


def test_every_page_wears_its_headers_s22_s24(client: FlaskClient) -> None:
    for path in ("/", "/nada"):
        headers = client.get(path).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        nonce = policy.pop("script-src")
        assert policy == {
            "default-src": "'self'", "style-src": "'self'", "img-src": "'self' data:", "object-src": "'none'",
            "base-uri": "'none'", "form-action": "'self'", "frame-ancestors": "'none'",
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
    scripts = [each.attrs.get("nonce", "") for each in page.all("script")]
    assert all(scripts)
    loaded = [each.attrs.get("src", "") for each in page.all("script")]
    loaded += [each.attrs["href"] for each in page.all("link") if each.attrs["rel"] != "canonical"]
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
    assert {"Accept-Language", "Cookie", "Accept-Encoding"} == set(answer.vary)
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
        (lambda: TooMany(retry_after=90), 429), (lambda: Gone("gone"), 410),
    ],
)  # fmt: skip
def test_a_domain_error_has_one_status_and_one_sentence_s31(
    app: Flask, wrong: Callable[[], Exception], status: int
) -> None:
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


# --- the way back ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "goes"),
    [
        ("/office/events", "/office/events"), ("/events?free=1", "/events?free=1"), ("//evil.example", "/"),
        ("/\\evil.example", "/"), ("https://evil.example", "/"), ("", "/"), (None, "/"), ("/a\nb", "/"),
        ("javascript:alert(1)", "/"),
    ],
)  # fmt: skip
def test_the_way_back_is_only_a_path_of_this_site_s28(path: str | None, goes: str) -> None:
    assert asking.safe_next(path, "/") == goes


def test_get_and_head_answer_alike(client: FlaskClient) -> None:
    whole, head = client.get("/about"), client.head("/about")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]
