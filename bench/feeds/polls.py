"""What a poll of a feed costs: nothing changed, the body compressed and plain; beside the floor and the plain way.

Servers are asked by turns, a moment each, many times: what else the machine does meanwhile falls on all of them. A
ratio is the median of those of the turns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from http.client import HTTPMessage
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.serving.load import AT_ONCE, Callers
from bench.serving.servers import Server, nginx, service, wsgi
from bench.table import show

OK, NOT_MODIFIED = 200, 304
TURNS = 15
FEW = 5
GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed to poll, and where the plain way has the same."""

    name: str
    path: str
    plain: str
    times: int
    """How often its body is asked for in a turn."""


def feeds(district: str) -> list[Feed]:
    """A district, a cluster, everything that a calendar is given, and everything there is."""
    return [
        Feed(
            name="district", path=f"/feeds/districts/{district}.ics", plain=f"/district/{district}", times=10 * AT_ONCE
        ),
        Feed(name="cluster", path="/feeds/clusters/centro.ics", plain="/cluster/centro", times=4 * AT_ONCE),
        Feed(name="all (capped)", path="/feeds/all.ics", plain="/all/all", times=4 * AT_ONCE),
        Feed(name="all, full=1", path="/feeds/all.ics?full=1", plain="/all/all", times=AT_ONCE),
    ]


def run(data: Path, scratch: Path, *, district: str, quick: bool) -> None:
    """Measure every feed and print the tables."""
    rows = []
    with service(data) as ours:
        _serve_all(ours, feeds(district))
        worker, memory = ours.worker_memory(), ours.memory()  # before many ask at once for megabytes each
        with wsgi("bench.feeds.plain:application", CALENDAR_DATA_DIR=str(data)) as plain:
            for feed in feeds(district):
                rows += [[feed.name, *row] for row in _rows(ours, plain, feed, scratch, turns=FEW if quick else TURNS)]
    columns = ("feed", "asked for", "ours", "bare", "of bare", "nginx of Debian", "of it", "nginx that reads", "of it",
               "bare of it", "plain way", "of ours")  # fmt: skip
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


def _rows(ours: Server, plain: Server, feed: Feed, scratch: Path, *, turns: int) -> Iterator[list[object]]:
    told, body = ours.get(feed.path)
    packed = ours.get(feed.path, GZIP)[1]  # the very bytes: another level would be other ones
    plainly = min(_plain_cost(plain, feed.plain) for _ in range(2))
    events = body.count(b"BEGIN:VEVENT\r\n")
    for name, asked, sent in (
        ("304", {"If-None-Match": told["ETag"]}, b""),
        (f"gzip, {_kilobytes(packed)}", GZIP, packed),
        (f"plain, {_kilobytes(body)}, {events} events", {}, body),
    ):
        found = _beside(ours, feed, asked, sent, body, scratch, turns=turns)
        costs = [cell for each in found[1:] for cell in (each and median(each), _ratio(found.ours, each))]
        floor = _ratio(found.bare, found.reading)
        yield [name, median(found.ours), *costs, floor, plainly, f"{plainly / median(found.ours):.0f} ×"]


def _kilobytes(body: bytes) -> str:
    return f"{len(body) / 1000:.0f} kB"


def _plain_cost(plain: Server, path: str) -> float:
    before = plain.cpu()
    plain.get(path)
    return (plain.cpu() - before) * 1000


class Beside(NamedTuple):
    """What each turn cost: ours, the bare function, nginx with and without sendfile, where there is one."""

    ours: list[float]
    bare: list[float]
    debian: list[float] | None
    reading: list[float] | None


def _ratio(ours: list[float], other: list[float] | None) -> str | None:
    return f"{median(mine / its for mine, its in zip(ours, other, strict=True)):.1f} ×" if other else None


def _beside(
    ours: Server, feed: Feed, asked: dict[str, str], sent: bytes, body: bytes, scratch: Path, *, turns: int
) -> Beside:  # fmt: skip
    """Our cost, and that of the same answer from a bare WSGI function and of the same bytes from nginx, by turns."""
    for name in ("body.ics", "body.ics.gz"):
        (scratch / name).write_bytes(sent or body)
    with ExitStack() as stack:
        bare = stack.enter_context(_bare(ours.get(feed.path, asked)[0], sent, scratch))
        statics = [stack.enter_context(nginx(scratch, sendfile=each)) for each in (True, False)]
        times = feed.times if sent else 10 * AT_ONCE
        asking = [
            _asker(stack, ours, feed.path, asked, times), _asker(stack, bare, "/", asked, times),
            *(_asker(stack, each, "/body.ics", _of_nginx(each, asked), times) for each in statics if each),
        ]  # fmt: skip
        costs = [list(each) for each in zip(*([ask() for ask in asking] for _ in range(turns)), strict=True)]
    mine, floor, *limits = costs
    return Beside(mine, floor, *(limits or (None, None)))


def _bare(told: HTTPMessage, sent: bytes, scratch: Path) -> AbstractContextManager[Server]:
    """It says what we say, but for what the web server says by itself."""
    headers = [(name, value) for name, value in told.items() if name.lower() not in ("date", "server")]
    (scratch / "sent").write_bytes(sent)
    (scratch / "said").write_text(json.dumps(headers))
    return wsgi("bench.serving.bare:application", BENCH_BODY=str(scratch / "sent"), BENCH_HEADERS=str(scratch / "said"))


def _of_nginx(server: Server, asked: dict[str, str]) -> dict[str, str]:
    return {"If-None-Match": server.get("/body.ics")[0]["ETag"]} if "If-None-Match" in asked else asked


def _asker(
    stack: ExitStack, server: Server, path: str, asked: Mapping[str, str], times: int
) -> Callable[[], float]:  # fmt: skip
    """Asks for one turn, and gives what a request cost; the first turn, which counts for nothing, is over."""
    several = stack.enter_context(server.called())
    ask = partial(_cost, server, several, path, asked, times)
    ask()
    return ask


def _cost(server: Server, several: Callers, path: str, asked: Mapping[str, str], times: int) -> float:
    cost, status = server.cost(several, path, headers=asked, times=times)
    if status != (NOT_MODIFIED if "If-None-Match" in asked else OK):
        raise RuntimeError(f"{path}: {status}")
    return cost
