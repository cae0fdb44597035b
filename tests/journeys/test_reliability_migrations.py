"""R11: migrations up and down with data, killed in the middle and repeated, by one process of two, or refused."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from calendar_service.db import upgrading, word_index
from calendar_service.db.engine import Database
from calendar_service.db.tables import metadata
from calendar_service.db.upgrading import NewerSchema, downgrade, is_current, upgrade
from calendar_service.domain.events import Status
from calendar_service.domain.finding.selection import PartOfDay, Selection
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.agenda import browsing
from calendar_service.services.network.loading import load
from tests.builders import an_event, an_officer
from tests.databases import Copies

ROOT = Path(__file__).resolve().parents[2]

MIGRATE = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from calendar_service.db.engine import Database
from calendar_service.db.upgrading import upgrade
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.domain.territory.files import read_metropolis

url, statements = sys.argv[1], int(sys.argv[2])
lima = read_metropolis(SHIPPED_METROPOLIS)
installation = Installation(metropolis=lima, base_url="http://localhost", secret=b"s" * 32)
database = Database(url, installation=installation, busy_timeout=30)
seen = 0

@event.listens_for(database.engine, "before_cursor_execute")
def count(_connection, _cursor, statement, *_):
    global seen
    seen += statement.lstrip().upper().startswith(("CREATE", "ALTER", "INSERT"))
    if statements and seen == statements:
        os.kill(os.getpid(), signal.SIGKILL)

print("start", flush=True)
sys.stdin.readline()
print(upgrade(database), flush=True)
"""
"""Migrates when told to on stdin; kills itself before the n-th statement that changes anything (0: never)."""


@pytest.fixture
def nothing(copies: Copies) -> Iterator[str]:
    """The URL of a database without any table."""
    url = copies.copy("nothing", _touch)
    yield url
    copies.drop(url)


def _touch(url: str) -> None:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).touch()


@pytest.fixture
def bare(nothing: str, installation: Installation) -> Iterator[Database]:
    """The same, opened."""
    database = Database(nothing, installation=installation)
    yield database
    database.dispose()


def migrating(url: str, *, killed_before: int = 0) -> subprocess.Popen[str]:
    """A process that is about to migrate."""
    arguments = [sys.executable, "-c", MIGRATE, url, str(killed_before)]
    return subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def outcome(process: subprocess.Popen[str]) -> tuple[str, int]:
    """Its last word and how it ended."""
    said, _ = process.communicate("\n", timeout=60)
    return said.split()[-1], process.returncode


def differences(connection: Connection) -> list[object]:
    """What `alembic check` finds between the tables that are there and the models."""
    options = {"compare_type": True, "compare_server_default": True, "include_name": word_index.is_modelled}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_the_migrations_make_exactly_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        assert differences(connection) == []


def test_a_model_that_no_migration_knows_would_be_noticed(database: Database) -> None:
    with database.deed() as session:
        session.execute(text("ALTER TABLE venue DROP COLUMN capacity"))
    with database.engine.connect() as connection:
        assert len(differences(connection)) == 1


def test_a_schema_goes_down_and_up_again_with_data_in_it(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        an_event(session, by=an_officer(session, now=now), now=now, status=Status.CONFIRMED)
    assert downgrade(lima, to="base")
    assert tables(lima) <= {"alembic_version"}
    assert upgrade(lima)
    assert is_current(lima)
    with lima.deed() as session:
        load(session, lima.installation.metropolis, now=now)
        an_event(session, by=an_officer(session, now=now), now=now, status=Status.CONFIRMED)


def test_events_from_before_the_search_index_are_found_in_it_and_by_their_hours(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, summary="Noche de voces")
        slug = event.slug
    assert downgrade(lima, to="0007")
    with lima.deed() as session:
        session.execute(text("UPDATE event SET searchable = ' noche de voces parque municipal barranco'"))
    assert upgrade(lima)
    with lima.reading() as session:
        for q in ("voz", "bandas", "barranco", "grau"):
            found = browsing.find(session, Selection(q=q), now=now)
            assert [each.slug for each in found.lines] == [slug], q
        for time, dates in ((PartOfDay.EVENING, 1), (PartOfDay.MORNING, 0)):
            assert browsing.count(session, Selection(time=time), now=now) == dates, time


def test_an_up_to_date_schema_is_left_alone(database: Database) -> None:
    assert upgrade(database) is False


@pytest.mark.parametrize("killed_before", [1, 2, 20, 40])
def test_a_migration_killed_in_the_middle_is_repeated_from_its_beginning(
    nothing: str, bare: Database, killed_before: int
) -> None:
    _, code = outcome(migrating(nothing, killed_before=killed_before))
    assert code == -signal.SIGKILL
    assert tables(bare) == set()  # all of a migration or nothing of it
    assert upgrade(bare)
    with bare.engine.connect() as connection:
        assert differences(connection) == []


def test_processes_that_start_together_migrate_once(nothing: str, bare: Database) -> None:
    both = [migrating(nothing), migrating(nothing)]
    for each in both:
        assert each.stdout is not None
        assert each.stdout.readline() == "start\n"  # everything is imported: now they run side by side
    for each in both:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    assert sorted(outcome(each) for each in both) == [("False", 0), ("True", 0)]
    assert is_current(bare)


def test_a_newer_schema_is_refused_and_left_as_it_is(database: Database) -> None:
    with database.deed() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchema, match="9999, which is newer than this version of the service knows"):
        upgrade(database)
    with pytest.raises(NewerSchema):
        downgrade(database, to="base")
    assert "event" in tables(database)


def test_migrations_stand_in_one_line() -> None:
    """Two heads would leave the order to chance. Its number names the file of each: it is known without Alembic."""
    in_order = ScriptDirectory.from_config(upgrading._config()).walk_revisions()
    assert [each.revision for each in in_order] == list(reversed(upgrading.revisions()))
