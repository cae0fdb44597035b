"""R18: what is wrong at the start is one clear line and an exit code; R8: the service ends as it should."""

from __future__ import annotations

import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pysqlite3
import pytest

from calendar_service.config.settings import SHIPPED_METROPOLIS
from tests.processes import SECRET, command, free_port, is_running, serving, wait_until


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


def refused(folder: Path, **settings: str) -> tuple[int, str]:
    """The exit code of `serve`, and the one line that it says."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = command("serve", folder=folder, **{"PORT": str(free_port())} | settings)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5  # seconds of work
    assert done.stdout == ""
    (said,) = lines(done.stderr)
    return done.returncode, said


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
def test_a_wrong_setting_stops_the_start_with_its_name(tmp_path: Path, name: str, value: str) -> None:
    """Every setting's nonsense is in tests/domain/test_config.py."""
    code, said = refused(tmp_path, **{name: value})
    assert code == 2
    assert said.startswith(f"{name}: ")


def test_a_taken_port_stops_the_start(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the web server's own sockets have it
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = refused(tmp_path, PORT=str(port))
    assert code == 1
    assert said == f"PORT: {port} at 127.0.0.1 is taken by another program; choose another port."


def test_a_folder_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = refused(tmp_path / "file" / "data")
    assert code == 1
    assert said.startswith(f"CALENDAR_DATA_DIR: the folder {tmp_path / 'file' / 'data'} cannot be written")


def test_a_newer_schema_stops_the_start(tmp_path: Path) -> None:
    assert command("migrate", folder=tmp_path).returncode == 0
    with pysqlite3.dbapi2.connect(str(tmp_path / "calendar.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    code, said = refused(tmp_path)
    assert code == 1
    assert said.startswith("CALENDAR_DATABASE_URL: the database has schema 9999, which is newer")


def test_a_file_that_is_no_database_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "calendar.sqlite").write_text("Querido diario: " * 100)
    assert refused(tmp_path) == (1, "CALENDAR_DATABASE_URL: that file is not a database")


def test_a_start_without_its_database_gives_the_last_copies_until_it_is_back(tmp_path: Path) -> None:
    """R13, and no empty database is begun: its feeds would empty every calendar that follows."""
    for word in ("migrate", "load"):
        assert command(word, folder=tmp_path).returncode == 0
    with serving(tmp_path, "--no-clock") as service:
        good = service.get("/feeds/all.ics")
        wait_until(lambda: any((tmp_path / "feeds" / "named").glob("*")))
    file, aside = tmp_path / "calendar.sqlite", tmp_path / "aside"
    file.rename(aside)
    assert command("worker", "--once", folder=tmp_path).returncode == 1
    with serving(tmp_path, "--no-clock") as service:
        assert f"{file} is gone, and copies of its feeds are here." in service.log.read_text()
        copy = service.get("/feeds/all.ics")
        assert (copy.status, copy.text, "x-calendar-stale" in copy.headers) == (200, good.text, True)
        assert (service.get("/events").status, file.exists()) == (503, False)
        aside.rename(file)
        wait_until(lambda: service.get("/events").status == 200)
        wait_until(lambda: "x-calendar-stale" not in service.get("/feeds/all.ics").headers)


def test_a_database_server_that_is_away_stops_the_start(tmp_path: Path) -> None:
    url = f"postgresql://agenda:clave@127.0.0.1:{free_port()}/agenda"
    code, said = refused(tmp_path, CALENDAR_DATABASE_URL=url)
    assert code == 1
    assert said.startswith("CALENDAR_DATABASE_URL: the database cannot be used (")
    assert "clave" not in said


def test_a_folder_of_a_metropolis_that_is_damaged_stops_the_start(tmp_path: Path) -> None:
    metropolis = tmp_path / "metropolis"
    metropolis.mkdir()
    for file in SHIPPED_METROPOLIS.glob("*.*"):
        (metropolis / file.name).write_bytes(file.read_bytes())
    (metropolis / "districts.csv").write_text("code,slug\n150101,lima\n")
    code, said = refused(tmp_path / "data", CALENDAR_METROPOLIS=str(metropolis))
    assert code == 2
    assert said.startswith(f"CALENDAR_METROPOLIS: {metropolis}: ")


def test_an_older_schema_is_migrated_at_the_start(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-clock") as service:
        assert service.get("/healthz").status == 200
        assert lines(service.said.read_text()) == [f"Agenda: http://127.0.0.1:{service.port}"]


def test_a_mistyped_setting_is_mentioned_and_does_no_harm(tmp_path: Path) -> None:
    done = command("migrate", folder=tmp_path, CALENDAR_BASEURL="https://x.example")
    assert done.returncode == 0
    assert lines(done.stderr) == ["CALENDAR_BASEURL: there is no such setting; it is not heeded."]


# --- the end ---


@pytest.mark.parametrize(
    ("tell", "sign"), [(os.kill, signal.SIGTERM), (os.kill, signal.SIGINT), (os.killpg, signal.SIGINT)]
)
def test_a_service_that_is_told_to_end_ends_with_all_its_processes(
    tmp_path: Path, tell: Callable[[int, int], None], sign: signal.Signals
) -> None:
    """Ctrl-C tells the whole group of processes."""
    with serving(tmp_path) as service:
        wait_until(lambda: len(service.children()) == 2)  # the web process, which answers, and the clock
        children = service.children()
        tell(service.pid, sign)
        assert service.process.wait(60) == 0
        assert [pid for pid in children if is_running(pid)] == []
        assert not service.answers()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_web_process_that_is_told_twice_ends_by_itself(tmp_path: Path, sign: signal.Signals) -> None:
    """By Ctrl-C or systemd, which tell every process, and by its parent; after ten seconds it would be killed."""
    with serving(tmp_path, "--no-clock") as service:
        os.killpg(service.pid, sign)
        assert service.process.wait(9) == 0


def test_a_service_that_is_told_while_it_begins_ends_too(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as service:  # one of them answers, the other may not yet
        children = service.children()
        os.kill(service.pid, signal.SIGTERM)
        assert service.process.wait(60) == 0
        assert [pid for pid in children if is_running(pid)] == []


def test_no_process_outlives_a_service_that_was_killed(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as service:
        children = service.children()
        os.kill(service.pid, signal.SIGKILL)
        service.process.wait(60)
        wait_until(lambda: not any(map(is_running, children)))
        assert not service.answers()


def test_a_web_process_that_was_killed_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-clock", CALENDAR_SECRET_KEY=SECRET) as service:
        (child,) = service.children()
        os.kill(child, signal.SIGKILL)
        wait_until(lambda: service.children() not in ([], [child]) and service.answers())
        assert service.get("/healthz").status == 200


def test_a_clock_that_was_killed_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        wait_until(lambda: any(map(is_clock, service.children())))  # a child is not at once what it will be
        clock = next(pid for pid in service.children() if is_clock(pid))
        os.kill(clock, signal.SIGKILL)
        wait_until(lambda: any(is_clock(pid) for pid in service.children() if pid != clock))
        assert "The clock ended (exit code -9); it is started again." in service.log.read_text()
        assert service.get("/healthz").status == 200


def is_clock(pid: int) -> bool:
    try:
        return b"calendar_service.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:  # it has ended since
        return False


def test_a_service_is_ready_once_its_clock_has_ticked(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        wait_until(lambda: service.get("/readyz").status == 200)
        assert '"clock": {"well": true' in service.get("/readyz").text


def test_without_its_clock_a_service_is_alive_and_not_ready(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-clock") as service:
        assert service.get("/healthz").status == 200
        assert service.get("/readyz").status == 503
        assert '"says": "has never ticked"' in service.get("/readyz").text
