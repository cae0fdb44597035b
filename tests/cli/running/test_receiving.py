"""What is sent is read whole in front of the application, with bounds; by a real web server."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from http.client import HTTPConnection
from select import select

import pytest

from calendar_service.cli.running.gone import hang_up, notice_who_is_gone
from calendar_service.cli.running.receiving import HEARD_OUT
from calendar_service.cli.running.seats import OF_ONE_NETWORK, ROOM, SENDERS, Seat, Seats, network_of
from tests.cli.running.echo import LARGEST
from tests.processes import ROOT, free_port, wait_until

POSTER = bytes(range(256)) * 32_000
"""Eight megabytes."""
PATIENCE = 20


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where it listens."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "tests.cli.running.echo", str(port)], cwd=ROOT) as server:
        try:
            wait_until(lambda: _listens(port))
            yield port
        finally:
            server.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def line(port: int) -> Iterator[HTTPConnection]:
    """A line to it."""
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    yield line
    line.close()


def ask(line: HTTPConnection, method: str, path: str = "/", body: bytes | None = None) -> tuple[int, bytes]:
    line.request(method, path, body)
    answer = line.getresponse()
    return answer.status, answer.read()


def said(method: str, body: bytes) -> tuple[int, bytes]:
    return 200, f"{method} {len(body)} {sha256(body).hexdigest()}".encode()


def sender(stack: ExitStack, port: int, *, of: str = "127.0.0.1", head: str = "Content-Length: 9") -> socket.socket:
    """Somebody who begins to send, from an address of this machine."""
    line = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE, (of, 0)))
    line.sendall(f"POST / HTTP/1.1\r\nHost: here\r\n{head}\r\n\r\n".encode())
    return line


def test_what_is_sent_arrives_whole_and_the_line_stays(line: HTTPConnection) -> None:
    for body in (b"a=1", POSTER, b"", b"b=2"):
        assert ask(line, "POST", body=body) == said("POST", body)
        kept = line.sock
        assert ask(line, "GET", "/feed") == (304, b"")
        assert line.sock is kept


def test_on_a_full_disk_a_large_body_is_refused_as_for_now_and_the_line_stays_r14(line: HTTPConnection) -> None:
    assert ask(line, "GET", "/full") == said("GET", b"")
    refused = ask(line, "POST", body=POSTER)
    assert (refused[0], refused[1].splitlines()[1][:30]) == (503, b"The service can take nothing f")
    assert ask(line, "POST", body=b"a=1") == said("POST", b"a=1")
    assert ask(line, "GET", "/room") == said("GET", b"")
    assert ask(line, "POST", body=POSTER) == said("POST", POSTER)


def test_what_comes_with_a_question_is_not_read_and_a_head_has_no_body(line: HTTPConnection) -> None:
    assert ask(line, "GET", body=b"abc") == said("GET", b"")
    assert ask(line, "GET", "/feed", b"abc") == (304, b"")
    assert ask(line, "HEAD") == (200, b"")


def test_of_what_is_too_large_or_of_unknown_length_nothing_is_read(port: int, line: HTTPConnection) -> None:
    """The application refuses both, and needs no byte of it for that (S30)."""
    assert ask(line, "POST", body=POSTER.ljust(LARGEST)) == said("POST", POSTER.ljust(LARGEST))
    with ExitStack() as stack:
        for head in (
            f"Content-Length: {LARGEST + 1}\r\nExpect: 100-continue", f"Content-Length: {HEARD_OUT + 1}",
            "Transfer-Encoding: chunked",
        ):  # fmt: skip
            other = sender(stack, port, head=head)
            other.sendall(b"3\r\nabc\r\n")
            answer = other.recv(1000)
            assert answer.startswith(b"HTTP/1.1 200 OK")
            assert answer.endswith(said("POST", b"")[1])


def test_who_asks_first_is_told_to_go_on_and_of_who_breaks_off_nothing_is_done(port: int) -> None:
    with ExitStack() as stack:
        polite = sender(stack, port, head="Content-Length: 9\r\nExpect: 100-continue")
        assert polite.recv(100).startswith(b"HTTP/1.1 100 ")
        polite.sendall(b"sent=well")
        assert polite.recv(1000).endswith(said("POST", b"sent=well")[1])
        broken = sender(stack, port)
        broken.sendall(b"sent=")
        broken.shutdown(socket.SHUT_WR)
        assert broken.recv(1000)[:12] in (b"HTTP/1.1 400", b"")


def test_senders_who_never_finish_keep_neither_polls_nor_pages_nor_other_senders_waiting(
    port: int, line: HTTPConnection
) -> None:
    with ExitStack() as stack:
        slow = [sender(stack, port, of="127.0.1.2") for _ in range(OF_ONE_NETWORK + 1)]
        beyond, *more = select(slow, [], [], PATIENCE)[0]
        assert not more
        assert beyond.recv(1000).startswith(b"HTTP/1.1 503 ")
        slow.remove(beyond)
        for _ in range(3):
            assert ask(line, "GET", "/feed") == (304, b"")
            assert ask(line, "GET", "/page") == said("GET", b"")
            assert ask(line, "POST", body=b"a=1") == said("POST", b"a=1")
        slow[0].sendall(b"sent=well")
        assert slow[0].recv(1000).endswith(said("POST", b"sent=well")[1])


def test_so_many_may_send_and_so_much() -> None:
    seats = Seats()
    many = [Seat(f"10.0.{number // OF_ONE_NETWORK}.{number}", 1) for number in range(SENDERS)]
    assert all(map(seats.take, many))
    assert not seats.take(Seat("10.0.1.0", 1))
    for each in many:
        seats.leave(each)
    large = Seat("10.0.0.1", ROOM)
    assert seats.take(large)
    assert not seats.take(Seat("10.0.1.0", 1))
    seats.leave(large)
    assert seats.take(Seat("10.0.1.0", 1))


def test_who_sends_too_slowly_gives_way_when_others_wait_s30() -> None:
    seats = Seats()
    early, busy, late = (Seat(f"10.0.{number}.1", 9, began=float(number)) for number in range(3))
    busy.came = 100_000
    assert all(map(seats.take, (late, early, busy)))
    assert seats.slowest(30.0) is None
    assert seats.slowest(40.0) is early
    seats.leave(early)
    assert seats.slowest(40.0) is late
    assert (network_of("2001:db8::1:5"), network_of("unknown")) == ("2001:db8::/64", "unknown")


def test_only_the_lines_of_one_peer_to_which_nothing_was_said_are_hung_up_on_s30() -> None:
    with ExitStack() as stack:
        ours = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = ours.getsockname()[1]
        for address in ("127.0.1.8", "127.0.1.9"):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE, (address, 0)))
        lines = {each.getpeername()[0]: stack.enter_context(each) for each in (ours.accept()[0], ours.accept()[0])}
        hang_up(port, "127.0.1.9", silent=1_000)
        assert select(lines.values(), [], [], 0)[0] == []
        hang_up(port, "127.0.1.9", silent=0)
        assert select(lines.values(), [], [], 0)[0] == [lines["127.0.1.9"]]
        assert lines["127.0.1.9"].recv(1) == b""


def test_whoever_is_gone_is_noticed_on_lines_to_one_port_alone() -> None:
    with ExitStack() as stack:
        ours, other = (stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2))
        notice_who_is_gone(ours.getsockname()[1])
        stack.enter_context(socket.create_connection(ours.getsockname()))
        line = stack.enter_context(ours.accept()[0])
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60
        assert other.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 0
