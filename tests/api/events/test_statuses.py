"""draft → tentative | confirmed; tentative → confirmed | draft; confirmed ⇄ cancelled; anything else is 409."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Program, fields

pytestmark = pytest.mark.one_database

DEEDS = ("confirm", "hold", "release", "cancel")
ALLOWED = {
    ("draft", "confirm"): "confirmed", ("draft", "hold"): "tentative", ("tentative", "confirm"): "confirmed",
    ("tentative", "hold"): "tentative", ("tentative", "release"): "draft", ("confirmed", "cancel"): "cancelled",
    ("cancelled", "confirm"): "confirmed",
}  # fmt: skip


def an_event(program: Program, concert: dict[str, Any], status: str) -> dict[str, Any]:
    first = "confirmed" if status == "cancelled" else status
    event: dict[str, Any] = program.post("/events", {**concert, "status": first}).get_json()
    if status == "cancelled":
        event = program.post(f"/events/{event['uid']}/cancel", {"reason": "Lluvia"}).get_json()
    return event


@pytest.mark.parametrize("status", ["draft", "tentative", "confirmed", "cancelled"])
@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_leads_where_it_may_and_nowhere_else(
    barranco: Program, concert: dict[str, Any], status: str, deed: str
) -> None:
    event = an_event(barranco, concert, status)
    answer = barranco.post(f"/events/{event['uid']}/{deed}")
    if (status, deed) in ALLOWED:
        assert (answer.status_code, answer.get_json()["status"]) == (200, ALLOWED[status, deed])
        assert answer.headers["ETag"] == f'"{answer.get_json()["version"]}"'
    else:
        assert (answer.status_code, answer.get_json()["code"]) == (409, "wrong_status")
        assert barranco.get(f"/events/{event['uid']}").get_json() == event


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_needs_no_body_and_takes_none_that_means_nothing(
    barranco: Program, concert: dict[str, Any], deed: str
) -> None:
    status = next(status for status, each in ALLOWED if each == deed)
    uid = an_event(barranco, concert, status)["uid"]
    refused = barranco.post(f"/events/{uid}/{deed}", {"until": "2026-12-05"})
    assert (refused.status_code, fields(refused)) == (400, [("until", "draft_unknown_field")])
    assert barranco.ask("POST", f"/events/{uid}/{deed}", data=b"").status_code == 200


def test_a_hold_is_held_until_the_day_that_is_said(barranco: Program, concert: dict[str, Any]) -> None:
    uid = an_event(barranco, concert, "draft")["uid"]
    told = barranco.post(f"/events/{uid}/hold", {"hold_until": "2026-12-03"}).get_json()
    assert (told["status"], told["hold_until"]) == ("tentative", "2026-12-03")
    late = barranco.post(f"/events/{uid}/hold", {"hold_until": "2026-12-06"})
    assert (late.status_code, fields(late)) == (400, [("hold_until", "hold_until_range")])
    assert barranco.post(f"/events/{uid}/release").get_json()["hold_until"] is None


def test_a_draft_that_lacks_something_is_neither_held_nor_published(barranco: Program) -> None:
    uid = barranco.post("/events", {"summary": "Retreta", "start": "2026-12-05T19:30"}).get_json()["uid"]
    for deed in ("hold", "confirm"):
        answer = barranco.post(f"/events/{uid}/{deed}")
        assert answer.status_code == 400
        assert fields(answer) == [("end", "draft_end_missing"), ("venue", "draft_place_missing")]


def test_what_is_published_by_mistake_is_withdrawn_for_good(
    barranco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    uid = an_event(barranco, concert, "confirmed")["uid"]
    told = barranco.post(f"/events/{uid}/cancel", {"withdraw": True}).get_json()
    assert (told["status"], told["summary"], told["slug"], told["host"]) == ("cancelled", None, None, "barranco")
    assert "etreta" not in anybody.get(f"/events/{uid}").text
    again = barranco.post(f"/events/{uid}/confirm")
    assert (again.status_code, again.get_json()["code"]) == (409, "event_withdrawn")


def test_a_deed_heeds_the_version_that_was_seen_if_it_is_said(barranco: Program, concert: dict[str, Any]) -> None:
    event = an_event(barranco, concert, "draft")
    path = f"/events/{event['uid']}/confirm"
    assert barranco.post(path, headers={"If-Match": '"77"'}).status_code == 412
    assert barranco.post(path, headers={"If-Match": f'"{event["version"]}"'}).status_code == 200
