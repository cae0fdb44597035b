"""R18: what is wrong at the start is one clear line and an exit code; R8: the service ends as it should."""

from __future__ import annotations

import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from calendar_service.cli.running.serving import GRACE
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


def test_a_taken_port_stops_the_start(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the web server's own sockets have it
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = refused(tmp_path, PORT=str(port))
    assert code == 1
    assert said == f"PORT: {port} at 127.0.0.1 is taken by another program; choose another port."


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


def test_a_start_migrates_and_without_its_clock_a_service_is_alive_and_not_ready(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-clock") as service:
        assert service.get("/healthz").status == 200
        assert lines(service.said.read_text()) == [f"Agenda: http://127.0.0.1:{service.port}"]
        assert service.get("/readyz").status == 503
        assert '"says": "has never ticked: ' in service.get("/readyz").text


# --- the end ---


@pytest.mark.parametrize("tell", [os.kill, os.killpg])
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_is_told_to_end_ends_with_all_its_processes(
    tmp_path: Path, tell: Callable[[int, int], None], sign: signal.Signals
) -> None:
    """Ctrl-C and systemd tell the whole group of processes, so that a web process is told twice: by its parent, too. It
    ends by itself; after ten seconds it would be killed.
    """
    with serving(tmp_path) as service:
        wait_until(lambda: len(service.children()) == 2)  # the web process, which answers, and the clock
        children = service.children()
        tell(service.pid, sign)
        assert service.process.wait(GRACE) == 0
        assert [pid for pid in children if is_running(pid)] == []
        assert not service.answers()


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


def test_a_web_process_and_a_clock_that_were_killed_are_replaced_and_the_service_is_ready(tmp_path: Path) -> None:
    with serving(tmp_path, CALENDAR_SECRET_KEY=SECRET) as service:
        wait_until(lambda: service.get("/readyz").status == 200)  # once its clock has ticked
        assert '"clock": {"well": true' in service.get("/readyz").text
        clock = next(pid for pid in service.children() if is_clock(pid))
        (web,) = {*service.children()} - {clock}
        os.kill(clock, signal.SIGKILL)
        os.kill(web, signal.SIGKILL)
        wait_until(lambda: any(is_clock(pid) for pid in service.children() if pid != clock))
        assert "The clock ended (exit code -9); it is started again." in service.log.read_text()
        wait_until(lambda: len({*service.children()} - {clock, web}) == 2 and service.answers())
        assert service.get("/healthz").status == 200


def is_clock(pid: int) -> bool:
    try:
        return b"calendar_service.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:  # it has ended since
        return False
