"""The service behind a real Caddy, with the file that operators are given (docs/deploy/Caddyfile)."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import text

from calendar_service.db.engine import Database
from tests.journeys.test_behind_nginx import FEED, ask
from tests.machine import caddy, need
from tests.processes import PATIENCE, ROOT, free_port, proxying
from tests.services.feeding import post
from tests.sites import opened

SHIPPED = ROOT / "docs" / "deploy" / "Caddyfile"


def adapted(folder: Path, *, port: int, service: str) -> Path:
    """The shipped file, with nothing changed but name and ports, and its folders and log in the test's own."""
    told = SHIPPED.read_text()
    for before, after in (
        ("\nagenda.example.org {", f"\nhttp://127.0.0.1:{port} {{"), ("127.0.0.1:8000", service),
        ("\tlog\n", f"\tlog {{\n\t\toutput file {folder}/access.log\n\t}}\n"), ("read_body 1m", "read_body 1s"),
        ("\tservers {", f"\tadmin off\n\tstorage file_system {folder}\n\tservers {{"),
    ):  # fmt: skip
        assert told.count(before) == 1
        told = told.replace(before, after)
    frame = folder / "Caddyfile"
    frame.write_text(told)
    return frame


@contextmanager
def in_front(folder: Path, service: str) -> Iterator[int]:
    """A Caddy before the service; its port."""
    folder.mkdir()
    port, program = free_port(), caddy()
    assert program
    file = str(adapted(folder, port=port, service=service))
    told = [program, "run", "--adapter", "caddyfile", "--config", file]
    with (folder / "error.log").open("w") as errors:
        process = subprocess.Popen(told, stderr=errors, env={**os.environ, "HOME": str(folder)})
    with proxying(process, port, folder):
        yield port


def asked_plainly(port: int) -> tuple[str, str | None]:
    """The tag and the packing of the feed, for who says nothing of gzip: urllib says that it takes none."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as line:
        line.putrequest("GET", FEED, skip_accept_encoding=True)
        line.putheader("User-Agent", "dataaccessd/1.0")
        line.endheaders()
        got = line.getresponse()
        return got.headers["ETag"], got.headers["Content-Encoding"]


def send_without_end(port: int) -> None:
    """Until Caddy has had enough of it: here after a second (S29). It says what it likes, and hangs up."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        line.sendall(f"POST /subscribe HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 9\r\n\r\na=".encode())
        while line.recv(1000):
            pass


@pytest.mark.slow
@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_the_file_for_caddy_is_valid_and_feeds_go_through_as_they_are(
    lima: Database, tmp_path: Path, now: datetime
) -> None:
    """Tags and gzip are the service's own, who asks is whom Caddy saw, secrets stand in no log, who sends ends."""
    program = need("caddy")
    valid = [program, "validate", "--adapter", "caddyfile", "--config", str(SHIPPED)]
    assert (
        subprocess.run(valid, capture_output=True, check=False, env={**os.environ, "HOME": str(tmp_path)}).returncode
        == 0
    )
    post(lima, now)
    phone, secret = {"User-Agent": "dataaccessd/1.0"}, "s" * 22
    with opened(lima, tmp_path / "data", now=now, trusted_proxies=1) as site:
        service = site.url.partition("://")[2]
        with in_front(tmp_path / "caddy", service) as port:
            tag, packing = asked_plainly(port)
            assert packing is None
            packed = ask(port, FEED, **phone, **{"Accept-Encoding": "gzip", "X-Forwarded-For": "203.0.113.9"})
            assert (packed[1]["content-encoding"], packed[1]["etag"]) == ("gzip", f'{tag[:-1]}-gzip"')
            assert ask(port, FEED, **phone, **{"If-None-Match": tag, "X-Forwarded-For": "203.0.113.10"})[0] == 304
            assert ask(port, f"/feeds/private/{secret}.ics")[0] == 404
            send_without_end(port)
        site.app.extensions["counting"].write()
        with lima.reading() as session:
            counted = list(session.execute(text("SELECT scope_key, family, calendars FROM following")))
    log = (tmp_path / "caddy" / "access.log").read_text()
    assert (FEED in log, secret in log, counted) == (True, False, [("district/barranco", "apple", 1)])


def test_caddy_passes_on_nothing_that_wsgi_takes_for_its_own_word_of_who_asks_s26(tmp_path: Path) -> None:
    """Of X-Forwarded-For and X_Forwarded_For one would be heeded: the asker's, who could be any operator."""
    need("caddy")
    claims = "X-Forwarded-For: 1.2.3.4\r\nX_Forwarded_For: 1.2.3.4\r\nX_Forwarded-For: 1.2.3.4\r\nContent_Length: 9"
    with socket.create_server(("127.0.0.1", 0)) as service:
        service.settimeout(PATIENCE)
        with (
            in_front(tmp_path / "caddy", f"127.0.0.1:{service.getsockname()[1]}") as port,
            socket.create_connection(("127.0.0.1", port), PATIENCE) as line,
        ):
            line.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{claims}\r\n\r\n".encode())
            with service.accept()[0] as behind:
                passed_on = behind.recv(10_000)
    assert (b"X-Forwarded-For: 127.0.0.1\r\n" in passed_on, b"1.2.3.4" in passed_on, b"_" in passed_on) == (
        True, False, False,
    )  # fmt: skip
