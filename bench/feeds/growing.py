"""Ten times as many events: what the feed of everything costs after a change, and what a poll of it costs then.

The nine copies of each event and of its kept text are made in SQL, in a copy of the season, and are alike but for
their number: a feed joins texts and reads little else of an event.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import func, select

from bench.feeds.rebuilding import TIMES, after_changes
from bench.lists import copy_rows
from bench.serving.load import AT_ONCE
from bench.serving.servers import ADDRESS, service
from bench.table import ratio, show
from calendar_service.config.reading import read_settings
from calendar_service.domain.events import Event
from calendar_service.domain.publication import KeptText
from calendar_service.services.house import House, open_house

TENFOLD = 10
PATH = "/feeds/all.ics?full=1"
FILE = "calendar.sqlite"


def run(house: House, scratch: Path, *, district: str) -> None:
    """Measure, multiply, measure again."""
    grown = _copied(house, scratch / "grown")
    rows = [_row(grown, district)]
    with grown.deed() as session:
        step = (session.scalar(select(func.max(Event.id))) or 0) + 1
        for copy in range(1, TENFOLD):
            copy_rows(session, Event, most=step, id=step * copy, uid=f"{copy}-", slug=f"{copy}-")
            copy_rows(session, KeptText, most=step, event_id=step * copy)
    rows.append(_row(grown, district))
    rows.append(["growth", *(ratio(more, less) for more, less in zip(rows[1][1:], rows[0][1:], strict=True))])
    show(
        "Everything, after a change: CPU ms, and what the web process held (RSS)",
        ("events", "MB", "after a change", "gathered anew", "a 304 of it", "held, MB"), rows,
    )  # fmt: skip


def _copied(house: House, folder: Path) -> House:
    """A house of its own with the same season, which no search reads: its words are not kept up."""
    folder.mkdir()
    shutil.copy(house.settings.data_dir / "secret", folder)
    season, copy = (sqlite.connect(str(each / FILE)) for each in (house.settings.data_dir, folder))
    with closing(season), closing(copy):
        season.backup(copy)
        copy.execute("DROP TRIGGER event_words_added")
        copy.commit()
    return open_house(read_settings({"CALENDAR_DATA_DIR": str(folder), **ADDRESS}))


def _row(house: House, district: str) -> list[Any]:
    with service(house.settings.data_dir) as ours:
        changed, anew = (
            after_changes(house, ours, partial(ours.get, PATH), district, times=TIMES, is_told=told) * 1000
            for told in (True, False)
        )
        told, body = ours.get(PATH)
        held = ours.worker_memory()
        with ours.called() as several:
            known = {"If-None-Match": told["ETag"]}
            poll = median(ours.cost(several, PATH, headers=known, times=10 * AT_ONCE)[0] for _ in range(15))
        return [body.count(b"BEGIN:VEVENT\r\n"), len(body) / 1e6, changed, anew, poll, held]
