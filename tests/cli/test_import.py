"""`import`: a file of events for a district, its report on stdout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from calendar_service.db.engine import Database
from calendar_service.domain.events import Event
from tests.cli.conftest import Run

TABLE = "título;fecha;hora inicio;hora fin;lugar\nRetreta;05/12/2035;7:30 pm;9 pm;Parque\n"
BAD = "Feria;31/02/2035;;;Plaza\n"
CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:a
DTSTART:20351205T193000
SUMMARY:Retreta
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "agenda.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


def test_import_stores_a_file_and_the_same_file_again_changes_nothing(run: Run, in_lima: Database, file: Path) -> None:
    first = run("import", str(file), "--district", "barranco", "--json")
    assert (first.code, first.err) == (0, "")
    (row,) = first.json["rows"]
    assert first.json == {"created": 1, "changed": 0, "unchanged": 0, "removed": 0, "refused": 0, "remarks": [],
                          "rows": [row]}  # fmt: skip
    assert (row["row"], row["outcome"], row["problems"]) == (2, "created", [])
    again = run("import", str(file), "--district", "barranco", "--json").json
    assert (again["unchanged"], again["rows"][0]["uid"], stored(in_lima)) == (1, row["uid"], 1)


def test_a_preview_changes_nothing(run: Run, in_lima: Database, file: Path) -> None:
    said = run("import", str(file), "--district", "barranco", "--preview")
    assert (said.code, said.out.splitlines()[0]) == (0, "1 created, 0 changed, 0 unchanged, 0 removed, 0 refused")
    assert stored(in_lima) == 0


def test_a_refused_row_is_named_and_the_others_are_stored(run: Run, in_lima: Database, file: Path) -> None:
    file.write_text(TABLE + BAD, encoding="latin-1")
    said = run("import", str(file), "--district", "barranco", "--json")
    assert (said.code, stored(in_lima)) == (1, 1)
    (problem,) = said.json["rows"][1]["problems"]
    assert problem["field"] == "start"
    assert "31/02/2035" in problem["message"]


def test_a_calendar_is_known_by_what_it_is(run: Run, in_lima: Database, tmp_path: Path) -> None:
    path = tmp_path / "agenda.txt"
    path.write_text(CALENDAR, encoding="utf-8")
    said = run("import", str(path), "--district", "comas", "--status", "draft", "--discipline", "teatro", "--json")
    assert (said.code, said.json["created"]) == (0, 1)
    with in_lima.reading() as session:
        assert session.scalars(select(Event.status)).one() == "draft"


def test_what_cannot_be_read_is_one_sentence(run: Run, in_lima: Database, tmp_path: Path) -> None:
    missing = run("import", str(tmp_path / "none.ics"), "--district", "barranco")
    assert (missing.code, missing.out, missing.err.count("\n")) == (1, "", 1)
    path = tmp_path / "page.ics"
    path.write_text("<!doctype html><title>Agenda</title>", encoding="utf-8")
    page = run("import", str(path), "--district", "barranco")
    assert (page.code, page.out, page.err.count("\n")) == (1, "", 1)
    path.write_text(CALENDAR, encoding="utf-8")
    assert run("import", str(path), "--district", "atlantis").code == 1
    assert run("import", str(path)).code == 2
    assert run("import", str(path), "--district", "barranco", "--status", "listo").code == 2


def test_json_is_plain_json(run: Run, in_lima: Database, file: Path) -> None:
    assert json.loads(run("import", str(file), "--district", "barranco", "--json").out)["rows"]
