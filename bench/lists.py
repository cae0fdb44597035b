"""What citizens and programs wait for: the lists. In this very process, by CPU time, beside the same bytes from a bare
function: anew, as after every change of what is public, and again, as within the same minute.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from werkzeug.test import Client

from bench.measuring import counted
from bench.table import ratio, show
from calendar_service.app import create_app
from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.syndication.feeds import raise_revisions
from calendar_service.domain.columns import Base
from calendar_service.domain.events import Event, EventTerm, Occurrence
from calendar_service.domain.publication import EVERYTHING
from calendar_service.services.house import House

PAGES = (
    "/", "/events", "/events?discipline=musica&free=1&when=month", "/events?near=-12.15,-77.02",
    "/events?near=-12.15,-77.02&sort=near", "/events?q=guitarra", "/events?q=guitarra&sort=rank",
    "/events?q=gratis", "/events?price=20", "/events?time=evening", "/map?time=evening",
    "/calendar/{year}/{month:02d}", "/districts/{district}", "/map",
    "/api/v1/events?limit=20", "/api/v1/events?limit=20&q=guitarra", "/api/v1/occurrences?limit=20",
)  # fmt: skip
MANY = 100_000
"""Dates as a metropolis has in years: the lists are measured over so many, too."""
COLUMNS = ("address", "kB", "bare ms", "statements", "anew ms", "again ms", "of bare")


def run(house: House, *, district: str, quick: bool) -> None:
    """Measure and print, over what there is."""
    times = 5 if quick else 20
    with house.reading() as session:
        dates = session.scalar(select(func.count()).select_from(Occurrence))
    show(f"Lists over {dates} dates: CPU ms, median", COLUMNS, _rows(house, district, times))


def _rows(house: House, district: str, times: int) -> Iterator[list[object]]:
    client, today = create_app(house).test_client(), house.now()
    for page in PAGES:
        path = page.format(district=district, year=today.year, month=today.month)
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        bare = _cost(Client(_same(answer.data)), path, times)
        with counted(house.database) as statements:
            _change(house)
            statements.clear()
            client.get(path)
        anew = _cost(client, path, times, before=lambda: _change(house))
        again = _cost(client, path, times)
        yield [path, len(answer.data) / 1000, bare, len(statements), anew, again, ratio(again, bare)]


def _same(body: bytes) -> Callable[..., Iterable[bytes]]:
    """The barest function with the same bytes."""

    def answer(_environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def _change(house: House) -> None:
    """As if something public had changed."""
    with house.deed() as session:
        raise_revisions(session, {EVERYTHING})


def _cost(client: Client | FlaskClient, path: str, times: int, *, before: Callable[[], object] = lambda: None) -> float:
    """Median CPU milliseconds of all but the first."""
    used = []
    for _ in range(times + 1):
        before()
        began = time.process_time()
        client.get(path)
        used.append(time.process_time() - began)
    return median(used[1:]) * 1000


def fill_up(database: Database, *, dates: int) -> None:
    """Copy the season's events until there are so many dates: what no feed reads of them is not copied."""
    with database.deed() as session:
        there = session.scalar(select(func.count()).select_from(Occurrence)) or 1
        step = (session.scalar(select(func.max(Event.id))) or 0) + 1
        last = session.scalar(select(func.max(Occurrence.id))) or 0
        for copy in range(1, -(-dates // there)):
            copy_rows(session, Event, most=step, id=step * copy, uid=f"{copy}-", slug=f"{copy}-", source_uid=f"{copy}-")
            copy_rows(session, EventTerm, most=step, event_id=step * copy)
            copy_rows(session, Occurrence, most=step, id=(last + 1) * copy, event_id=step * copy)


def copy_rows(session: Session, kind: type[Base], *, most: int, **changed: int | str) -> None:
    """The rows of the first `most` events again: numbers are added to, texts are put before."""
    table: Any = kind.__table__
    read = [
        changed[each.name] + each if each.name in changed else each  # a column takes both
        for each in table.columns
    ]
    of_event = table.c.id if kind is Event else table.c.event_id
    session.execute(insert(kind).from_select(list(table.columns.keys()), select(*read).where(of_event < most)))
