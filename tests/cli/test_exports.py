"""`export`: a selection as .ics, .csv, .xlsx or .json; the public part of it, whole."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from python_calamine import CalamineWorkbook

from calendar_service.db.engine import Database
from calendar_service.domain.events import Status
from tests.builders import an_event, an_officer
from tests.cli.conftest import Run

NOW = datetime.now(UTC)  # noqa: TID251 - commands read the real clock
SOON = (NOW + timedelta(days=7)).date()


@pytest.fixture
def season(in_lima: Database) -> Database:
    """In Barranco a concert and a hold, in Comas a workshop on three days; a draft nobody may see."""
    with in_lima.deed() as session:
        barranco = an_officer(session, "barranco", now=NOW)
        comas = an_officer(session, "comas", now=NOW)
        times: dict[str, Any] = {"start": f"{SOON}T19:30", "end": f"{SOON}T21:00"}
        an_event(session, by=barranco, now=NOW, summary="Retreta, con “banda”", **times)
        an_event(session, by=barranco, now=NOW, summary="Reserva", status=Status.TENTATIVE, **times)
        an_event(session, by=barranco, now=NOW, summary="Borrador", status=Status.DRAFT, **times)
        an_event(
            session, by=comas, host="comas", now=NOW, summary="=Taller", venue=None, place_note="Casa de la Cultura",
            rrule="FREQ=DAILY;COUNT=3", **times,
        )  # fmt: skip
    return in_lima


def test_a_calendar_holds_each_public_event_once(run: Run, season: Database, tmp_path: Path) -> None:
    said = run("export", str(tmp_path / "all.ics"))
    assert said.code == 0, said.err
    calendar = icalendar.Calendar.from_ical((tmp_path / "all.ics").read_bytes())
    assert sorted(str(each["SUMMARY"]) for each in calendar.walk("VEVENT")) == ["=Taller", "Retreta, con “banda”"]


def test_a_table_holds_a_row_for_each_date(run: Run, season: Database, tmp_path: Path) -> None:
    assert run("export", str(tmp_path / "all.csv")).code == 0
    with (tmp_path / "all.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["summary"] for row in rows) == ["'=Taller", "'=Taller", "'=Taller", "Retreta, con “banda”"]
    concert = next(row for row in rows if row["summary"].startswith("Retreta"))
    assert concert["start"] == f"{SOON}T19:30"
    assert (concert["district_code"], concert["district"]) == ("150104", "Barranco")
    assert (concert["venue"], concert["lat"], concert["free"]) == ("Parque Municipal", "-12.1497", "1")
    workshop = next(row for row in rows if "Taller" in row["summary"])
    assert (workshop["venue"], workshop["lat"]) == ("Casa de la Cultura", "")


def test_a_spreadsheet_holds_the_same_rows(run: Run, season: Database, tmp_path: Path) -> None:
    assert run("export", str(tmp_path / "all.xlsx")).code == 0
    assert run("export", str(tmp_path / "all.csv")).code == 0
    sheet = CalamineWorkbook.from_path(str(tmp_path / "all.xlsx")).get_sheet_by_index(0).to_python()
    with (tmp_path / "all.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in sheet] == [row[0] for row in rows]
    assert sheet[0] == rows[0]


def test_json_holds_events_as_the_api_gives_them(run: Run, season: Database, tmp_path: Path) -> None:
    assert run("export", str(tmp_path / "all.json")).code == 0
    items = json.loads((tmp_path / "all.json").read_text())["items"]
    assert sorted(each["summary"] for each in items) == ["=Taller", "Retreta, con “banda”"]
    assert {each["status"] for each in items} == {"confirmed"}


def test_a_selection_narrows_it_down(run: Run, season: Database, tmp_path: Path) -> None:
    said = run("export", str(tmp_path / "c.json"), "district=comas", f"from={SOON}", "--json")
    assert said.json["selection"] == f"district=comas&from={SOON}"
    items = json.loads((tmp_path / "c.json").read_text())["items"]
    assert [each["summary"] for each in items] == ["=Taller"]


def test_more_than_a_page_is_exported_whole(run: Run, in_lima: Database, tmp_path: Path) -> None:
    with in_lima.deed() as session:
        officer = an_officer(session, now=NOW)
        an_event(session, by=officer, now=NOW, start=f"{SOON}T19:30", end=f"{SOON}T20:00",
                 rrule="FREQ=DAILY;COUNT=300")  # fmt: skip
    assert run("export", str(tmp_path / "all.csv")).code == 0
    with (tmp_path / "all.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["recurrence_id"] for row in rows}) == len(rows) == 300


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["all.pdf"], 2, "The ending of all.pdf is none of"),
        (["all.ics", "district"], 2, "NAME=VALUE"),
        (["all.ics", "district=baranco"], 1, "district: "),
        (["all.ics", "colour=red"], 1, "colour: "),
    ],
)
def test_what_cannot_be_exported_is_refused_and_leaves_no_file(
    run: Run, season: Database, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    answer = run("export", str(tmp_path / words[0]), *words[1:])
    assert answer.code == code
    assert said in answer.err
    assert not (tmp_path / words[0]).exists()


def test_a_file_that_cannot_be_written_is_refused(run: Run, season: Database, tmp_path: Path) -> None:
    answer = run("export", str(tmp_path / "no" / "all.ics"))
    assert answer.code == 1
    assert "cannot be written" in answer.err
