"""`carry`: everything moves from the embedded database to an empty one, and is compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from calendar_service.config.keys import secret_path
from calendar_service.db.engine import Database
from calendar_service.domain.events import Status
from calendar_service.domain.journal import Audit
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.domain.territory.places import Venue
from calendar_service.services.demo.season import make_season
from calendar_service.services.upkeep import leasing
from tests.builders import an_event, an_officer
from tests.cli.conftest import SECRET, Run
from tests.cli.upkeep.test_backups import rows, without_journal
from tests.databases import SqliteCopies, loading

NOW = datetime.now(UTC)  # noqa: TID251 - commands read the real clock


@pytest.fixture
def left(sqlite_copies: SqliteCopies, installation: Installation) -> Iterator[Database]:
    """An embedded database with a small season, in which an older venue gave way to a younger one."""

    def make(url: str) -> None:
        loading(installation)(url)
        database = Database(url, installation=installation)
        with database.deed() as session:
            make_season(session, now=NOW, events=20)
            older, younger = session.scalars(select(Venue).order_by(Venue.id).limit(2))
            older.replaced_by_id = younger.id
        database.dispose()

    database = Database(sqlite_copies.copy("left", make), installation=installation)
    yield database
    database.dispose()
    sqlite_copies.drop(database.url)


@pytest.fixture
def target(nothing: str, installation: Installation) -> Iterator[Database]:
    """The database that CALENDAR_DATABASE_URL names: nothing in it, on SQLite and on PostgreSQL."""
    database = Database(nothing, installation=installation)
    yield database
    database.dispose()


def path_of(database: Database) -> str:
    return database.url.removeprefix("sqlite:///")


def test_everything_arrives_is_found_and_goes_on(run: Run, left: Database, target: Database) -> None:
    said = run("carry", path_of(left), "--json")
    assert said.code == 0, said.err
    there, here = rows(left), rows(target)
    assert without_journal(here) == without_journal(there)
    assert said.json == {"rows": sum(map(len, there.values()))}
    with target.deed() as session:
        assert session.scalars(select(Audit.deed).order_by(Audit.id.desc()).limit(1)).one() == "carried"
        officer = an_officer(session, now=NOW)  # numbered on from what came with numbers
        event = an_event(session, by=officer, now=NOW, summary="Zarzuela", status=Status.CONFIRMED)
        assert event.id > len(there["event"])
        assert session.scalar(text("SELECT count(*) FROM event_words")) == event.id


def test_a_database_that_has_something_is_left_as_it_is(run: Run, left: Database, in_lima: Database) -> None:
    before = rows(in_lima)
    said = run("carry", path_of(left))
    assert (said.code, "an empty database is needed" in said.err) == (1, True)
    assert rows(in_lima) == before


@pytest.mark.one_database
def test_nothing_is_carried_from_under_a_service_that_runs(run: Run, left: Database, target: Database) -> None:
    with left.deed() as session:
        leasing.take(session, owner="a clock", now=datetime.now(UTC))  # noqa: TID251 - as above
    assert "Stop the service first" in run("carry", path_of(left)).err
    with left.deed() as session:
        leasing.release(session, owner="a clock")
    assert run("carry", path_of(left)).code == 0


@pytest.mark.one_database
def test_the_keys_on_which_sent_links_hang_come_along(
    run: Run, surroundings: Path, monkeypatch: pytest.MonkeyPatch, left: Database, target: Database
) -> None:
    surroundings.mkdir()
    secret_path(surroundings).write_text("k" * 40)
    assert "Keep the keys" in run("carry", path_of(left)).err
    monkeypatch.setenv("CALENDAR_SECRET_KEY", f"{SECRET} {'k' * 40}")
    assert run("carry", path_of(left)).code == 0


@pytest.mark.one_database
@pytest.mark.parametrize(("words", "said"), [((), "calendar.sqlite is not there."), (("elsewhere",), "is not there.")])
def test_what_is_to_be_left_must_be_there(run: Run, target: Database, words: tuple[str, ...], said: str) -> None:
    assert said in run("carry", *words).err


def test_without_a_place_to_go_to_nothing_is_carried(run: Run) -> None:
    assert "name the database that everything goes to" in run("carry").err
