"""A changed feed made anew, without anybody who asks over a line: from stored rows to bytes, tag and version.

Both ways in this process, which does each change itself just before. What is counted is what the thread used that
makes it; a copy for bad days is written later, and counted where answers are (`rebuilding`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median

from bench.feeds.building import built
from bench.feeds.changing import change
from bench.feeds.polls import Feed, feeds
from bench.table import ratio, show
from calendar_service.services.house import House
from calendar_service.services.syndication.asking import Ask, named_ask
from calendar_service.web.press import Press

FEW, MANY = 5, 25


def run(house: House, *, district: str, quick: bool) -> None:
    """Print the table."""
    press, times = Press(house), FEW if quick else MANY
    rows = [_row(house, press, feed, district, times) for feed in feeds(district)]
    rows.insert(1, _row_of_all(house, press, 1 + times // FEW))
    press.finish()
    show(
        "A changed feed made anew: CPU ms from stored rows to bytes, tag and version, in the process that serves it",
        ("feed", "ours", "icalendar from ORM rows", "of ours"), rows,
    )  # fmt: skip


def _row(house: House, press: Press, feed: Feed, district: str, times: int) -> list[object]:
    make = partial(_make, house, press, _ask(house, feed.path))

    def after_a_change() -> float:
        change(house, [district])
        return _used(make)

    for _ in range(2):
        after_a_change()
    ours = median(after_a_change() for _ in range(times))
    plainly = min(_used(partial(built, house, feed.plain)) for _ in range(2))
    return [feed.name, ours, plainly, ratio(plainly, ours)]


def _row_of_all(house: House, press: Press, times: int) -> list[object]:
    """Every district, one after another, when one deed has changed an event of each."""
    slugs = [each.slug for each in house.metropolis.districts]
    asks = [_ask(house, f"/feeds/districts/{slug}.ics") for slug in slugs]
    costs: list[float] = []
    for _ in range(1 + times):
        change(house, slugs)
        costs.append(sum(_used(partial(_make, house, press, ask)) for ask in asks) / len(asks))
    plainly = sum(_used(partial(built, house, f"/district/{slug}")) for slug in slugs) / len(slugs)
    ours = median(costs[1:])
    return [f"each of {len(slugs)} districts, changed together", ours, plainly, ratio(plainly, ours)]


def _ask(house: House, path: str) -> Ask:
    ask = named_ask(path, metropolis=house.metropolis)
    if ask is None:
        raise ValueError(path)
    return ask


def _make(house: House, press: Press, ask: Ask) -> None:
    if press.issue(ask, now=house.now(), is_outdated=True).stale is not None:
        raise RuntimeError(f"{ask.address}: nothing but an old copy")


def _used(make: Callable[[], object]) -> float:
    """Milliseconds of CPU of this thread."""
    before = time.thread_time()
    make()
    return (time.thread_time() - before) * 1000
