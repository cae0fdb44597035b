"""The frame around every request: tokens, bodies, errors, languages, other sites."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from calendar_service.app import create_app
from calendar_service.db.engine import Database
from calendar_service.domain.people import ApiToken
from calendar_service.services.house import House
from tests.api.conftest import BASE_URL, Program, fields, settings_for

pytestmark = pytest.mark.one_database

JSON = {"Content-Type": "application/json"}


def raw(program: Program, body: bytes, **headers: str) -> Any:  # noqa: ANN401 - werkzeug's own
    return program.ask("POST", "/events", data=body, headers={**JSON, **headers})


# Who asks


def test_changing_something_needs_a_token(anybody: Program, concert: dict[str, Any]) -> None:
    answer = anybody.post("/events", concert)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("sent", ["Bearer cal_wrong", "Bearer", "Basic cm9zYTp4", "cal_x", "Bearer \xff"])
@pytest.mark.parametrize("path", ["/events", "/formats", "/events/x@y"])
def test_a_token_that_does_not_work_is_told_so_also_where_none_is_needed(app: Flask, sent: str, path: str) -> None:
    answer = Program(app).get(path, headers={"Authorization": sent})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


def test_a_revoked_or_outdated_token_ends_at_once_s11(
    lima: Database, tmp_path: Path, now: datetime, barranco: Program
) -> None:
    clock = [now]
    house = House(settings=settings_for(lima.url, tmp_path), installation=lima.installation, database=lima,
                  clock=lambda: clock[0])  # fmt: skip
    program = Program(create_app(house), barranco.token)
    assert program.get("/events").status_code == 200
    clock[0] += timedelta(days=365)
    assert program.get("/events").status_code == 401
    clock[0] = now
    with lima.deed() as session:
        session.scalars(select(ApiToken)).one().revoked = now
    assert program.get("/events").status_code == 401


def test_a_token_counts_in_authorization_alone_s11(app: Flask, barranco: Program) -> None:
    stranger = Program(app)
    assert stranger.get(f"/events?access_token={barranco.token}").status_code == 400
    assert stranger.ask("POST", "/events", json={}, headers={"Cookie": f"session={barranco.token}"}).status_code == 401


def test_when_a_token_was_used_is_kept_s11(lima: Database, barranco: Program, now: datetime) -> None:
    barranco.get("/events")
    with lima.reading() as session:
        assert session.scalars(select(ApiToken.last_used)).one() == now


# What is sent


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        (b'{"summary": NaN}', "", "json_number"),
        (b'{"summary": 1e999}', "", "json_number"),
        (b'{"age_from": ' + b"9" * 5000 + b"}", "", "json_number"),
        (b'{"summary": "a", "summary": "b"}', "summary", "json_twice"),
        (b'{"venue": {"name": "a", "name": "b"}}', "name", "json_twice"),
        (b"[" * 100_000, "", "json_deep"),
        (b'{"venue": ' + b"[" * 20 + b"]" * 20 + b"}", "venue", "json_deep"),
        (b'{"summary": "a"', "", "json_syntax"),
        (b'\xef\xbb\xbf{"summary": "a"}', "", "json_syntax"),
        (b'{"summary": "\xff"}', "", "json_encoding"),
        (b'{"summary": "\\ud800"}', "summary", "json_text"),
        (b'{"venue": {"name": "a\\u0000"}}', "venue", "json_text"),
        (b'{"\\udfff": 1}', "", "json_text"),
        (b"[]", "", "json_object"),
        (b'"text"', "", "json_object"),
    ],
)  # fmt: skip
def test_json_is_read_strictly_s40(barranco: Program, body: bytes, field: str, code: str) -> None:
    """F19."""
    answer = raw(barranco, body, **{"Content-Length": str(len(body))})
    assert (answer.status_code, fields(answer)) == (400, [(field, code)])


def test_twenty_levels_are_not_too_deep_s30(barranco: Program) -> None:
    answer = raw(barranco, b'{"venue": ' + b"[" * 19 + b"]" * 19 + b"}")
    assert fields(answer) == [("summary", "required"), ("start", "required"), ("venue", "wrong_type")]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""]
)
def test_a_body_that_is_no_json_is_not_taken(barranco: Program, content_type: str) -> None:
    answer = barranco.ask("POST", "/events", data=b"{}", headers={"Content-Type": content_type})
    assert (answer.status_code, answer.get_json()["code"]) == (415, "media_type")


def test_a_patch_says_what_it_takes(barranco: Program) -> None:
    answer = barranco.ask("PATCH", "/events/x@y", data=b"{}", headers={"If-Match": "*", "Content-Type": "text/plain"})
    assert answer.headers["Accept-Patch"] == "application/merge-patch+json, application/json"


def test_a_body_has_a_length_and_half_a_megabyte_at_most_s30(barranco: Program) -> None:
    assert raw(barranco, json.dumps({"description": "x" * 500_000}).encode()).status_code == 413
    chunked = {"CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    for path in ("/events", "/events/x@y/confirm"):
        assert barranco.ask("POST", path, json={}, environ_overrides=chunked).status_code == 411
    assert barranco.ask("POST", "/events").status_code == 411
    assert barranco.ask("POST", "/events/x@y/confirm").status_code == 404


def test_an_address_of_eight_kilobytes_is_the_longest_s30(anybody: Program) -> None:
    answer = anybody.get("/events?q=" + "x" * 8_000)
    assert (answer.status_code, answer.mimetype) == (414, "application/problem+json")


@pytest.mark.parametrize("uid", ["a%00b", "%EF%BF%BE", "x" * 3000, "..%2F..%2Fetc", "%ff", "'; drop table event; --"])
def test_a_uid_that_cannot_be_is_not_found(anybody: Program, barranco: Program, uid: str) -> None:
    for program in (anybody, barranco):
        assert program.get(f"/events/{uid}").status_code == 404
    assert barranco.put(f"/events/{uid}/occurrences/20261205", {}).status_code == 404
    assert barranco.patch(f"/events/{uid}/hosts/{uid[:40]}", {"state": "left"}).status_code == 404


# What is answered


def test_an_error_is_told_as_problem_json_in_the_askers_language_s31(app: Flask) -> None:
    """RFC 9457."""
    stranger = Program(app)
    for language, said in (("en", "We do not know the option “a”."), ("es-PE,en;q=0.5", "No conocemos la opción «a».")):
        answer = stranger.get("/events?a=1", headers={"Accept-Language": language, "Cookie": "lang=es"})
        problem = answer.get_json()
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["Content-Language"] == language[:2]
        assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Bad Request", 400)
        assert problem["errors"] == [{"field": "a", "code": "selection_unknown_key", "message": said}]
        assert len(problem["incident"]) == 16


def test_an_error_inside_says_nothing_of_the_inside_s31(
    app: Flask, monkeypatch: pytest.MonkeyPatch, barranco: Program
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("SELECT secret FROM inside")

    monkeypatch.setattr("calendar_service.services.agenda.listing.event_keys", broken)
    answer = barranco.get("/events")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "unexpected")
    assert "SELECT" not in answer.text
    assert "RuntimeError" not in answer.text


@pytest.mark.parametrize("path", ["/nada", "/events/x@y/nada", ""])
def test_an_unknown_address_is_told_as_problem_json_too(anybody: Program, path: str) -> None:
    answer = anybody.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_another_method_is_refused_with_those_there_are(barranco: Program) -> None:
    answer = barranco.delete("/events")
    assert (answer.status_code, answer.get_json()["code"]) == (405, "method")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_another_host_is_not_ours_s26(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/events", base_url="https://evil.example")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


# Who else reads it


def test_what_is_public_is_read_from_any_site_and_nothing_is_changed_from_there(anybody: Program) -> None:
    for path in ("/events", "/occurrences", "/districts", "/events/x@y", "/events?a=1", "/openapi.json"):
        assert anybody.get(path).headers["Access-Control-Allow-Origin"] == "*"
    asked = {"Origin": "https://muni.example", "Access-Control-Request-Method": "POST"}
    preflight = anybody.ask("OPTIONS", "/events", headers=asked)
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    assert "Authorization" not in preflight.headers["Access-Control-Allow-Headers"]
    posted = anybody.post("/events", {}, headers={"Origin": "https://muni.example"})
    assert "Access-Control-Allow-Origin" not in posted.headers


def test_answers_to_a_token_are_never_stored_nor_read_by_another_site_s27(barranco: Program, anybody: Program) -> None:
    for path in ("/events", "/formats", "/events/x@y"):
        mine, theirs = barranco.get(path), anybody.get(path)
        assert mine.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in mine.headers
        assert "Authorization" in theirs.headers["Vary"]
        assert "no-store" not in theirs.headers["Cache-Control"]


def test_no_cookie_is_set_and_none_is_read_s19(app: Flask, barranco: Program, concert: dict[str, Any]) -> None:
    cookies = {"Cookie": f"session={barranco.token}; __Host-session={barranco.token}; lang=en"}
    stranger = Program(app)
    for answer in (
        stranger.get("/events?a=1", headers={**cookies, "Accept-Language": "es"}),
        stranger.ask("POST", "/events", json=concert, headers={**cookies, "Accept-Language": "es"}),
        stranger.get("/nada", headers={**cookies, "Accept-Language": "es"}),
    ):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Language"] == "es"
        assert answer.status_code in (400, 401, 404)


def test_what_has_not_changed_is_not_sent_again(barranco: Program, anybody: Program, concert: dict[str, Any]) -> None:
    uid = barranco.post("/events", concert).get_json()["uid"]
    for path in (f"/events/{uid}", "/events", "/occurrences", "/districts", "/formats", "/openapi.json"):
        first = anybody.get(path)
        again = anybody.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert anybody.get(path, headers={"If-None-Match": '"x"'}).status_code == 200
    assert anybody.ask("HEAD", f"/events/{uid}").headers["ETag"] == anybody.get(f"/events/{uid}").headers["ETag"]


def test_every_address_is_absolute_and_the_installations_own_s26(barranco: Program, concert: dict[str, Any]) -> None:
    told = barranco.post("/events", concert, headers={"X-Forwarded-Host": "evil.example"})
    assert told.headers["Location"].startswith(BASE_URL)
    assert told.get_json()["url"].startswith(BASE_URL)
