"""What a poll of a feed costs: nothing changed, the body compressed and plain; beside the floor and the plain way."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.servers import Server, nginx, service, wsgi
from bench.table import ratio, show

GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed to poll, and where the plain way has the same."""

    name: str
    path: str
    plain: str
    times: int


def feeds(district: str) -> list[Feed]:
    """A district, a cluster, everything that a calendar is given, and everything there is."""
    return [
        Feed(name="district", path=f"/feeds/districts/{district}.ics", plain=f"/district/{district}", times=1000),
        Feed(name="cluster", path="/feeds/clusters/centro.ics", plain="/cluster/centro", times=500),
        Feed(name="all (capped)", path="/feeds/all.ics", plain="/all/all", times=500),
        Feed(name="all, full=1", path="/feeds/all.ics?full=1", plain="/all/all", times=60),
    ]


def run(data: Path, scratch: Path, *, district: str, quick: bool) -> None:
    """Measure every feed and print the tables."""
    rows = []
    with service(data) as ours, wsgi("bench.plain:application", CALENDAR_DATA_DIR=str(data)) as plain:
        for feed in feeds(district):
            times = max(20, feed.times // (10 if quick else 1))
            first = ours.cost(feed.path, headers={}, times=1)  # whatever is built once is built before
            headers, body = ours.get(feed.path)
            etag = headers["ETag"]
            rows.append([feed.name, body.count(b"BEGIN:VEVENT"), f"{first[2] / 1000:.0f} kB",
                         *_row(ours, plain, feed, etag, body, scratch, times=times)])  # fmt: skip
        memory = ours.memory()
    columns = ("feed", "events", "size", "304", "of bare", "of nginx", "gzip 200", "of bare", "of nginx",
               "200", "of bare", "of nginx", "plain way", "of ours")  # fmt: skip
    show("Polling a feed: CPU ms a request, and how many times the floor's", columns, rows)
    print(f"\nThe service held {memory:.0f} MB (PSS) afterwards.")


def _row(
    ours: Server, plain: Server, feed: Feed, etag: str, body: bytes, scratch: Path, *, times: int
) -> Iterator[object]:
    plainly, last = plain.cost(feed.plain, headers={}, times=3)[0], 0.0
    for ask, what in (({"If-None-Match": etag}, 304), (GZIP, 200), ({}, 200)):
        cost, status, _ = ours.cost(feed.path, headers=ask, times=times)
        if status != what:
            raise RuntimeError(f"{feed.path}: {status} instead of {what}")
        bare, static = _floor(scratch, body, ask, times=times)
        yield from (cost, ratio(cost, bare), ratio(cost, static))
        last = cost
    yield from (plainly, ratio(plainly, last))


def _floor(scratch: Path, body: bytes, ask: dict[str, str], *, times: int) -> tuple[float, float | None]:
    """The same bytes from a bare WSGI function and from nginx."""
    file = scratch / "body.ics"
    file.write_bytes(gzip.compress(body, 6) if ask == GZIP else body)
    (scratch / "body.ics.gz").write_bytes(gzip.compress(body, 6))
    with ExitStack() as stack:
        bare = stack.enter_context(wsgi("bench.bare:application", BENCH_BODY=str(file)))
        known = {"If-None-Match": '"bench"'} if "If-None-Match" in ask else {}
        floor = bare.cost("/", headers=known, times=times)[0]
        file.write_bytes(body)
        static = stack.enter_context(nginx(scratch))
        if static is None:
            return floor, None
        tag = {"If-None-Match": static.get("/body.ics")[0]["ETag"]} if known else ask
        return floor, static.cost("/body.ics", headers=tag, times=times)[0]
