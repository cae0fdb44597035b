"""Servers to measure, each in processes of its own, on loopback; their cost is read from the system, not the clock."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path

from bench.serving.load import Callers, callers

START_SECONDS = 60
ADDRESS = {"CALENDAR_BASE_URL": "http://127.0.0.1:8000"}
"""The season's, and the service's wherever it listens: another one would have every event rendered anew."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port, and the process whose family is measured."""

    port: int
    pid: int

    def cpu(self) -> float:
        """CPU seconds that its processes have used so far."""
        return sum(_cpu(pid) for pid in (self.pid, *_children(self.pid)))

    def memory(self) -> float:
        """Megabytes that its processes hold, shared pages counted once (PSS)."""
        return sum(_megabytes(pid, "Pss") for pid in (self.pid, *_children(self.pid)))

    def worker_memory(self) -> float:
        """Megabytes that its web process holds, what it shares with others included (RSS)."""
        return max(_megabytes(pid, "Rss") for pid in _children(self.pid))

    @contextmanager
    def called(self) -> Iterator[Callers]:
        """Several ask it at once, over lines that stay."""
        with callers(self.port) as several:
            yield several

    def cost(self, several: Callers, path: str, *, headers: Mapping[str, str], times: int) -> tuple[float, int]:
        """CPU milliseconds a request while several ask at once, and the status."""
        before = self.cpu()
        status, _ = several.ask(path, headers=headers, times=times)
        return (self.cpu() - before) / times * 1000, status

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[HTTPMessage, bytes]:
        """Headers and body of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.headers, answer.read()


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def _cpu(pid: int) -> float:
    """By the process's own clock (clock_getcpuclockid(3)), which counts its threads that have ended, too."""
    return time.clock_gettime(~pid << 3 | 2)


def _megabytes(pid: int, what: str) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith(f"{what}:")) / 1024


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], *, port: int, env: Mapping[str, str]) -> Iterator[Server]:
    """A server while the block lasts; ended by its own process id."""
    process = subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, port)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("it did not start")


@contextmanager
def service(data: Path) -> Iterator[Server]:
    """The service itself, as an operator starts it, without the clock; its texts were kept for this address."""
    port = free_port()
    command = [sys.executable, "-m", "bench.serving.command", "serve", "--no-clock", "--port", str(port)]
    with running(command, port=port, env={"CALENDAR_DATA_DIR": str(data), **ADDRESS}) as server:
        yield server


@contextmanager
def wsgi(target: str, **env: str) -> Iterator[Server]:
    """Any WSGI application on the same server, as it answers quickest: in one thread."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1",
               "--no-ws", "--log-level", "error", "--port", str(port), target]  # fmt: skip
    with running(command, port=port, env=env) as server:
        yield server


@contextmanager
def nginx(folder: Path, *, sendfile: bool = True) -> Iterator[Server | None]:
    """Nginx over a folder of static files: the limit. None where there is no nginx.

    As Debian ships it (sendfile, tcp_nopush and gzip on, a log); without `sendfile`, as it is by itself, it reads what
    it sends, as any program must that has it in memory.
    """
    program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        yield None
        return
    port = free_port()
    own = folder / f"nginx-{port}"
    own.mkdir()
    own.chmod(0o755)
    folder.chmod(0o755)
    how = "sendfile on; tcp_nopush on; gzip on;" if sendfile else "sendfile off;"
    (own / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid {own}/nginx.pid; error_log {own}/nginx.log;
events {{ worker_connections 64; }}
http {{
  {how} access_log {own}/access.log; keepalive_requests 1000000; gzip_static on; default_type text/calendar;
  client_body_temp_path {own}/t1; proxy_temp_path {own}/t2; fastcgi_temp_path {own}/t3;
  uwsgi_temp_path {own}/t4; scgi_temp_path {own}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
""")
    with running([program, "-c", str(own / "nginx.conf")], port=port, env={}) as server:
        yield server
