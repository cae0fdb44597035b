"""A real web server whose application says what came with a request: `python -m tests.cli.running.echo PORT`."""

from __future__ import annotations

import sys
from hashlib import sha256
from resource import RLIM_INFINITY, RLIMIT_FSIZE, setrlimit
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from calendar_service.cli.running import lanes
from calendar_service.cli.running.receiving import Gate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST = 8_500_000
FILES = {"/full": 1_000_000, "/room": RLIM_INFINITY}


def application() -> WSGIApplication:
    """As `web_process.application`, but for what it does."""

    def poll(environ: WSGIEnvironment) -> tuple[int, list[tuple[str, str]], bytes] | None:
        is_poll = environ["PATH_INFO"] == "/feed" and environ["REQUEST_METHOD"] == "GET"
        return (304, [], b"") if is_poll else None

    lanes.part(poll, Gate(lambda _: LARGEST, lambda environ: str(environ["REMOTE_ADDR"])))
    return echo


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """How much came, and its digest. After `/full` no file of this process grows beyond 1 MB, as on a full disk; until
    `/room`.
    """
    if environ["PATH_INFO"] in FILES:
        setrlimit(RLIMIT_FSIZE, (FILES[environ["PATH_INFO"]], RLIM_INFINITY))
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['REQUEST_METHOD']} {len(body)} {sha256(body).hexdigest()}".encode()]


if __name__ == "__main__":
    MPServer(
        "tests.cli.running.echo:application", factory=True, interface=Interfaces.WSGI, address="127.0.0.1",
        port=int(sys.argv[1]), blocking_threads=lanes.TAKING, http=HTTPModes.http1, websockets=False,
        workers_kill_timeout=2, log_level=LogLevels.error,
    ).serve()  # fmt: skip
