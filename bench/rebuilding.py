"""The first fetch of a feed after a change: what it costs to find what stands in it and join its kept texts."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import func, select, update

from bench.feeds import feeds
from bench.servers import service, wsgi
from bench.table import ratio, show
from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication.feeds import raise_revisions
from calendar_service.domain.events import Event, Status
from calendar_service.domain.publication import EVERYTHING, KeptText, cluster_scope, district_scope
from calendar_service.domain.territory.places import District
from calendar_service.services.house import House

WRITTEN = 0.2
"""Seconds after which the copy of a body lies on the disk."""


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
    """CPU seconds that the first fetch takes after an event changed, with what is written down beside its answer."""
    with house.deed() as session:
        _change(session, district, now=house.now())
        raise_revisions(session, {EVERYTHING, district_scope(district), cluster_scope("centro")})
    return _used(cpu, fetch, pause=WRITTEN)


def _change(session: Session, district: str, *, now: datetime) -> None:
    """The kept text of one event, so that the body is really another one and is kept anew."""
    one = select(func.min(Event.id)).join(District, District.id == Event.host_id).where(
        District.slug == district, Event.status == Status.CONFIRMED, Event.start > now.replace(tzinfo=None)
    )  # fmt: skip
    said = func.replace(KeptText.text, "SEQUENCE:", "SEQUENCE:1")
    session.execute(update(KeptText).where(KeptText.event_id == one.scalar_subquery()).values(text=said))


def _used(cpu: Callable[[], float], fetch: Callable[[], object], *, pause: float = 0) -> float:
    before = cpu()
    fetch()
    time.sleep(pause)
    return cpu() - before
