"""`source`: calendars elsewhere, from the terminal."""

from __future__ import annotations

from calendar_service.db.engine import Database
from tests.cli.conftest import Run

INSIDE = "http://10.0.0.1/cal.ics"


def test_a_source_is_added_listed_asked_and_taken_off(run: Run, in_lima: Database) -> None:
    added = run("source", "add", INSIDE, "--district", "barranco", "--json")
    assert (added.code, added.json["status"], added.json["district"]) == (0, "draft", "barranco")
    number = str(added.json["id"])
    assert "never fetched" in run("source", "list").out
    asked = run("source", "pull")
    assert (asked.code, "does not lead to a public place" in asked.out) == (1, True)
    assert (run("source", "pull").out, run("source", "pull", "--all").code) == ("None is due.\n", 1)
    assert run("source", "list", "--json").json[0]["failures"] == 2
    assert run("source", "remove", number).out == f"{INSIDE}: its events stay.\n"
    assert run("source", "list").out == "None.\n"


def test_what_cannot_be_a_source_is_refused_in_a_sentence(run: Run, in_lima: Database) -> None:
    said = run("source", "add", "https://agenda.example:8443/", "--district", "barranco")
    assert (said.code, "usual port" in said.err) == (1, True)
    assert run("source", "add", INSIDE, "--district", "barrancos").code == 1
    assert run("source", "pull", "9").code == 1
    assert run("source", "pull", "--whatever-goes").code == 2
    assert run("source").code == 2
