"""A calendar is fetched within bounds of place, time and size, from a real server (S37)."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from calendar_service.domain.errors import Unfetched
from calendar_service.domain.sources import Asked
from calendar_service.fetching.download import LARGEST, Fetcher

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
HERE = "http://agenda.example"


class Elsewhere(BaseHTTPRequestHandler):
    """A server whose manners its paths name."""

    asked: list[dict[str, str]] = []  # noqa: RUF012 - what it was asked, for the test that started it
    left = threading.Event()

    def do_GET(self) -> None:
        self.asked.append({"path": self.path, **dict(self.headers)})
        getattr(self, "_" + self.path.strip("/").partition("/")[0].replace("-", "_"))()

    def _give(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _plain(self) -> None:
        if self.headers.get("If-None-Match") == '"1"':
            return self._give(b"", 304)
        return self._give(CALENDAR, ETag='"1"', Last_Modified="Fri, 27 Nov 2026 10:00:00 GMT")

    def _gzip(self) -> None:
        self._give(gzip.compress(CALENDAR), Content_Encoding="gzip")

    def _bomb(self) -> None:
        self._give(gzip.compress(b"\0" * (LARGEST + 1)), Content_Encoding="gzip")

    def _big(self) -> None:
        self._give(b"x" * (LARGEST + 1))

    def _half(self) -> None:
        self._give(CALENDAR[:10], Content_Length="99")

    def _half_gzip(self) -> None:
        self._give(gzip.compress(CALENDAR)[:-9], Content_Encoding="gzip")

    def _secret(self) -> None:
        self._give(b"<h1>secret of the inside</h1>", 403)

    def _waiting(self) -> None:
        self._give(b"gone", 403)
        self.rfile.read(1)  # until nobody is on the line any more
        self.left.set()

    def _moved(self) -> None:
        self._give(b"", 302, Location="/plain")

    def _round(self) -> None:
        self._give(b"", 302, Location="/round")

    def _inside(self) -> None:
        self._give(b"", 302, Location="http://inside.example/plain")

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):  # until nobody listens any more
            while True:
                self.wfile.write(b"B")
                time.sleep(0.02)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def fetch() -> Iterator[Fetcher]:
    """Fetches from a server of the test as if it stood in the open; `inside.example` does not."""
    Elsewhere.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield Fetcher(
            agent="us (+https://agenda.example)", ports={80: server.server_port, 443: server.server_port},
            resolve=lambda host, _: ["10.0.0.1"] if host.startswith("inside") else ["127.0.0.1"],
            may_reach=lambda address: address == "127.0.0.1",
        )  # fmt: skip
        server.shutdown()


def refusal(fetch: Fetcher, address: str) -> str:
    """The code of why it cannot be fetched."""
    with pytest.raises(Unfetched) as refused:
        fetch(Asked(address=address))
    return refused.value.code


def test_a_calendar_is_asked_for_again_only_if_it_changed(fetch: Fetcher) -> None:
    first = fetch(Asked(address=f"{HERE}/plain"))
    again = fetch(Asked(address=f"{HERE}/plain", etag=first.etag, changed=first.changed))
    assert (first.body, again.body) == (CALENDAR, None)
    assert [each.get("If-None-Match") for each in Elsewhere.asked] == [None, '"1"']
    assert Elsewhere.asked[0]["Host"] == "agenda.example"
    assert Elsewhere.asked[0]["User-Agent"] == "us (+https://agenda.example)"
    assert "Cookie" not in Elsewhere.asked[1]


def test_it_is_inflated_and_followed_where_that_is_safe(fetch: Fetcher) -> None:
    assert [fetch(Asked(address=f"{HERE}/{path}")).body for path in ("gzip", "moved")] == [CALENDAR] * 2


def test_proxies_of_the_surroundings_are_not_asked_s37(fetch: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch(Asked(address=f"{HERE}/plain")).body == CALENDAR


@pytest.mark.parametrize(("path", "why"), [
    ("/big", "source_too_big"), ("/bomb", "source_too_big"), ("/half", "source_cut_short"),
    ("/half-gzip", "source_cut_short"), ("/secret", "source_status"), ("/round", "source_redirects"),
    ("/inside", "source_inside"),
])  # fmt: skip
def test_what_goes_beyond_its_bounds_is_not_taken_s37(fetch: Fetcher, path: str, why: str) -> None:
    assert refusal(fetch, HERE + path) == why


def test_no_answer_of_the_resolver_may_lead_inside_and_nothing_is_asked_then_s37(fetch: Fetcher) -> None:
    both = replace(fetch, resolve=lambda *_: ["127.0.0.1", "10.0.0.1"])
    assert refusal(both, f"{HERE}/plain") == "source_inside"
    assert refusal(Fetcher(agent="us", resolve=lambda *_: ["127.0.0.1"]), f"{HERE}/plain") == "source_inside"
    assert Elsewhere.asked == []


def test_a_server_that_drips_is_left_in_time_s37(fetch: Fetcher) -> None:
    assert refusal(replace(fetch, seconds=0.4), f"{HERE}/drip") == "source_slow"


def test_an_error_tells_nothing_of_what_the_server_said_s37(fetch: Fetcher) -> None:
    with pytest.raises(Unfetched) as refused:
        fetch(Asked(address=f"{HERE}/secret"))
    assert refused.value.values == {"status": 403}


def test_a_server_is_left_at_once_though_what_it_says_is_not_taken(fetch: Fetcher) -> None:
    Elsewhere.left.clear()
    with pytest.raises(Unfetched) as refused:  # its frames are kept, and nothing is closed by being forgotten
        fetch(Asked(address=f"{HERE}/waiting"))
    assert refused.value.code == "source_status"
    assert Elsewhere.left.wait(5)


def test_a_certificate_that_nobody_knows_is_not_trusted(fetch: Fetcher) -> None:
    assert refusal(fetch, "https://agenda.example/plain") in ("source_insecure", "source_unreachable")
