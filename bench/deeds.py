"""What officers wait for: posting; statements and CPU time, in this very process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from statistics import median
from typing import Any

from bench.measuring import counted
from bench.season import fields_of
from bench.table import show
from calendar_service.db.engine import Database
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Status
from calendar_service.services.drafts import read_draft
from calendar_service.services.events.posting import post
from calendar_service.services.house import House


def post_some(house: House, *, district: str, quick: bool) -> None:
    """Measure and print what officers write; what is posted stays in the season."""
    show("Posting, to the durable commit", ("event", "statements", "CPU ms, median", "wall ms, median"),
         _postings(house, district, times=5 if quick else 30))  # fmt: skip


def _postings(house: House, district: str, *, times: int) -> Iterator[list[object]]:
    yield ["one date", *_posting(house, district, times=times)]
    yield ["weekly, 100 dates", *_posting(house, district, times=times, rrule="FREQ=WEEKLY;COUNT=100")]
    first = house.now().date() + timedelta(days=2)
    days = [f"{first + timedelta(days=number * 2 // 3)}T{8 + number % 12:02d}:30" for number in range(999)]
    yield ["1,000 single dates", *_posting(house, district, times=1, rdates=days)]


def _posting(house: House, district: str, *, times: int, **repeated: object) -> list[object]:
    rng, now = Random(1), house.now()
    with house.reading() as session:
        home = district_by_slug(session, district)
    by = Viewer(officer_id=None, districts=frozenset({home.id}), channel="bench")
    tomorrow = now.date() + timedelta(days=1)
    when = {"start": f"{tomorrow}T19:30", "end": f"{tomorrow}T21:00", "all_day": False, **repeated} if repeated else {}

    def deed(number: int) -> None:
        fields = fields_of(rng, home, 1_000_000 + number, start=now.date()) | when
        if "rdates" in repeated:
            fields.pop("rrule", None)
        with house.deed() as session:
            draft = read_draft(fields, metropolis=house.metropolis)
            post(session, draft, host=district, by=by, now=now, status=Status.CONFIRMED)

    return measured(house.database, deed, times=times)


def measured(database: Database, deed: Callable[[int], object], *, times: int) -> list[Any]:
    """Statements of one run; median CPU and wall milliseconds of all but the first."""
    with counted(database) as statements:
        deed(0)
    figures = []
    for number in range(1, times + 1):
        cpu, wall = time.process_time(), time.perf_counter()
        deed(number)
        figures.append((time.process_time() - cpu, time.perf_counter() - wall))
    return [len(statements), *(median(each) * 1000 for each in zip(*figures, strict=True))]
