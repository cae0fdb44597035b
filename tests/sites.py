"""A house open to visitors over real HTTP, in this process: its clock shows the time that a test sets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from socket import SHUT_RD, socket
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from calendar_service.app import create_app
from calendar_service.config.settings import MailServer
from calendar_service.db.engine import Database
from calendar_service.services.house import House
from calendar_service.worker import run_until_done
from tests.smtp import Postbox
from tests.visitor import Visitor
from tests.web.conftest import settings_for


@dataclass(slots=True)
class Hands:
    """A clock that stands still until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Site:
    """A house, its address, and its clock."""

    house: House
    clock: Hands
    app: Flask

    @property
    def url(self) -> str:
        return self.house.settings.base_url

    def visitor(self) -> Visitor:
        """Somebody with a browser of her own."""
        return Visitor(f"{self.url}/")

    def path(self, url: str) -> str:
        """The path of an absolute address; fails when it leads elsewhere."""
        assert url.startswith(f"{self.url}/"), url
        parts = urlsplit(url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def wait_until(self, instant: datetime) -> dict[str, int]:
        """Let the time come, and the clock beside the service do what is due by then; how much that was."""
        self.clock.now = instant
        return run_until_done(self.house, instant)


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """The service writes a line for each request itself."""


class _Server(ThreadedWSGIServer):
    """Ends with all its threads: a browser keeps its lines open, and would ask on when the database is gone."""

    daemon_threads = False  # the end waits for them

    def __init__(self) -> None:
        self._lines: set[socket] = set()
        super().__init__("127.0.0.1", 0, _closed, _Quiet)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's
        """Talk on a new line."""
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - socketserver's
        """A line has ended."""
        self._lines.discard(request)
        super().shutdown_request(request)

    def end(self) -> None:
        """Take nobody in any more; who is being answered is answered."""
        self.shutdown()
        for line in self._lines.copy():
            with suppress(OSError):  # it has ended since
                line.shutdown(SHUT_RD)


@contextmanager
def opened(
    database: Database, folder: Path, *, now: datetime, postbox: Postbox | None = None, **settings: Any  # noqa: ANN401
) -> Iterator[Site]:  # fmt: skip
    """A site over a loaded database, answering on a free loopback port; mails go to `postbox`, else into files."""
    server = _Server()
    base_url = f"http://127.0.0.1:{server.port}"
    own = Database(database.url, installation=replace(database.installation, base_url=base_url))
    mail = MailServer(host=postbox.host, port=postbox.port, tls="none") if postbox else None
    clock = Hands(now)
    told = settings_for(own, folder, base_url=base_url, mail=mail, **settings)
    house = House(settings=told, installation=own.installation, database=own, clock=clock)
    app = create_app(house)
    server.app = app
    with _answering(server):
        yield Site(house, clock, app)
    own.dispose()


@contextmanager
def _answering(server: _Server) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.end()
        thread.join()


def _closed(*_: object) -> list[bytes]:
    raise RuntimeError("nobody comes before the site is open")
