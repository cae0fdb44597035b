"""Clash advice for programs: officers alone, in the form that the contract says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Program, fields

pytestmark = pytest.mark.one_database

ASKED = "/clashes?start=2026-12-05T19:00&end=2026-12-05T21:00&discipline=bandas"


def test_an_officers_program_is_told_what_competes_how_much_and_why(
    barranco: Program, surco: Program, concert: dict[str, Any]
) -> None:
    posted = {**concert, "expected_attendance": 400, "venue": None, "place_note": "Parque de la Amistad"}
    uid = surco.post("/events", posted).get_json()["uid"]
    told = barranco.get(ASKED).get_json()
    assert told["items"] == [{
        "uid": uid, "district": "santiago-de-surco", "summary": "Retreta en el parque",
        "start": "2026-12-05T19:30", "end": "2026-12-05T21:00", "status": "confirmed", "score": 64,
        "times": 1,
        "parts": {
            "time": {"factor": 1.0, "because": "same"}, "nearness": {"factor": 0.8, "because": "next-door"},
            "public": {"factor": 0.8, "because": "discipline"}, "size": {"factor": 1.0, "because": "larger"},
        },
    }]  # fmt: skip
    assert (told["left_off"], told["holidays"]) == (0, [])
    assert told["better"][0] == {
        "start": "2026-12-12T19:00", "end": "2026-12-12T21:00",
        "reason": "same weekday and hour, 1 week later: nothing competes",
    }  # fmt: skip


def test_a_busy_hold_of_another_district_has_no_title(
    barranco: Program, surco: Program, concert: dict[str, Any]
) -> None:
    surco.post("/events", {**concert, "status": "tentative"})
    held = barranco.get(ASKED).get_json()["items"]
    assert [(each["summary"], each["status"], each["district"]) for each in held] == [
        (None, "tentative", "santiago-de-surco")
    ]


@pytest.mark.every_database
def test_holidays_are_told_in_the_readers_language(barranco: Program) -> None:
    told = barranco.get("/clashes?start=2026-12-25").get_json()
    assert [(each["day"], each["name"], each["kind"]) for each in told["holidays"]] == [
        ("2026-12-25", "Christmas Day", "holiday")
    ]


def test_a_citizen_is_told_nothing(anybody: Program) -> None:
    assert anybody.get(ASKED).status_code == 401


def test_what_is_wrong_is_said_at_its_field(barranco: Program) -> None:
    wrong = barranco.get("/clashes?start=ayer&district=atlantis&discipline=ruido&expected=-1&color=rojo")
    assert fields(wrong) == [("color", "selection_unknown_key")]
    wrong = barranco.get("/clashes?start=ayer&district=atlantis&discipline=ruido&expected=-1")
    assert fields(wrong) == [
        ("start", "draft_moment"), ("district", "unknown_value"), ("discipline", "unknown_value"),
        ("expected", "selection_number"),
    ]  # fmt: skip
    assert fields(barranco.get("/clashes")) == [("start", "required")]
    assert fields(barranco.get("/clashes?start=2026-12-05T19:00&end=2026-12-05T18:00")) == [
        ("end", "draft_end_before_start")
    ]


@pytest.mark.every_database
def test_a_series_is_advised_on_all_its_dates_where_its_venue_stands(
    barranco: Program, surco: Program, concert: dict[str, Any]
) -> None:
    day = {"start": "2026-12-12T19:30", "end": "2026-12-12T21:00"}
    posted = {**concert, **day, "expected_attendance": 400, "venue": {"name": "Parque de la Amistad"}}
    venue = surco.post("/events", posted).get_json()["venue"]
    told = barranco.get(f"{ASKED}&rrule=FREQ=WEEKLY;COUNT=4&venue={venue}").get_json()
    assert [(each["score"], each["times"]) for each in told["items"]] == [(80, 1)]  # at home there, no more next door
    assert told["looked_at"] == 4
    assert told["better"] == []
    assert [(each["start"], each["rivals"], each["better"]["start"]) for each in told["crowded"]] == [
        ("2026-12-12T19:00", 1, "2026-12-13T19:00")
    ]
    posted = {**posted, "start": "2026-12-05T19:30", "end": "2026-12-05T21:00", "venue": venue}
    surco.post("/events", posted)
    assert barranco.get(f"{ASKED}&rrule=FREQ=WEEKLY;COUNT=4&venue={venue}").get_json()["shifts"][0] == {
        "start": "2026-12-06T19:00", "end": "2026-12-06T21:00", "days": 1, "hours": 0, "dates": 4, "before": 2,
        "after": 0, "reason": "1 day later: nothing really competes; as it stands, on 2 of 4 dates",
    }  # fmt: skip
    wrong = barranco.get(f"{ASKED}&rrule=FREQ=HOURLY;COUNT=4")
    assert fields(wrong) == [("rrule", "rule_frequency")]
    assert fields(barranco.get(f"{ASKED}&venue=atlantis")) == [("venue", "unknown_value")]
