"""The service as a real process: started on a free loopback port, known by its pid, ended whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120.0
SECRET = "s" * 32
_PORTS = range(20_000, 32_000)
"""Below those that the system gives to whoever asks for any: it would give one away before a service has taken it."""
_NUMBERS = (number % len(_PORTS) for number in count(os.getpid() * 61))
"""Other processes of a run begin elsewhere."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over HTTP."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass(slots=True)
class Service:
    """A running `calendar-service serve`; `said` and `log` are its stdout and stderr, as files."""

    process: subprocess.Popen[bytes]
    port: int
    said: Path
    log: Path
    seen: set[int] = field(default_factory=set)

    @property
    def pid(self) -> int:
        return self.process.pid

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path: str, **headers: str) -> Answer:
        return _answer(Request(self.url(path), headers=headers))  # noqa: S310 - our own address

    def answers(self) -> bool:
        """Whether somebody listens at its port."""
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def children(self) -> list[int]:
        """The pids of its web processes and of its clock."""
        found = children(self.pid)
        self.seen.update(found)
        return found


def _answer(request: Request) -> Answer:
    try:
        with urlopen(request, timeout=PATIENCE) as got:  # noqa: S310 - our own address
            return Answer(got.status, dict(got.headers), got.read().decode())
    except HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, dict(refusal.headers), refusal.read().decode())


def free_port() -> int:
    """A port that nobody listens at, and that no other process of the tests is given."""
    return next(port for port in map(_PORTS.__getitem__, _NUMBERS) if _is_free(port))


def _is_free(port: int) -> bool:
    try:
        with socket.socket() as line:
            line.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def surroundings(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a command: nothing of ours leaks in but the path and the language."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"CALENDAR_DATA_DIR": str(folder)} | settings


def command(*words: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-c", "import sys; from calendar_service.cli import main; sys.exit(main())", *words],
        cwd=ROOT, env=surroundings(folder, **settings), capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip


@contextmanager
def serving(folder: Path, *words: str, verb: str = "serve", **settings: str) -> Iterator[Service]:
    """A service that is ready to answer; killed in the end if it still runs."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    said, log = folder / f"said-{port}", folder / f"log-{port}"
    with said.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-c", "import sys; from calendar_service.cli import main; sys.exit(main())", verb, *words],
            cwd=ROOT, env=surroundings(folder, PORT=str(port), **settings), stdout=out, stderr=err, process_group=0,
        )  # fmt: skip
    service = Service(process, port, said, log)
    try:
        wait_until(lambda: "Agenda" in said.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield service
    finally:
        kill(process.pid, *service.seen, *children(process.pid))
        process.wait(PATIENCE)


@contextmanager
def proxying(process: subprocess.Popen[bytes], port: int, folder: Path) -> Iterator[None]:
    """A proxy answers at its port; ended afterwards. What it complains of stands in `folder/error.log`."""
    try:
        wait_until(lambda: Service(process, port, folder, folder).answers() or process.poll() is not None)
        assert process.poll() is None, (folder / "error.log").read_text()
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def kill(*pids: int) -> None:
    """Kill whatever of these processes still runs."""
    for pid in filter(is_running, pids):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """The pids of a process's children (Linux)."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until(holds: Callable[[], bool]) -> None:
    """Look until it holds; fails when it never does."""
    until = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < until, "it never came to hold"
        sleep(0.02)


def a_day_ahead() -> str:
    """A day that processes, which live in real time, have before them: YYYY-MM-DD."""
    return f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"  # noqa: TID251 - the time of those processes
