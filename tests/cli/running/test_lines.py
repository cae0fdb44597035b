"""Who asks what somebody else is asking stands in line behind her: of one question one is answered at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from calendar_service.cli.running.behind import Behind
from calendar_service.cli.running.lanes import THREADS
from calendar_service.cli.running.lines import Lines, question_of
from calendar_service.entrance.repeating import ARRIVED
from tests.cli.running.test_lanes import PATIENCE, Exchange

if TYPE_CHECKING:
    from calendar_service.cli.running import behind


class Kitchen:
    """Answers with what was asked; `/slow` waits until it is let go."""

    def __init__(self) -> None:
        self.gate, self.begun = threading.Event(), SimpleQueue[str]()
        self.lines = Lines(self.run, partial(Behind, most=THREADS))

    def run(self, exchange: behind.Exchange, environ: Mapping[str, object]) -> None:
        path = str(environ["PATH_INFO"])
        self.begun.put(path)
        if path == "/slow":
            self.gate.wait(PATIENCE)
        if path == "/broken":
            raise RuntimeError(path)
        exchange.response_bytes(200, [], path.encode())

    def ask(self, path: str, **more: object) -> Exchange:
        exchange = Exchange()
        self.lines.give(exchange, {"PATH_INFO": path, **more})
        return exchange


@pytest.fixture
def kitchen() -> Iterator[Kitchen]:
    made = Kitchen()
    yield made
    made.gate.set()


def test_those_who_ask_the_same_keep_no_thread_from_others_and_are_answered_one_by_one(kitchen: Kitchen) -> None:
    slow = [kitchen.ask("/slow") for _ in range(THREADS + 2)]
    assert kitchen.ask("/other").answer[1] == b"/other"
    assert sorted(kitchen.begun.get(timeout=PATIENCE) for _ in range(2)) == ["/other", "/slow"]
    assert kitchen.begun.empty()
    kitchen.gate.set()
    assert [each.answer[1] for each in slow] == [b"/slow"] * len(slow)
    assert kitchen.ask("/slow").answer[1] == b"/slow"


def test_a_fault_holds_up_nobody_in_its_line(kitchen: Kitchen) -> None:
    assert [each.answer[0] for each in [kitchen.ask("/broken") for _ in range(3)]] == [500] * 3


def test_each_is_marked_with_when_she_came(kitchen: Kitchen) -> None:
    before, asked = time.monotonic(), dict[str, object](PATH_INFO="/events")
    exchange = Exchange()
    kitchen.lines.give(exchange, asked)
    assert exchange.answer[0] == 200
    arrived = asked[ARRIVED]
    assert isinstance(arrived, float)
    assert before <= arrived <= time.monotonic()


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ({"PATH_INFO": "/events", "QUERY_STRING": "free=1"}, ("/events", "free=1")),
        ({"PATH_INFO": "/events", "HTTP_COOKIE": "lang=en"}, ("/events", "")),
        ({"PATH_INFO": "/events", "HTTP_COOKIE": "__Host-session=x"}, None),
        ({"PATH_INFO": "/feeds/all.ics", "HTTP_AUTHORIZATION": "Bearer x"}, None),
        ({"PATH_INFO": "/office/board"}, None),
        ({"PATH_INFO": "/api/v1/events"}, None),
    ],
)
def test_what_is_for_whoever_asks_alone_stands_in_no_line(
    asked: dict[str, str], question: tuple[str, str] | None
) -> None:
    assert question_of(asked) == question
