"""What a poll of a feed costs: nothing changed, the body compressed and plain; beside the floor and the plain way."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.load import AT_ONCE
from bench.servers import Server, nginx, service, wsgi
from bench.table import ratio, show

OK, NOT_MODIFIED = 200, 304
TURNS = 3
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
    with service(data) as ours:
        _serve_all(ours, feeds(district))
        worker, memory = ours.worker_memory(), ours.memory()  # before many ask at once for megabytes each
        with wsgi("bench.plain:application", CALENDAR_DATA_DIR=str(data)) as plain:
            for feed in feeds(district):
                times = max(2 * AT_ONCE, feed.times // (10 if quick else 1))
                rows.append(list(_row(ours, plain, feed, scratch, times=times)))
    columns = ("feed", "events", "size", "304", "of bare", "of nginx", "gzip 200", "of bare", "of nginx",
               "200", "of bare", "of nginx", "plain way", "of ours")  # fmt: skip
    show("Polling a feed: CPU ms a request, and how many times the floor's", columns, rows)
    print(
        f"\nHaving served every feed, the web process held {worker:.0f} MB (RSS), "
        f"it and its parent {memory:.0f} MB (PSS)."
    )


def _serve_all(ours: Server, others: Iterable[Feed]) -> None:
    """Have every district's feed asked for, and the others: whatever is built once is built, and held."""
    districts = json.loads(ours.get("/api/v1/districts")[1])["items"]
    for path in (*(f"/feeds/districts/{each['slug']}.ics" for each in districts), *(each.path for each in others)):
        for headers in ({}, {}, GZIP, GZIP):
            ours.get(path, headers)


def _row(ours: Server, plain: Server, feed: Feed, scratch: Path, *, times: int) -> Iterator[object]:
    told, body = ours.get(feed.path)
    yield from (feed.name, body.count(b"BEGIN:VEVENT\r\n"), f"{len(body) / 1000:.0f} kB")
    last = 0.0
    for asked in ({"If-None-Match": told["ETag"]}, GZIP, {}):
        last, bare, static = _beside(ours, feed.path, asked, body, scratch, times=times)
        yield from (last, ratio(last, bare), ratio(last, static))
    plainly = min(_plain_cost(plain, feed.plain) for _ in range(2))
    yield from (plainly, ratio(plainly, last))


def _plain_cost(plain: Server, path: str) -> float:
    before = plain.cpu()
    plain.get(path)
    return (plain.cpu() - before) * 1000


def _beside(
    ours: Server, path: str, asked: dict[str, str], body: bytes, scratch: Path, *, times: int
) -> tuple[float, float, float | None]:
    """Our cost, that of the same bytes from a bare WSGI function, and from nginx: in turns, the least of each."""
    (scratch / "sent").write_bytes(gzip.compress(body, 6) if asked == GZIP else body)
    (scratch / "body.ics").write_bytes(body)
    (scratch / "body.ics.gz").write_bytes(gzip.compress(body, 6))
    with ExitStack() as stack:
        bare = stack.enter_context(wsgi("bench.bare:application", BENCH_BODY=str(scratch / "sent")))
        static = stack.enter_context(nginx(scratch))
        known, here = dict(asked), dict(asked)
        if "If-None-Match" in asked:
            known = {"If-None-Match": '"bench"'}
            here = {"If-None-Match": static.get("/body.ics")[0]["ETag"]} if static else {}
        turns = [
            (
                _cost(ours, path, asked, times), _cost(bare, "/", known, times),
                _cost(static, "/body.ics", here, times) if static else None,
            )
            for _ in range(TURNS)
        ]  # fmt: skip
    return (
        min(each[0] for each in turns), min(each[1] for each in turns),
        min(each[2] for each in turns if each[2]) if static else None,
    )  # fmt: skip


def _cost(server: Server, path: str, asked: dict[str, str], times: int) -> float:
    cost, status, _ = server.cost(path, headers=asked, times=times)
    if status != (NOT_MODIFIED if "If-None-Match" in asked else OK):
        raise RuntimeError(f"{path}: {status}")
    return cost
