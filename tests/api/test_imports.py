"""A program brings a file: a form's field or the body itself, previewed or stored, with the report of the command."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from calendar_service.db.engine import Database
from calendar_service.domain.people import Role
from tests.api.conftest import Program, fields, program_of

pytestmark = pytest.mark.one_database

CSV = (
    "clave,título,fecha,hora inicio,hora fin,lugar,estado\n"
    "a1,Retreta,2026-12-05,19:30,21:00,Parque Municipal,\n"
    "a2,Taller,2026-12-06,10:00,12:00,Biblioteca,borrador\n"
    "a3,Sin fecha,,10:00,12:00,Biblioteca,\n"
)
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//ES\r\nBEGIN:VEVENT\r\nUID:1@cultura.example\r\n"
    "DTSTAMP:20261101T000000Z\r\nDTSTART;TZID=America/Lima:20261205T193000\r\nDTEND;TZID=America/Lima:20261205T210000\r\n"
    "SUMMARY:Concierto\r\nLOCATION:Plaza\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def bring(
    program: Program, text: str = CSV, *, name: str = "agenda.csv", query: str = "", **headers: str
) -> TestResponse:
    form = {"file": (BytesIO(text.encode()), name)}
    return program.ask("POST", f"/imports{query}", data=form, headers=headers)


def bring_body(program: Program, text: str, content_type: str) -> TestResponse:
    return program.ask("POST", "/imports", data=text.encode(), headers={"Content-Type": content_type})


def outcomes(answer: TestResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    return [(each["key"], each["outcome"]) for each in answer.get_json()["rows"]]


def summaries(program: Program) -> list[str]:
    return [each["summary"] for each in program.get("/events").get_json()["items"]]


def test_good_rows_are_stored_and_the_others_reported_with_their_reason(barranco: Program, anybody: Program) -> None:
    answer = bring(barranco)
    report = answer.get_json()
    assert outcomes(answer) == [("a1", "created"), ("a2", "created"), ("a3", "refused")]
    assert {name: report[name] for name in ("created", "changed", "unchanged", "removed", "refused")} == {
        "created": 2, "changed": 0, "unchanged": 0, "removed": 0, "refused": 1,
    }  # fmt: skip
    assert [each["field"] for each in report["rows"][2]["problems"]] == ["start"]
    assert report["rows"][2]["problems"][0]["message"]
    assert summaries(anybody) == ["Retreta"]
    assert summaries(barranco) == ["Retreta", "Taller"]
    assert anybody.get(f"/events/{report['rows'][0]['uid']}").get_json()["host"] == "barranco"


def test_a_preview_says_the_same_and_changes_nothing(barranco: Program) -> None:
    previewed = bring(barranco, query="?preview=1")
    assert summaries(barranco) == []
    assert outcomes(previewed) == outcomes(bring(barranco))


def test_the_same_file_again_changes_nothing(barranco: Program) -> None:
    bring(barranco)
    before = barranco.get("/events").get_json()
    assert outcomes(bring(barranco)) == [("a1", "unchanged"), ("a2", "unchanged"), ("a3", "refused")]
    assert barranco.get("/events").get_json() == before


def test_the_body_may_be_the_file_itself(barranco: Program) -> None:
    assert outcomes(bring_body(barranco, ICS, "text/calendar")) == [("1@cultura.example", "created")]
    assert len(outcomes(bring_body(barranco, CSV, "text/csv; charset=utf-8"))) == 3


def test_what_the_file_leaves_open_is_as_the_address_says(barranco: Program, anybody: Program) -> None:
    bring(barranco, query="?status=draft&discipline=musica&audience=familias")
    assert summaries(anybody) == []
    told = barranco.get("/events").get_json()["items"]
    assert {(each["status"], *each["disciplines"], *each["audiences"]) for each in told} == {
        ("draft", "musica", "familias")
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?preview=yes", ("preview", "selection_flag")),
        ("?status=never", ("status", "selection_unknown_value")),
        ("?discipline=futbol", ("discipline", "unknown_value")),
        ("?district=miraflores", ("district", "selection_unknown_key")),
        ("?preview=1&preview=0", ("preview", "selection_once")),
    ],
)
def test_what_the_address_cannot_say_is_refused(barranco: Program, query: str, expected: tuple[str, str]) -> None:
    answer = bring(barranco, query=query)
    assert (answer.status_code, fields(answer)) == (400, [expected])
    assert summaries(barranco) == []


def test_what_is_no_file_of_events_is_refused(barranco: Program) -> None:
    assert fields(bring(barranco, name="foto.jpg")) == [("file", "import_kind")]
    assert fields(bring(barranco, "")) == [("file", "import_empty")]
    without = barranco.ask("POST", "/imports", data={"other": (BytesIO(b"x"), "agenda.csv")})
    assert (without.status_code, fields(without)) == (400, [("file", "required")])
    other = bring_body(barranco, "{}", "application/json")
    assert (other.status_code, other.get_json()["code"]) == (415, "file_type")


def test_a_file_has_five_megabytes_at_most_s30(barranco: Program) -> None:
    for size in (5_000_001, 5_200_000):
        assert bring(barranco, CSV.ljust(size)).status_code == 413
        assert bring_body(barranco, CSV.ljust(size), "text/csv").status_code == 413


def test_only_who_may_write_brings_a_file(app: Flask, lima: Database, now: datetime, anybody: Program) -> None:
    reader = program_of(app, lima, "barranco", now=now, role=Role.MANAGER, read_only=True)
    assert (bring(anybody).status_code, bring(reader).status_code) == (401, 403)


def test_nobody_brings_events_over_another_districts_s13(barranco: Program, surco: Program) -> None:
    mine = bring(barranco).get_json()["rows"][0]["uid"]
    before = barranco.get(f"/events/{mine}").get_json()
    theirs: dict[str, Any] = bring(surco).get_json()
    assert mine not in {each["uid"] for each in theirs["rows"]}
    assert barranco.get(f"/events/{mine}").get_json() == before


def test_a_file_is_answered_once_under_its_key_whatever_the_forms_bytes_r6(barranco: Program) -> None:
    first, again = (bring(barranco, **{"Idempotency-Key": "f1"}) for _ in range(2))
    assert (again.data, again.headers["Idempotency-Replayed"]) == (first.data, "true")
    assert outcomes(again)[0] == ("a1", "created")
    other = bring(barranco, CSV + "a4,Otra,2026-12-07,10:00,11:00,Plaza,\n", **{"Idempotency-Key": "f1"})
    assert (other.status_code, other.get_json()["code"]) == (422, "key_reused")
