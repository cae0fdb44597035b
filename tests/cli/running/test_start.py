"""R18: what is wrong at the start is one clear line and an exit code, before anything is started.

That it is the same from outside is tried by tests/journeys/test_reliability_start.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pysqlite3
import pytest

from calendar_service.config.settings import SHIPPED_METROPOLIS
from tests.cli.conftest import Run
from tests.processes import free_port

Refused = Callable[..., tuple[int, str]]


@pytest.fixture
def refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> Refused:
    """The exit code of `serve` with settings, and the one line that it says."""

    def refusing(**settings: str) -> tuple[int, str]:
        for name, value in ({"PORT": str(free_port())} | settings).items():
            monkeypatch.setenv(name, value)
        said = run("serve")
        assert said.out == ""
        (line,) = said.err.strip().splitlines()
        return said.code, line

    return refusing


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("HOST", "no.such.host.invalid"),
        ("HOST", "203.0.113.9"),
        ("CALENDAR_SECRET_KEY", "short"),
        ("CALENDAR_METROPOLIS", "/nowhere"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(refused: Refused, name: str, value: str) -> None:
    """Every setting's nonsense is in tests/domain/test_config.py."""
    code, said = refused(**{name: value})
    assert code == 2
    assert said.startswith(f"{name}: ")


def test_a_folder_that_cannot_be_written_stops_the_start(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = refused(CALENDAR_DATA_DIR=str(tmp_path / "file" / "data"))
    assert code == 1
    assert said.startswith(f"CALENDAR_DATA_DIR: the folder {tmp_path / 'file' / 'data'} cannot be written")


def test_a_newer_schema_stops_the_start(refused: Refused, run: Run, surroundings: Path) -> None:
    assert run("migrate").code == 0
    with pysqlite3.dbapi2.connect(str(surroundings / "calendar.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    code, said = refused()
    assert code == 1
    assert said.startswith("CALENDAR_DATABASE_URL: the database has schema 9999, which is newer")


def test_a_file_that_is_no_database_stops_the_start(refused: Refused, surroundings: Path) -> None:
    surroundings.mkdir()
    (surroundings / "calendar.sqlite").write_text("Querido diario: " * 100)
    assert refused() == (1, "CALENDAR_DATABASE_URL: that file is not a database")


def test_a_database_server_that_is_away_stops_the_start(refused: Refused) -> None:
    url = f"postgresql://agenda:clave@127.0.0.1:{free_port()}/agenda"
    code, said = refused(CALENDAR_DATABASE_URL=url)
    assert code == 1
    assert said.startswith("CALENDAR_DATABASE_URL: the database cannot be used (")
    assert "clave" not in said


def test_a_folder_of_a_metropolis_that_is_damaged_stops_the_start(refused: Refused, tmp_path: Path) -> None:
    metropolis = tmp_path / "metropolis"
    metropolis.mkdir()
    for file in SHIPPED_METROPOLIS.glob("*.*"):
        (metropolis / file.name).write_bytes(file.read_bytes())
    (metropolis / "districts.csv").write_text("code,slug\n150101,lima\n")
    code, said = refused(CALENDAR_METROPOLIS=str(metropolis))
    assert code == 2
    assert said.startswith(f"CALENDAR_METROPOLIS: {metropolis}: ")


def test_a_mistyped_setting_is_mentioned_and_does_no_harm(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALENDAR_BASEURL", "https://x.example")
    done = run("migrate")
    assert done.code == 0
    assert done.err.strip() == "CALENDAR_BASEURL: there is no such setting; it is not heeded."
