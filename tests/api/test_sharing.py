"""Cross-promotion by the API: as on the desk, the host proposes, the receiver answers for itself (S13, S15)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Program, fields

pytestmark = pytest.mark.one_database
SURCO = "santiago-de-surco"


@pytest.fixture
def path(barranco: Program, concert: dict[str, Any]) -> str:
    """A public event of Barranco."""
    return f"/events/{barranco.post('/events', concert).get_json()['uid']}"


def answers(program: Program, path: str) -> list[tuple[str, str]]:
    return [(each["district"], each["state"]) for each in program.get(path).get_json()["items"]]


def test_a_proposal_is_answered_and_what_is_accepted_is_shown_there(
    barranco: Program, surco: Program, anybody: Program, path: str
) -> None:
    [sent] = barranco.post(f"{path}/shares", {"districts": [SURCO], "text": "Los esperamos"}).get_json()["items"]
    assert (sent["state"], sent["text"], sent["answered"], sent["standing"]) == (
        "proposed",
        "Los esperamos",
        None,
        False,
    )
    assert surco.get("/shares?state=proposed").get_json()["items"] == [sent]
    assert surco.patch(f"{path}/shares/{SURCO}", {"state": "accepted"}).get_json()["items"][0]["state"] == "accepted"
    assert len(anybody.get(f"/events?district={SURCO}").get_json()["items"]) == 1
    assert surco.patch(f"{path}/shares/{SURCO}", {"state": "declined"}).status_code == 409
    surco.patch(f"{path}/shares/{SURCO}", {"state": "taken-down"})
    assert answers(barranco, f"{path}/shares") == answers(surco, "/shares") == [(SURCO, "taken-down")]


def test_the_host_alone_proposes_sees_the_answers_and_takes_back_s13(
    barranco: Program, surco: Program, anybody: Program, path: str
) -> None:
    assert surco.post(f"{path}/shares", {"districts": [SURCO]}).get_json()["code"] == "not_your_event"
    assert fields(barranco.post(f"{path}/shares", {"districts": ["barranco"]})) == [("districts", "unknown_value")]
    barranco.post(f"{path}/shares", {"districts": [SURCO]})
    assert [each.get(f"{path}/shares").status_code for each in (surco, anybody)] == [403, 401]
    withdrawn = {"state": "withdrawn"}
    assert surco.patch(f"{path}/shares/{SURCO}", withdrawn).get_json()["code"] == "not_your_event"
    assert barranco.patch(f"{path}/shares/{SURCO}", withdrawn).get_json()["items"][0]["state"] == "withdrawn"
    assert answers(surco, "/shares") == []
    assert fields(surco.get("/shares?state=withdrawn")) == [("state", "unknown_value")]


def test_an_agreement_accepts_by_itself_until_it_ends(barranco: Program, surco: Program, path: str) -> None:
    barranco.post(f"{path}/shares", {"districts": [SURCO]})
    made = surco.post("/agreements", {"giver": "barranco"})
    assert (made.status_code, made.get_json() | {"id": 0, "since": ""}) == (
        201, {"id": 0, "giver": "barranco", "receiver": SURCO, "discipline": None, "since": ""}
    )  # fmt: skip
    assert [(each["state"], each["standing"]) for each in surco.get("/shares").get_json()["items"]] == [
        ("accepted", True)
    ]
    number = made.get_json()["id"]
    assert [each.get("/agreements").get_json()["items"][0]["id"] for each in (barranco, surco)] == [number, number]
    assert [each.delete(f"/agreements/{number}").status_code for each in (barranco, surco, surco)] == [403, 204, 404]
    assert surco.delete("/agreements/uno").status_code == 404
    assert fields(surco.post("/agreements", {"giver": SURCO})) == [("giver", "unknown_choice")]


def test_why_a_date_stands_is_kept_and_told_to_officers_alone(
    barranco: Program, surco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    uid = barranco.post("/events", concert | {"date_reason": "Es la fecha del santo"}).get_json()["uid"]
    told = [each.get(f"/events/{uid}").get_json()["date_reason"] for each in (barranco, surco, anybody)]
    assert told == ["Es la fecha del santo", "Es la fecha del santo", ""]
    assert barranco.patch(f"/events/{uid}", {"date_reason": None}, version=1).get_json()["date_reason"] == ""
