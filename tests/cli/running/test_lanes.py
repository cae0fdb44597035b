"""Which thread of a web process answers: what is at hand at once, whatever may take long in threads of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest
from granian.server import mp

from calendar_service.cli.running import behind, lanes
from calendar_service.cli.running.behind import Behind, Pieces
from calendar_service.cli.running.lanes import THREADS, Watch
from calendar_service.cli.running.receiving import Gate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATIENCE = 10
WRAP = "_wsgi_call_wrap"
"""What granian calls in each of its processes."""
Heard = tuple[int, bytes, str]


SHUT = Gate(largest=lambda _: 0, address=lambda _: "")


class Exchange:
    """Hears an answer, and in which thread it was given."""

    def __init__(self) -> None:
        self._heard: SimpleQueue[Heard] = SimpleQueue()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        assert isinstance(headers, list)
        self._heard.put((status, body, threading.current_thread().name))

    def response_iter(self, status: int, headers: list[tuple[str, str]], body: Pieces) -> None:
        """As granian, which reads a piece when the one before was taken."""
        self.response_bytes(status, headers, b"".join(iter(body.__next__, None)))
        body.close()

    @property
    def answer(self) -> Heard:
        return self._heard.get(timeout=PATIENCE)


@pytest.fixture
def gate() -> Iterable[threading.Event]:
    """Opens in the end for whoever waits."""
    event = threading.Event()
    yield event
    event.set()


def test_a_poll_is_answered_at_once_while_long_answers_keep_every_other_thread(
    gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(mp), WRAP, vars(mp)[WRAP])
    begun: SimpleQueue[None] = SimpleQueue()

    def page(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        begun.put(None)
        assert environ["wsgi.multithread"]  # what granian itself adds
        gate.wait(PATIENCE)
        start_response("200 OK", [])
        return [b"page"]

    lanes.part(lambda environ: (304, [], b"") if environ["PATH_INFO"] == "/feed" else None, SHUT)
    assert WRAP in mp.MPServer._spawn_wsgi_worker.__wrapped__.__code__.co_names
    take = vars(mp)[WRAP](page, {}, None)  # as granian calls it
    pages = [Exchange() for _ in range(THREADS + 1)]
    for number, each in enumerate(pages):
        take(each, {"REQUEST_METHOD": "GET", "PATH_INFO": f"/page/{number}"})
    for _ in range(THREADS):
        begun.get(timeout=PATIENCE)
    poll = Exchange()
    take(poll, {"REQUEST_METHOD": "GET", "PATH_INFO": "/feed"})
    assert poll.answer == (304, b"", threading.current_thread().name)
    gate.set()
    answers = [each.answer for each in pages]
    assert {each[:2] for each in answers} == {(200, b"page")}
    assert {each[2] for each in answers} == {f"behind-{number + 1}" for number in range(THREADS)}


def test_who_comes_one_after_another_needs_one_thread() -> None:
    crew = Behind(lambda exchange, _: exchange.response_bytes(200, [], b""), 8)
    threads = set()
    for _ in range(20):
        exchange = Exchange()
        crew.give(exchange, {})
        threads.add(exchange.answer[2])
        while not crew._idle:  # the thread is on its way back
            pass
    assert threads == {"behind-1"}


def test_a_fault_is_an_error_to_who_asked_and_the_thread_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def run(exchange: behind.Exchange, environ: dict[str, bytes]) -> None:
        exchange.response_bytes(200, [], environ["said"])

    crew, first, second = Behind(run, 1), Exchange(), Exchange()
    crew.give(first, {})
    assert first.answer[:2] == (500, b"")
    assert "a request was not answered" in caplog.text
    crew.give(second, {"said": b"well"})
    assert second.answer[:2] == (200, b"well")


def test_whoever_the_first_thread_stumbles_over_is_answered_by_those_behind(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(vars(mp), WRAP, vars(mp)[WRAP])

    def page(_: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [])
        return [b"page"]

    def stumbles(environ: WSGIEnvironment) -> None:
        raise ValueError(environ["PATH_INFO"])

    lanes.part(stumbles, SHUT)
    exchange = Exchange()
    vars(mp)[WRAP](page, {}, None)(exchange, {"REQUEST_METHOD": "GET", "PATH_INFO": "/feed"})
    assert exchange.answer == (200, b"page", "behind-1")
    assert "a poll could not be answered at once" in caplog.text


class Body:
    """A body in pieces; some of them wait for a gate, others are a fault."""

    def __init__(self, *pieces: bytes, gate: threading.Event | None = None) -> None:
        self._pieces, self._gate, self.closed = iter(pieces), gate, threading.Event()

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        if self._gate and piece == b"late":
            self._gate.wait(PATIENCE)
        if piece == b"fault":
            raise ValueError(piece)
        return piece

    def close(self) -> None:
        self.closed.set()


def test_who_reads_a_long_answer_slowly_keeps_no_other_waiting(gate: threading.Event) -> None:
    """More of them than there are threads."""
    slow = [Body(b"a", b"b", b"late", gate=gate) for _ in range(3)]
    bodies = iter([*slow, Body(b"page"), Body()])
    crew = Behind(lambda exchange, _: exchange.response_iter(200, [], next(bodies)), 1)
    exchanges = [Exchange() for _ in range(5)]
    for each in exchanges:
        crew.give(each, {})
    assert exchanges[3].answer == (200, b"page", "behind-1")
    assert exchanges[4].answer == (200, b"", "behind-1")
    gate.set()
    assert [each.answer for each in exchanges[:3]] == [(200, b"ablate", "sending")] * 3
    assert all(each.closed.wait(PATIENCE) for each in slow)


@pytest.mark.parametrize("pieces", [(b"fault",), (b"a", b"fault")])
def test_a_body_that_fails_where_it_begins_is_closed(pieces: tuple[bytes, ...]) -> None:
    body, exchange = Body(*pieces), Exchange()
    Behind(lambda to, _: to.response_iter(200, [], body), 1).give(exchange, {})
    assert exchange.answer[0] == 500
    assert body.closed.is_set()


def test_a_body_that_no_thread_can_send_is_closed_and_keeps_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(behind.Sending, "slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(threading.Thread, "start", no_more)
    body = Body(b"a", b"b")
    with pytest.raises(RuntimeError, match="can't start"):
        behind.Sending(Exchange()).response_iter(200, [], body)
    assert body.closed.is_set()
    assert behind.Sending.slots.acquire(blocking=False)


def test_one_thread_is_on_watch_and_another_when_it_leaves_or_ends() -> None:
    watch, on = Watch(), SimpleQueue[str]()
    may_leave, may_end = threading.Event(), threading.Event()

    def first() -> None:
        watch.keep()
        on.put("first")
        may_leave.wait(PATIENCE)
        watch.leave()
        may_end.wait(PATIENCE)
        watch.keep()
        on.put("first again")

    def second() -> None:
        watch.keep()
        on.put("second")
        may_end.wait(PATIENCE)

    for stand, gate in ((first, None), (second, may_leave)):
        threading.Thread(target=stand, daemon=True).start()
        if gate:
            assert on.empty()
            gate.set()
        assert on.get(timeout=PATIENCE) == stand.__name__
    may_end.set()
    assert on.get(timeout=PATIENCE) == "first again"


def test_a_thread_rests_in_a_request_without_a_body_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Granian reads the next request of a line when the body of the one before was let go."""
    monkeypatch.setitem(vars(mp), WRAP, vars(mp)[WRAP])
    lanes.part(lambda _: (304, [], b""), SHUT)
    take, back = vars(mp)[WRAP](None, {}, None), SimpleQueue[str]()

    def ask(name: str, **sent: str) -> None:
        take(Exchange(), {"REQUEST_METHOD": "GET", **sent})
        back.put(name)
        may_end.wait(PATIENCE)

    may_end = threading.Event()
    for name, sent in (("watch", {}), ("rests", {}), ("comes back", {"CONTENT_LENGTH": "3"})):
        threading.Thread(target=ask, args=(name,), kwargs=sent, daemon=True).start()
        if name != "rests":
            assert back.get(timeout=PATIENCE) == name
    assert back.empty()
    may_end.set()
    assert back.get(timeout=PATIENCE) == "rests"
