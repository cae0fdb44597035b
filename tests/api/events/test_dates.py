"""One date of an event: moved, relocated, cancelled, put back; named by its original time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Program, fields

pytestmark = pytest.mark.one_database

SECOND = "20261212T1930"


@pytest.fixture
def series(barranco: Program, concert: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = barranco.post("/events", {**concert, "rrule": "FREQ=WEEKLY;COUNT=3"}).get_json()
    return told


def starts(program: Program) -> list[tuple[str, str]]:
    return [(each["start"], each["status"]) for each in program.get("/occurrences").get_json()["items"]]


def test_a_date_is_moved_and_put_back(barranco: Program, anybody: Program, series: dict[str, Any]) -> None:
    path = f"/events/{series['uid']}/occurrences/{SECOND}"
    moved = barranco.put(path, {"start": "2026-12-13T18:00", "end": "2026-12-13T19:00", "reason": " Procesión "})
    assert moved.status_code == 200
    assert moved.get_json()["overrides"] == [{
        "recurrence_id": "2026-12-12T19:30", "start": "2026-12-13T18:00", "end": "2026-12-13T19:00",
        "status": "confirmed", "venue": None, "reason": "Procesión",
    }]  # fmt: skip
    assert moved.headers["ETag"] == f'"{moved.get_json()["version"]}"' != f'"{series["version"]}"'
    assert ("2026-12-13T18:00", "confirmed") in starts(anybody)
    back = barranco.delete(path)
    assert (back.status_code, back.get_json()["overrides"]) == (200, [])
    assert ("2026-12-12T19:30", "confirmed") in starts(anybody)
    assert barranco.delete(path).status_code == 404


def test_a_date_is_cancelled_or_takes_place_elsewhere(
    barranco: Program, anybody: Program, series: dict[str, Any]
) -> None:
    path = f"/events/{series['uid']}/occurrences"
    barranco.put(f"{path}/{SECOND}", {"status": "cancelled"})
    told = barranco.put(f"{path}/20261219T1930", {"venue": {"name": "Plaza de Barranco"}}).get_json()
    assert [(each["status"], each["venue"]) for each in told["overrides"]] == [
        ("cancelled", None), ("confirmed", "plaza-de-barranco")
    ]  # fmt: skip
    assert starts(anybody)[1] == ("2026-12-12T19:30", "cancelled")
    assert anybody.get("/occurrences").get_json()["items"][2]["venue"] == "plaza-de-barranco"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"start": "2026-12-13", "end": "2026-12-13"}, [("start", "draft_needs_time"), ("end", "draft_needs_time")]),
        ({"start": "2026-12-13T18:00"}, [("end", "draft_end_missing")]),
        ({"end": "2026-12-13T18:00"}, [("start", "required")]),
        ({"start": "2026-12-13T18:00", "end": "2026-12-13T17:00"}, [("end", "draft_end_before_start")]),
        ({"venue": "no-hay"}, [("venue", "unknown_value")]),
        ({"status": "draft", "x": 1}, [("status", "unknown_choice"), ("x", "draft_unknown_field")]),
    ],
)  # fmt: skip
def test_what_a_date_cannot_be_is_refused_field_by_field(
    barranco: Program, series: dict[str, Any], body: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    answer = barranco.put(f"/events/{series['uid']}/occurrences/{SECOND}", body)
    assert (answer.status_code, fields(answer)) == (400, expected)


@pytest.mark.parametrize("recurrence_id", ["20261213T1930", "20261212", "2026-12-12T19:30", "x", "20261212T193000"])
def test_what_is_none_of_its_dates_is_not_found(barranco: Program, series: dict[str, Any], recurrence_id: str) -> None:
    answer = barranco.put(f"/events/{series['uid']}/occurrences/{recurrence_id}", {"status": "cancelled"})
    assert answer.status_code == 404


def test_a_date_of_an_all_day_event_is_named_by_its_day(barranco: Program) -> None:
    feast = {"summary": "Feria", "start": "2026-12-05", "place_note": "Bajada", "rrule": "FREQ=DAILY;COUNT=3"}
    uid = barranco.post("/events", feast).get_json()["uid"]
    told = barranco.put(f"/events/{uid}/occurrences/20261206", {"start": "2026-12-09"}).get_json()
    assert [(each["recurrence_id"], each["start"], each["end"]) for each in told["overrides"]] == [
        ("2026-12-06", "2026-12-09", None)
    ]


def test_a_date_heeds_the_version_that_was_seen_if_it_is_said(barranco: Program, series: dict[str, Any]) -> None:
    path = f"/events/{series['uid']}/occurrences/{SECOND}"
    assert barranco.put(path, {"status": "cancelled"}, version=99).status_code == 412
    assert barranco.put(path, {"status": "cancelled"}, version=series["version"]).status_code == 200
    assert barranco.ask("DELETE", path, headers={"If-Match": f'"{series["version"]}"'}).status_code == 412
