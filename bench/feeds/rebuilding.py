"""The first fetch of a feed after a change: what it costs to find what stands in it and join its kept texts."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from bench.feeds.polls import GZIP, feeds
from bench.serving.servers import Server, service, wsgi
from bench.table import ratio, show
from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.listing import whole_events
from calendar_service.db.queries.syndication.feeds import raise_revisions
from calendar_service.domain.access import ANYBODY
from calendar_service.domain.events import Event, Status
from calendar_service.domain.publication import EVERYTHING
from calendar_service.domain.territory.places import District
from calendar_service.services.house import House
from calendar_service.services.recording.changes import record, snapshot
from calendar_service.services.syndication.bodies.later import REST

AGAIN = " (de nuevo)"
WRITTEN = REST + 1.5
"""Seconds after which nothing is left to be written down."""
FEW, MANY = 5, 25


def run(house: House, *, district: str, quick: bool) -> None:
    """Change an event, fetch, and compare with the plain way."""
    data = house.settings.data_dir
    show(
        "First fetch after a change: CPU ms",
        ("feed", "ours", "ours, gzip", "plain way", "of ours"),
        _rows(house, data, district, quick),
    )


def _rows(house: House, data: Path, district: str, quick: bool) -> list[list[object]]:  # noqa: FBT001
    rows: list[list[object]] = []
    with service(data) as ours, wsgi("bench.feeds.plain:application", CALENDAR_DATA_DIR=str(data)) as plain:
        for feed in feeds(district):
            plainly = min(_used(plain.cpu, partial(plain.get, feed.plain)) for _ in range(2)) * 1000
            cost, packed = (
                after_changes(house, ours, partial(ours.get, feed.path, asked), district, times=FEW if quick else MANY)
                * 1000
                for asked in ({}, GZIP)
            )
            rows.append([feed.name, cost, packed, plainly, ratio(plainly, cost)])
    return rows


def after_changes(
    house: House, server: Server, fetch: Callable[[], object], district: str, *, times: int, is_told: bool = True
) -> float:
    """CPU seconds that a first fetch takes: of so many changes in a row, each with its own, with all that is written
    down beside the answers. Unless `is_told` which event changed, so that all is gathered anew.
    """

    def change_and_fetch() -> None:
        with house.deed() as session:
            _change(session, district, now=house.now())
            if not is_told:
                raise_revisions(session, {EVERYTHING})
        fetch()

    for _ in range(2):
        change_and_fetch()
    time.sleep(WRITTEN)
    before = server.cpu()
    for _ in range(times):
        change_and_fetch()
    time.sleep(WRITTEN)
    return (server.cpu() - before) / times


def _change(session: Session, district: str, *, now: datetime) -> None:
    """Another title for one event that is ahead, as its officer's deed would give it."""
    ahead = select(func.min(Event.id)).join(District, District.id == Event.host_id).where(
        District.slug == district, Event.status == Status.CONFIRMED, Event.start > now.replace(tzinfo=None)
    )  # fmt: skip
    for event in whole_events(session, [session.scalars(ahead).one()]):
        before = snapshot(event)
        event.summary = f"{event.summary.removesuffix(AGAIN)}{'' if event.summary.endswith(AGAIN) else AGAIN}"
        record(session, event, before, deed="edited", by=ANYBODY, now=now)


def _used(cpu: Callable[[], float], fetch: Callable[[], object]) -> float:
    before = cpu()
    fetch()
    return cpu() - before
