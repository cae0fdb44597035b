"""The service behind a real nginx, with the file that operators are given (docs/deploy/nginx.conf)."""

from __future__ import annotations

import getpass
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from pysqlite3 import dbapi2 as sqlite

from tests.machine import need, nginx
from tests.processes import PATIENCE, ROOT, Service, command, free_port, proxying, serving

FEED = "/feeds/districts/barranco.ics"
SHIPPED = ROOT / "docs" / "deploy" / "nginx.conf"


def adapted(folder: Path, *, port: int, service: int) -> Path:
    """The shipped file, with nothing changed but ports, folders and what a certificate needs; and its frame."""
    text = SHIPPED.read_text()
    text = re.sub(r"server \{\n  listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"  ssl_certificate.*\n", "", text)
    for before, after in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port}"), ("127.0.0.1:8000", f"127.0.0.1:{service}"),
        ("/var/cache/nginx", str(folder)), ("proxy_cache_path ", f"access_log {folder}/access.log;\nproxy_cache_path "),
    ):  # fmt: skip
        assert before in text
        text = text.replace(before, after)
    (folder / "agenda.conf").write_text(text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    http = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds) + f"include {folder}/agenda.conf;"
    frame = folder / "nginx.conf"
    frame.write_text(
        f"user {getpass.getuser()};\ndaemon off;\nworker_processes 1;\npid {folder}/pid;\n"
        f"error_log {folder}/error.log;\nevents {{}}\nhttp {{\n{http}\n}}\n"
    )
    return frame


@contextmanager
def in_front(folder: Path, service: Service) -> Iterator[int]:
    """An nginx before the service; its port."""
    folder.mkdir()
    port, program = free_port(), nginx()
    assert program
    process = subprocess.Popen([program, "-c", str(adapted(folder, port=port, service=service.port))])
    with proxying(process, port, folder):
        yield port


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by their names in small letters: each server writes them its own way."""
    return {name.lower(): value for name, value in headers.items()}


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urlopen(request, timeout=PATIENCE) as got:  # noqa: S310 - our own address
            return got.status, lowered(got.headers), got.read()
    except OSError as refusal:
        return getattr(refusal, "code", 0), lowered(getattr(refusal, "headers", {})), b""


@pytest.mark.slow
def test_feeds_are_kept_for_a_minute_and_secrets_never(tmp_path: Path) -> None:
    """Also: followers are counted by the address that nginx saw, and written down when the service is told to end."""
    need("nginx")
    data = tmp_path / "var"
    for verb in ("migrate", "load"):
        assert command(verb, folder=data).returncode == 0
    with serving(data, "--no-clock", CALENDAR_TRUSTED_PROXIES="1") as service:
        with in_front(tmp_path / "nginx", service) as port:
            phone = {"User-Agent": "dataaccessd/1.0"}
            first = ask(port, FEED, **phone)
            again = ask(port, FEED, **phone, **{"X-Forwarded-For": "203.0.113.9"})
            assert (first[0], first[1]["x-cache"], again[1]["x-cache"]) == (200, "MISS", "HIT")
            assert first[2] == again[2]
            tag = first[1]["etag"]
            assert ask(port, FEED, **phone, **{"If-None-Match": tag})[0] == 304
            packed = ask(port, FEED, **phone, **{"Accept-Encoding": "br, gzip", "X-Forwarded-For": "203.0.113.10"})
            assert packed[1]["content-encoding"] == "gzip"
            assert packed[1]["etag"] == tag.replace('"', "").join(('"', '-gzip"'))
            secret = "/feeds/private/" + "s" * 22 + ".ics"
            refused = ask(port, secret)
            assert (refused[0], "x-cache" in refused[1]) == (404, False)
            assert ask(port, "/events")[0] == 200
            os.kill(service.pid, signal.SIGTERM)
            assert service.process.wait(PATIENCE) == 0
            after = ask(port, FEED, **phone)
            assert (after[0], after[2]) == (200, first[2]), "feeds are served while the service is down"
        log = (tmp_path / "nginx" / "access.log").read_text()
        assert FEED in log
        assert "s" * 22 not in log
    with sqlite.connect(str(data / "calendar.sqlite")) as database:
        counted = database.execute("SELECT scope_key, family, calendars FROM following").fetchall()
    assert counted == [("district/barranco", "apple", 1)]
