"""Clash advice while a date is chosen, on the whole season: one date, and the dates of a series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bench.deeds import measured
from bench.table import show
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.services.desk.advice import Wish
from calendar_service.services.desk.clashing import advise
from calendar_service.services.desk.wishing import When, read_wish
from calendar_service.services.house import House

SERIES = ("", "FREQ=WEEKLY;COUNT=12", "FREQ=WEEKLY;COUNT=52", "FREQ=WEEKLY;COUNT=104", "FREQ=DAILY;COUNT=104")
AHEAD = timedelta(days=30)


def run(house: House, *, district: str, quick: bool) -> None:
    """Measure and print."""
    columns = ("dates looked at", "that compete", "statements", "CPU ms, median", "wall ms, median")
    show("Clash advice for a concert", columns, _advising(house, district, times=5 if quick else 30))


def _advising(house: House, district: str, *, times: int) -> Iterator[list[object]]:
    now = house.now()
    with house.reading() as session:
        by = Viewer(officer_id=None, districts=frozenset({district_by_slug(session, district).id}), channel="bench")
    for rule in SERIES:
        wish = _wish(house, district, now.date() + AHEAD, rule)

        def look(_: int, wish: Wish = wish) -> int:
            with house.reading() as session:
                advice = advise(session, wish, viewer=by, now=now)
            return len(advice.clashes) + advice.left_off

        looked_at = len(wish.dates) or 1
        yield [looked_at, look(0), *measured(house.database, look, times=times)]


def _wish(house: House, district: str, day: date, rule: str) -> Wish:
    when = When(start=f"{day}T19:00", end=f"{day}T21:00", rrule=rule)
    return read_wish(when, district=district, disciplines=("musica",), audiences=("familias",), expected="300",
                     metropolis=house.metropolis)  # fmt: skip
