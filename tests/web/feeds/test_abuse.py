"""Many strange questions: memory, table and folder stay as they were (S29, S30)."""

from __future__ import annotations

import gc
import inspect
import tracemalloc
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from werkzeug.test import EnvironBuilder

from calendar_service import logs
from calendar_service.db.engine import Database
from calendar_service.db.queries.syndication.feeds import revision_of
from calendar_service.domain.publication import EVERYTHING, FeedVersion
from calendar_service.domain.times.moments import local_day
from calendar_service.services.house import House
from calendar_service.services.syndication.asking import key_of
from calendar_service.services.syndication.bodies import composing, copies
from calendar_service.services.syndication.following import family_of
from calendar_service.services.syndication.keeping import builder_of
from calendar_service.web.counting import Counting
from calendar_service.web.ledger import Ledger
from calendar_service.web.polling import Polling
from calendar_service.web.press import Press
from tests.web.conftest import BASE_URL

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUNDS = 3
EACH = 30
MANY = 10_000
SELECTION = "/feeds/selection.ics"
MEGABYTE = 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_distinct_query_strings_leave_nothing_behind(
    client: FlaskClient, lima: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "MAX_VERSIONS", 25)
    monkeypatch.setattr(copies, "MAX_OTHERS", 10)
    held = []
    tracemalloc.start()
    for turn in range(ROUNDS):
        for number in range(EACH):
            for _ in range(2):
                assert client.get(f"/feeds/selection.ics?q=palabra{turn}x{number}").status_code == 200
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[-1] - held[0] < MEGABYTE
    with lima.reading() as session:
        assert session.scalar(select(func.count()).select_from(FeedVersion)) == 25
    assert len(list((house.settings.data_dir / "feeds" / "others").iterdir())) <= 10


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_ten_thousand_distinct_query_strings_leave_the_layer_in_front_as_it_was(
    lima: Database, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """A quarter of them are feeds that it knows, more than it remembers anything of; it passes on the others."""
    caplog.set_level("WARNING", logger=logs.access.name)  # what pytest keeps of the log is not what we keep
    with lima.deed() as session:
        revision = revision_of(session, EVERYTHING)
        known = [_version(house, number) | {"revision": revision} for number in range(0, 2 * MANY, 4)]
        session.execute(insert(FeedVersion), known)
    counting = Counting(house)
    passed_on: list[str] = []
    layer = Polling(_noting(passed_on), house, Press(house), counting, Ledger(counting))
    environ = EnvironBuilder(path=SELECTION, base_url=BASE_URL, headers=[("If-None-Match", "*")]).get_environ()
    held = []
    tracemalloc.start()
    for turn in range(2):
        told = [_ask(layer, environ, _query(turn * MANY + number)) for number in range(MANY)]
        assert told.count("304 NOT MODIFIED") == len(passed_on) / 3 == MANY / 4
        passed_on.clear()
        told.clear()
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[0] < 8 * MEGABYTE
    assert held[1] - held[0] < MEGABYTE / 5


def _query(number: int) -> str:
    return f"q=palabra{number}&free=1"


def _version(house: House, number: int) -> dict[str, object]:
    address = f"{SELECTION}?{_query(number)}"
    return {
        "key": key_of(address), "address": address, "scope_key": EVERYTHING, "etag": f"{number:032x}",
        "local_day": local_day(house.now(), house.metropolis.timezone), "builder": builder_of(house.installation),
        "changed": house.now(),
    }  # fmt: skip


def _noting(paths: list[str]) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        paths.append(environ["QUERY_STRING"])
        return []

    return app


def _ask(layer: WSGIApplication, environ: WSGIEnvironment, query: str) -> str:
    """The status of the answer to somebody who has any version of it."""
    told: list[str] = []

    def start(status: str, _headers: list[tuple[str, str]], _wrong: object = None) -> Callable[[bytes], object]:
        told.append(status)
        return bytes

    layer(environ | {"QUERY_STRING": query}, start)
    return told[0]


def test_nothing_is_remembered_without_a_bound_that_a_stranger_could_fill() -> None:
    """What remembers what it was asked has a bound, or is asked in our own words, of which there are few."""
    gc.unfreeze()  # what stands in no generation is not told
    remembering = [
        each
        for each in gc.get_objects()
        if isinstance(each, type(family_of))
        and (each.__module__ or "").partition(".")[0] in ("calendar_service", "feeds")
    ]
    gc.freeze()
    assert family_of in remembering
    unbounded = {
        each.__qualname__
        for each in remembering
        if each.cache_parameters()["maxsize"] is None and inspect.signature(each).parameters
    }
    assert unbounded <= {"_defaults_of", "_own_name", "medium", "heavy"}
