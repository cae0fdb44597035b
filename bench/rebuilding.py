"""The first fetch of a feed after a change: what it costs to find what stands in it and join its kept texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.feeds import feeds
from bench.servers import service, wsgi
from bench.table import ratio, show
from calendar_service.db.queries.feeds import raise_revisions
from calendar_service.domain.publication import EVERYTHING, cluster_scope, district_scope
from calendar_service.services.house import House


def run(house: House, *, district: str, quick: bool) -> None:
    """Raise the revisions, fetch, and compare with the plain way."""
    data = house.settings.data_dir
    show(
        "First fetch after a change: CPU ms",
        ("feed", "ours", "plain way", "of ours"),
        _rows(house, data, district, quick),
    )


def _rows(house: House, data: Path, district: str, quick: bool) -> list[list[object]]:  # noqa: FBT001
    rows: list[list[object]] = []
    with service(data) as ours, wsgi("bench.plain:application", CALENDAR_DATA_DIR=str(data)) as plain:
        for feed in feeds(district):
            plainly = min(_used(plain.cpu, partial(plain.get, feed.plain)) for _ in range(2)) * 1000
            for _ in range(2):
                ours.get(feed.path)
            fetch = partial(ours.get, feed.path)
            used = [after_a_change(house, ours.cpu, fetch, district) for _ in range(2 if quick else 5)]
            cost = min(used) * 1000
            rows.append([feed.name, cost, plainly, ratio(plainly, cost)])
    return rows


def after_a_change(house: House, cpu: Callable[[], float], fetch: Callable[[], object], district: str) -> float:
    """CPU seconds that a fetch takes when what stands in the feeds may have changed."""
    with house.deed() as session:
        raise_revisions(session, {EVERYTHING, district_scope(district), cluster_scope("centro")})
    return _used(cpu, fetch)


def _used(cpu: Callable[[], float], fetch: Callable[[], object]) -> float:
    before = cpu()
    fetch()
    return cpu() - before
