"""The first fetch of a feed after a change, over HTTP: all that it costs, with what is written down seconds later.

What the processes use when nobody asks is measured before, and taken off.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from bench.feeds.changing import change
from bench.feeds.polls import GZIP, feeds
from bench.serving.servers import Server, service, wsgi
from bench.table import ratio, show
from calendar_service.services.house import House
from calendar_service.services.syndication.bodies.later import REST

WRITTEN = REST + 1.5
"""Seconds after which nothing is left to be written down."""
FEW, SOME = 2, 5
TIMES = 5
"""For what is measured in a row."""


def run(house: House, *, district: str, quick: bool) -> None:
    """Change events, fetch, and compare with the plain way."""
    show(
        "First fetch after a change, over HTTP: CPU ms of a process that slept, with all that is written beside it",
        ("feed", "ours", "ours, gzip", "icalendar from ORM rows", "of ours"),
        _rows(house, house.settings.data_dir, district, FEW if quick else SOME),
    )


def _rows(house: House, data: Path, district: str, times: int) -> list[list[object]]:
    rows: list[list[object]] = []
    slugs = [each.slug for each in house.metropolis.districts]
    with service(data) as ours, wsgi("bench.feeds.plain:application", CALENDAR_DATA_DIR=str(data)) as plain:
        of_idle = _idle(ours)
        for feed in feeds(district):
            cost, packed = (
                _median_after(house, ours, [district], [feed.path], asked, of_idle, times=times) for asked in ({}, GZIP)
            )
            plainly = min(_used(plain.cpu, partial(plain.get, feed.plain)) for _ in range(2)) * 1000
            rows.append([f"{feed.name}, alone", cost, packed, plainly, ratio(plainly, cost)])
        paths = [f"/feeds/districts/{slug}.ics" for slug in slugs]
        cost, packed = (_median_after(house, ours, slugs, paths, asked, of_idle, times=times) for asked in ({}, GZIP))
        plainly = sum(_used(plain.cpu, partial(plain.get, f"/district/{slug}")) for slug in slugs) / len(slugs) * 1000
        name = f"each of {len(slugs)} districts that one deed changed, one after another"
        rows.insert(1, [name, cost, packed, plainly, ratio(plainly, cost)])
    return rows


def _idle(server: Server) -> float:
    """CPU seconds a second when nobody asks."""
    before, began = server.cpu(), time.monotonic()
    time.sleep(WRITTEN)
    return (server.cpu() - before) / (time.monotonic() - began)


def _median_after(
    house: House, server: Server, districts: Sequence[str], paths: Sequence[str], asked: Mapping[str, str],
    of_idle: float, *, times: int,
) -> float:  # fmt: skip
    """CPU milliseconds for each of some feeds that one deed has changed, asked for one after another."""

    def fetch() -> None:
        for path in paths:
            server.get(path, asked)

    def cost() -> float:
        change(house, districts)
        before, began = server.cpu(), time.monotonic()
        fetch()
        time.sleep(WRITTEN)
        return (server.cpu() - before - of_idle * (time.monotonic() - began)) / len(paths) * 1000

    for _ in range(2):
        change(house, districts)
        fetch()
    time.sleep(WRITTEN)
    return median(cost() for _ in range(times))


def after_changes(
    house: House, server: Server, fetch: Callable[[], object], district: str, *, times: int, is_told: bool = True
) -> float:
    """CPU seconds that a first fetch takes: of so many changes in a row, each with its own, with all that is written
    down beside the answers. Unless `is_told` which event changed, so that all is gathered anew.
    """

    def change_and_fetch() -> None:
        change(house, [district], is_told=is_told)
        fetch()

    for _ in range(2):
        change_and_fetch()
    time.sleep(WRITTEN)
    before = server.cpu()
    for _ in range(times):
        change_and_fetch()
    time.sleep(WRITTEN)
    return (server.cpu() - before) / times


def _used(cpu: Callable[[], float], fetch: Callable[[], object]) -> float:
    before = cpu()
    fetch()
    return cpu() - before
