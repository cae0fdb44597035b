"""R6: a POST that carries a key is done once, however often it is asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from calendar_service.app import create_app
from calendar_service.db.engine import Database
from calendar_service.domain.events import Event
from calendar_service.domain.people import IdempotencyKey
from calendar_service.services.house import House
from tests.api.conftest import Program, fields, program_of, settings_for

KEY = {"Idempotency-Key": "2026-retreta-1"}


def events(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Event.id)).all())


def test_the_same_request_gets_the_same_answer_and_is_done_once(
    lima: Database, barranco: Program, concert: dict[str, Any]
) -> None:
    first, again = (barranco.post("/events", concert, headers=KEY) for _ in range(2))
    assert (again.status_code, again.data) == (first.status_code, first.data) == (201, first.data)
    for name in ("ETag", "Location", "Content-Type", "Cache-Control"):
        assert again.headers[name] == first.headers[name]
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert events(lima) == 1


def test_the_answer_stays_the_same_when_the_event_changes_meanwhile(barranco: Program, concert: dict[str, Any]) -> None:
    first = barranco.post("/events", concert, headers=KEY)
    event = first.get_json()
    barranco.patch(f"/events/{event['uid']}", {"summary": "Otra"}, version=event["version"])
    assert barranco.post("/events", concert, headers=KEY).data == first.data


def test_a_deed_that_could_not_be_done_twice_is_answered_again(barranco: Program, concert: dict[str, Any]) -> None:
    uid = barranco.post("/events", {**concert, "status": "draft"}).get_json()["uid"]
    answers = [barranco.post(f"/events/{uid}/confirm", headers=KEY) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    assert barranco.post(f"/events/{uid}/confirm").status_code == 409


def test_another_body_or_address_under_the_same_key_is_refused(
    lima: Database, barranco: Program, concert: dict[str, Any]
) -> None:
    barranco.post("/events", concert, headers=KEY)
    other = barranco.post("/events", {**concert, "summary": "Otra"}, headers=KEY)
    assert (other.status_code, other.get_json()["code"]) == (422, "key_reused")
    assert events(lima) == 1
    drafts = [barranco.post("/events", {**concert, "status": "draft"}).get_json()["uid"] for _ in range(2)]
    answers = [barranco.post(f"/events/{uid}/confirm", headers={"Idempotency-Key": "k2"}) for uid in drafts]
    assert [each.status_code for each in answers] == [200, 422]


def test_keys_are_each_tokens_own(lima: Database, barranco: Program, surco: Program, concert: dict[str, Any]) -> None:
    assert [each.post("/events", concert, headers=KEY).status_code for each in (barranco, surco)] == [201, 201]
    assert events(lima) == 2


def test_a_key_that_is_claimed_is_answered_with_409_until_the_claim_is_given_up(
    lima: Database, tmp_path: Path, now: datetime, barranco: Program, concert: dict[str, Any]
) -> None:
    barranco.post("/events", concert, headers=KEY)
    with lima.deed() as session:  # as if its process had been killed before the deed
        row = session.scalars(select(IdempotencyKey)).one()
        row.status, row.headers, row.body = None, {}, ""
    waiting = barranco.post("/events", concert, headers=KEY)
    assert (waiting.status_code, waiting.get_json()["code"]) == (409, "key_in_flight")
    house = House(settings=settings_for(lima.url, tmp_path), installation=lima.installation, database=lima,
                  clock=lambda: now + timedelta(minutes=1))  # fmt: skip
    assert Program(create_app(house), barranco.token).post("/events", concert, headers=KEY).status_code == 201


def test_a_refused_request_leaves_its_key_free(lima: Database, barranco: Program, concert: dict[str, Any]) -> None:
    for _ in range(2):
        assert barranco.post("/events", {**concert, "venue": "no-hay"}, headers=KEY).status_code == 400
    assert barranco.post("/events", concert, headers=KEY).status_code == 201
    with lima.reading() as session:
        assert len(session.scalars(select(IdempotencyKey.key)).all()) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "ñ", "a\tb"])
def test_a_key_is_up_to_two_hundred_visible_signs(barranco: Program, concert: dict[str, Any], key: str) -> None:
    answer = barranco.post("/events", concert, headers={"Idempotency-Key": key})
    assert (answer.status_code, fields(answer)) == (400, [("Idempotency-Key", "key_form")])


def test_of_many_at_once_one_is_done(lima: Database, app: Flask, now: datetime, concert: dict[str, Any]) -> None:
    """Whoever is not first is told to wait, or gets the first one's answer."""
    token = program_of(app, lima, "barranco", now=now).token

    def ask(_: int) -> tuple[int, str]:
        answer = Program(app, token).post("/events", concert, headers=KEY)
        return answer.status_code, answer.get_json().get("uid", "")

    with ThreadPoolExecutor(6) as many:
        answers = list(many.map(ask, range(6)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({uid for status, uid in answers if status == 201}) == 1
    assert events(lima) == 1
