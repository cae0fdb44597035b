"""`migrate` and `load`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from calendar_service.cli.opening import done, opened
from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.network.places import all_districts
from calendar_service.domain.errors import Overtaken
from calendar_service.domain.territory.metropolis import Installation
from tests.cli.conftest import Run

COMMANDS = Path(__file__).parents[2] / "calendar_service" / "cli"


def test_migrate_brings_the_schema_up_once(run: Run, nothing: str) -> None:
    first, second = run("migrate", "--json"), run("migrate", "--json")
    assert (first.code, first.json) == (0, {"migrated": True})
    assert (second.code, second.json) == (0, {"migrated": False})


def test_what_an_embedded_database_lies_in_is_closed_to_others_in_anybodys_folder_s45(
    tmp_path: Path, installation: Installation
) -> None:
    database = Database(f"sqlite:///{tmp_path}/calendar.sqlite", installation=installation)
    with database.deed() as session:
        session.execute(text("CREATE TABLE one (id INTEGER)"))
    rights = {each.name: each.stat().st_mode & 0o007 for each in tmp_path.iterdir()}
    database.dispose()
    assert rights == {"calendar.sqlite": 0, "calendar.sqlite-wal": 0, "calendar.sqlite-shm": 0}


def test_load_brings_the_metropolis_and_can_be_repeated(run: Run, nothing: str) -> None:
    run("migrate")
    for _ in range(2):
        said = run("load", "--json")
        assert (said.code, said.json) == (0, {"metropolis": "lima", "districts": 43})


def test_load_keeps_slugs_and_what_officers_edited(run: Run, in_lima: Database) -> None:
    with in_lima.deed() as session:
        district = all_districts(session)[0]
        district.site, district.name = "https://agenda.example", "Otro nombre"
        slug = district.slug
    assert run("load").out == "Lima Metropolitana: 43 districts.\n"
    with in_lima.reading() as session:
        found = {each.slug: each for each in all_districts(session)}
        assert len(found) == 43
        assert found[slug].site == "https://agenda.example"
        assert found[slug].name != "Otro nombre"  # the files' own


def test_a_command_does_again_what_the_database_broke_off_r7(run: Run, nothing: str) -> None:
    run("migrate")
    tried: list[int] = []

    def deed(session: Session) -> str:
        assert session.is_active
        tried.append(1)
        if len(tried) == 1:
            raise Overtaken
        return "done"

    with opened() as house:
        assert (done(house, deed), len(tried)) == ("done", 2)


def test_no_command_has_a_deed_that_is_not_done_again_r7() -> None:
    assert [each.name for each in COMMANDS.glob("*.py") if "house.deed()" in each.read_text()] == ["opening.py"]
