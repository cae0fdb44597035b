"""A real SMTP server for tests, on a free loopback port; it keeps what it is given, and fails on request."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum, auto
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Manner(StrEnum):
    """How the server treats what comes next."""

    ACCEPTS = auto()
    REFUSES_FOR_NOW = auto()  # 451 after DATA
    REFUSES = auto()  # 554 after DATA
    SILENT = auto()  # takes the connection and never greets
    SILENT_AT_MAIL = auto()  # greets, and never answers MAIL FROM
    SILENT_AFTER_DATA = auto()  # takes the message and never answers
    DROPS_AFTER_DATA = auto()  # keeps the message, and the line breaks before the answer
    DROPS_AT_QUIT = auto()  # says 250, then the line breaks at QUIT


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, _class=EmailMessage, policy=policy.default)


@dataclass(slots=True)
class Postbox:
    """What the server keeps and how it behaves.

    `refused` gives single recipients an answer to RCPT TO; `to_sender` is the answer to MAIL FROM, if any,
    `lets_in` whether it knows whoever signs in, `takes_several` whether it takes several commands at once (RFC 2920).
    """

    host: str = "127.0.0.1"
    port: int = 0
    manner: Manner = Manner.ACCEPTS
    refused: dict[str, str] = field(default_factory=dict)
    to_sender: str = ""
    lets_in: bool = True
    takes_several: bool = True
    letters: list[Letter] = field(default_factory=list)
    connections: int = 0
    logins: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """For CALENDAR_MAIL_URL."""
        return f"smtp://{self.host}:{self.port}?tls=none"

    def to(self, address: str) -> list[Letter]:
        """The letters for one recipient, in the order of their coming."""
        return [letter for letter in self.letters if address in letter.recipients]


class _Desk:
    """aiosmtpd's handler: its method names are the protocol's verbs."""

    def __init__(self, postbox: Postbox) -> None:
        self.postbox = postbox
        self.lines: list[asyncio.BaseTransport] = []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name and signature
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        more = ["250-PIPELINING"] if self.postbox.takes_several else []
        return [*responses[:-1], *more, responses[-1]]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name and signature
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.postbox.manner is Manner.SILENT_AT_MAIL:
            await asyncio.Event().wait()
        if self.postbox.to_sender:
            return self.postbox.to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and signature
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.postbox.refused.get(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        manner = self.postbox.manner
        if manner is Manner.REFUSES_FOR_NOW:
            return "451 Try again later"
        if manner is Manner.REFUSES:
            return "554 We do not want this"
        self.postbox.letters.append(_letter(envelope))
        if manner is Manner.SILENT_AFTER_DATA:
            await asyncio.Event().wait()
        if manner is Manner.DROPS_AFTER_DATA:
            _drop(server)
        return "250 Kept"

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        if self.postbox.manner is Manner.DROPS_AT_QUIT:
            _drop(server)
        return "221 Bye"


def _letter(envelope: Envelope) -> Letter:
    assert isinstance(envelope.content, bytes)
    return Letter(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content)


def _drop(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


class _Line(SMTP):
    """One connection; counts itself, and keeps silent when told so."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the line, so that it can be closed whatever state it is in when the test ends."""
        self.event_handler.lines.append(transport)
        super().connection_made(transport)

    async def _handle_client(self) -> None:
        postbox = self.event_handler.postbox
        postbox.connections += 1
        if postbox.manner is Manner.SILENT:
            await asyncio.Event().wait()
        await super()._handle_client()


@contextmanager
def serving(
    *,
    starttls: ssl.SSLContext | None = None,
    implicit: ssl.SSLContext | None = None,
    login: bool = False,
    port: int = 0,
) -> Iterator[Postbox]:
    """A running server: plain, with STARTTLS required, or TLS from the first byte; `login`: AUTH required."""
    postbox = Postbox()
    options = {"tls_context": starttls, "require_starttls": starttls is not None, "auth_required": login,
               "auth_require_tls": False, "authenticator": _authenticator(postbox)}  # fmt: skip
    desk = _Desk(postbox)
    with _loop_in_a_thread() as loop:
        listening = loop.create_server(_lines(desk, loop, options), postbox.host, port, ssl=implicit)
        server = asyncio.run_coroutine_threadsafe(listening, loop).result()
        postbox.port = server.sockets[0].getsockname()[1]
        yield postbox
        asyncio.run_coroutine_threadsafe(_hang_up(server, desk.lines), loop).result()


@contextmanager
def _loop_in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    """Nothing runs in the test's own thread, where a browser's loop may stand already."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _lines(desk: _Desk, loop: asyncio.AbstractEventLoop, options: dict[str, Any]) -> Callable[[], SMTP]:
    return lambda: _Line(desk, hostname="mail.example", loop=loop, **options)


def _authenticator(postbox: Postbox) -> Callable[..., AuthResult]:
    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        postbox.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=postbox.lets_in, handled=False)

    return check


async def _hang_up(server: asyncio.Server, lines: list[asyncio.BaseTransport]) -> None:
    server.close()
    talks = asyncio.all_tasks() - {asyncio.current_task()}
    for talk in talks:
        talk.cancel()
    await asyncio.gather(*talks, return_exceptions=True)
    for line in lines:
        assert isinstance(line, asyncio.Transport)
        line.abort()
    await asyncio.sleep(0)  # the loop closes them in its next round, after which it is stopped


@pytest.fixture
def smtp_server() -> Iterator[Postbox]:
    """A plain server; set `manner` or `refused` to make it misbehave, read `letters` for what it kept."""
    with serving() as postbox:
        yield postbox
