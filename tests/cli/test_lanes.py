"""Which thread of a web process answers: what is at hand at once, whatever may take long in threads of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest
from granian.server import mp

from calendar_service.cli.running import lanes
from calendar_service.cli.running.lanes import THREADS, Behind, Pieces

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATIENCE = 10
WRAP = "_wsgi_call_wrap"
"""What granian calls in each of its processes."""
Heard = tuple[int, bytes, str]


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

    lanes.part(lambda environ: (304, [], b"") if environ["PATH_INFO"] == "/feed" else None)
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


@pytest.mark.parametrize("sent", [{"REQUEST_METHOD": "POST"}, {"REQUEST_METHOD": "GET", "CONTENT_LENGTH": "3"}])
def test_what_is_sent_is_read_by_the_thread_that_took_it_in(
    sent: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Granian lets a body go as soon as its thread is done: behind, every form would be empty."""
    monkeypatch.setitem(vars(mp), WRAP, vars(mp)[WRAP])

    def page(_: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [])
        return [b"posted"]

    lanes.part(lambda _: None)
    post = Exchange()
    vars(mp)[WRAP](page, {}, None)(post, {"PATH_INFO": "/page", **sent})
    assert post.answer == (200, b"posted", threading.current_thread().name)


def test_who_comes_one_after_another_needs_one_thread() -> None:
    behind = Behind(lambda exchange, _: exchange.response_bytes(200, [], b""), 8)
    threads = set()
    for _ in range(20):
        exchange = Exchange()
        behind.give(exchange, {})
        threads.add(exchange.answer[2])
        while not behind._idle:  # the thread is on its way back
            pass
    assert threads == {"behind-1"}


def test_a_fault_is_an_error_to_who_asked_and_the_thread_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def run(exchange: lanes.Exchange, environ: dict[str, bytes]) -> None:
        exchange.response_bytes(200, [], environ["said"])

    behind, first, second = Behind(run, 1), Exchange(), Exchange()
    behind.give(first, {})
    assert first.answer[:2] == (500, b"")
    assert "a request was not answered" in caplog.text
    behind.give(second, {"said": b"well"})
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

    lanes.part(stumbles)
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
    behind = Behind(lambda exchange, _: exchange.response_iter(200, [], next(bodies)), 1)
    exchanges = [Exchange() for _ in range(5)]
    for each in exchanges:
        behind.give(each, {})
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

    monkeypatch.setattr(lanes.Sending, "slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(threading.Thread, "start", no_more)
    body = Body(b"a", b"b")
    with pytest.raises(RuntimeError, match="can't start"):
        lanes.Sending(Exchange()).response_iter(200, [], body)
    assert body.closed.is_set()
    assert lanes.Sending.slots.acquire(blocking=False)


def test_senders_who_never_finish_keep_neither_polls_nor_pages_waiting(
    gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    begun: SimpleQueue[None] = SimpleQueue()

    def run(exchange: lanes.Exchange, _: WSGIEnvironment) -> None:
        begun.put(None)
        gate.wait(PATIENCE)
        exchange.response_bytes(200, [], b"posted")

    desk = lanes.Desk(run, 2)
    slow = [Exchange(), Exchange()]
    for each in slow:
        threading.Thread(target=desk.give, args=(each, {}), daemon=True).start()
        begun.get(timeout=PATIENCE)
    beyond = Exchange()
    desk.give(beyond, {})
    assert beyond.answer[0] == 503
    assert "too many send at once" in caplog.text
    gate.set()
    assert [each.answer[0] for each in slow] == [200, 200]
    assert lanes.TAKING > lanes.SENDERS
