"""How a request comes in: who may, from where, how long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response, render_template_string
from flask.testing import FlaskClient

from calendar_service.app import create_app
from calendar_service.domain.access import Viewer
from calendar_service.entrance import asking
from calendar_service.entrance.answers import text
from calendar_service.entrance.doors import FORM_BYTES, Policy, Room
from calendar_service.services.house import House
from calendar_service.services.importing.files import VISITOR
from calendar_service.web.office.event_form.poster import BODY
from calendar_service.web.office.importing import FRAME
from tests.web.conftest import BASE_URL, Browser, settings_for
from tests.web.rooms import a_room, opened

pytestmark = pytest.mark.one_database

OFFICER = Viewer(officer_id=1, districts=frozenset({1}))
MANAGER = Viewer(officer_id=2, districts=frozenset({1}), managed=frozenset({1}))
FACILITATOR = Viewer(officer_id=3, facilitator=True)


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


def test_a_host_that_names_more_than_us_is_refused_s26(client: FlaskClient) -> None:
    """Two Host headers above all (RFC 9112 section 3.2), of which the web server makes one."""
    more = [":443,agenda.example:443", ":443,evil.example", ":443, evil.example", ":99999", "/x", "?x", "#x", ":\t443"]
    for host in [f"agenda.example{each}" for each in more] + ["x@agenda.example"]:
        for path in ("/about", "/feeds/all.ics"):
            assert client.get(path, environ_overrides={"HTTP_HOST": host}).status_code == 400, host


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


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/office/events/new", BODY), ("/office/import", VISITOR.size + FRAME),
        ("/api/v1/imports", VISITOR.size + FRAME),
        ("/office/events/mÃºsica/edit", BODY), ("/subscribe", FORM_BYTES), ("/events", 0), ("/nowhere", 0),
    ],
)  # fmt: skip
def test_how_much_may_be_sent_is_known_before_any_of_it_is_read_s30(app: Flask, path: str, size: int) -> None:
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path}
    assert app.extensions["largest"](environ) == size


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
