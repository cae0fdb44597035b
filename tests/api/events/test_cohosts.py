"""Joint events: each district answers for itself, and nobody is shown before it accepts (S15)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Program, fields

pytestmark = pytest.mark.one_database

SURCO = "santiago-de-surco"


@pytest.fixture
def joint(barranco: Program, concert: dict[str, Any]) -> str:
    """The path of an event that Surco is asked to co-host."""
    path = f"/events/{barranco.post('/events', concert).get_json()['uid']}"
    assert barranco.post(f"{path}/hosts", {"districts": [SURCO]}).status_code == 200
    return path


def hosts(program: Program, path: str) -> list[tuple[str, str]]:
    return [(each["district"], each["state"]) for each in program.get(path).get_json()["cohosts"]]


def test_who_is_asked_is_shown_to_those_involved_alone_until_it_accepts_s15(
    barranco: Program, surco: Program, anybody: Program, joint: str
) -> None:
    assert hosts(anybody, joint) == []
    assert hosts(barranco, joint) == hosts(surco, joint) == [(SURCO, "invited")]
    told = surco.patch(f"{joint}/hosts/{SURCO}", {"state": "accepted", "contribution": "El escenario"})
    assert (told.status_code, told.headers["ETag"]) == (200, f'"{told.get_json()["version"]}"')
    assert anybody.get(joint).get_json()["cohosts"] == [
        {"district": SURCO, "state": "accepted", "contribution": "El escenario"}
    ]
    assert len(anybody.get(f"/events?district={SURCO}").get_json()["items"]) == 1


def test_a_cohost_changes_its_contribution_and_leaves_but_edits_nothing_else_s15(
    barranco: Program, surco: Program, anybody: Program, joint: str
) -> None:
    path = f"{joint}/hosts/{SURCO}"
    surco.patch(path, {"state": "accepted"})
    for body in ({"contribution": "Sillas"}, {"state": "accepted", "contribution": "Sillas y luces"}):
        assert surco.patch(path, body).get_json()["cohosts"][0]["contribution"] == body["contribution"]
    assert surco.patch(joint, {"summary": "Nuestro"}, version=1).get_json()["code"] == "not_your_event"
    assert surco.patch(path, {"state": "left"}).status_code == 200
    assert hosts(anybody, joint) == []
    assert hosts(barranco, joint) == [(SURCO, "left")]


def test_a_draft_is_seen_by_who_is_asked_until_it_declines(
    barranco: Program, surco: Program, concert: dict[str, Any]
) -> None:
    path = f"/events/{barranco.post('/events', {**concert, 'status': 'draft'}).get_json()['uid']}"
    assert surco.get(path).status_code == 404
    barranco.post(f"{path}/hosts", {"districts": [SURCO]})
    assert surco.get(path).get_json()["summary"] == "Retreta en el parque"
    declined = surco.patch(f"{path}/hosts/{SURCO}", {"state": "declined"})
    assert (declined.status_code, declined.data) == (204, b"")
    assert surco.get(path).status_code == 404


def test_nobody_answers_for_another_district(barranco: Program, surco: Program, joint: str) -> None:
    by_host = barranco.patch(f"{joint}/hosts/{SURCO}", {"state": "accepted"})
    assert (by_host.status_code, by_host.get_json()["code"]) == (403, "not_your_district")
    assert surco.patch(f"{joint}/hosts/comas", {"state": "accepted"}).status_code == 404
    assert hosts(barranco, joint) == [(SURCO, "invited")]


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({}, 400, [("state", "required")]), ({"state": "invited"}, 400, [("state", "unknown_choice")]),
        ({"state": "left"}, 409, []), ({"contribution": "x"}, 409, []),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_fit_is_refused(
    surco: Program, joint: str, body: dict[str, Any], status: int, expected: list[tuple[str, str]]
) -> None:
    answer = surco.patch(f"{joint}/hosts/{SURCO}", body)
    assert (answer.status_code, fields(answer)) == (status, expected)


@pytest.mark.parametrize("districts", [["atlantis"], ["barranco"], [], "comas", [1]])
def test_who_cannot_be_asked_is_refused(barranco: Program, joint: str, districts: object) -> None:
    answer = barranco.post(f"{joint}/hosts", {"districts": districts})
    assert answer.status_code == 400
    assert [field for field, _ in fields(answer)] == ["districts"]


def test_asking_heeds_the_version_that_was_seen_if_it_is_said(barranco: Program, surco: Program, joint: str) -> None:
    stale = {"If-Match": '"99"'}
    assert barranco.post(f"{joint}/hosts", {"districts": ["comas"]}, headers=stale).status_code == 412
    answer = surco.ask("PATCH", f"{joint}/hosts/{SURCO}", json={"state": "accepted"}, headers=stale)
    assert answer.status_code == 412
