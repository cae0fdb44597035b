"""A line to a mail server: how long each phase of a conversation may take, and several commands in one piece (M5).

To a server that takes several commands at once (RFC 2920) a mail costs one turn: while it looks at what one says, it is
asked already to take the next. Of that it gets nothing before its own turn; what it was asked for and does not get is
nothing to it as the line ends.
"""

from __future__ import annotations

import re
import smtplib
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from calendar_service.config.settings import MailServer
from calendar_service.mail.envelope import PLAIN_ADDRESS

TAKEN, TAKEN_SOMEHOW = 250, (250, 251)
SEND_DATA = 354
_DOT_AT_LINE_START = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """In seconds (RFC 5321 section 4.5.3.2): to connect, for each command, for the answer to the final dot."""

    connect: float = 15
    command: float = 60
    final: float = 600


class AfterTheDot(Exception):
    """The whole message was handed over, and no answer came."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What the server is asked to take: from whom, for whom, how many bytes."""

    sender: str
    recipient: str
    size: int

    @property
    def is_plain(self) -> bool:
        """Whether both addresses can be said as they are."""
        return all(PLAIN_ADDRESS.fullmatch(each) for each in (self.sender, self.recipient))


class Phases(smtplib.SMTP):
    """An SMTP client that waits as long as each phase deserves, and knows whether the final dot was sent."""

    def __init__(self, server: MailServer, timeouts: Timeouts, *, own_name: str, **more: Any) -> None:  # noqa: ANN401
        self.timeouts = timeouts
        self.asked: Asking | None = None
        super().__init__(server.host, server.port, own_name, timeout=timeouts.connect, **more)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        opened: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # not in typeshed
        opened.settimeout(self.timeouts.command)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # so that a question ahead waits for nothing
        return opened

    def takes(self, asking: Asking) -> bool:
        """Whether this can be asked for in one piece. Raises SMTPServerDisconnected where the server was asked ahead to
        take another mail, as whatever were said now would be that one's content.
        """
        if self.asked not in (None, asking):
            self.close()
            raise smtplib.SMTPServerDisconnected("the line was open for another mail")
        self.ehlo_or_helo_if_needed()
        return asking.is_plain and self.has_extn("pipelining")

    def pass_on(self, asking: Asking, msg: bytes, *, then: Asking | None) -> None:
        """One message that the server `takes`, and the question for the next. Raises what smtplib does, AfterTheDot."""
        if self.asked is None:
            self.send(self._commands(asking))
        self.asked = None
        self._hear_consent(asking)
        code, said = self._content(msg, then=then)
        if code != TAKEN:
            raise smtplib.SMTPDataError(code, said)

    def _commands(self, asking: Asking) -> bytes:
        """MAIL, RCPT and DATA."""
        stated = f" size={asking.size}" if self.has_extn("size") else ""
        return f"mail FROM:<{asking.sender}>{stated}\r\nrcpt TO:<{asking.recipient}>\r\ndata\r\n".encode("ascii")

    def _ask_ahead(self, then: Asking) -> None:
        """Ask for the next; if that fails it says nothing of what went before, whose answer may be here."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.sendall(self._commands(then))
            self.asked = then

    def _hear_consent(self, asking: Asking) -> None:
        """The answers, of which the first that is no consent counts."""
        code, said = self.getreply()
        if code != TAKEN:
            raise smtplib.SMTPSenderRefused(code, said, asking.sender)
        code, said = self.getreply()
        if code not in TAKEN_SOMEHOW:
            raise smtplib.SMTPRecipientsRefused({asking.recipient: (code, said)})
        self._hear_go_on()

    def data(self, msg: Any) -> tuple[int, bytes]:  # noqa: ANN401 - smtplib's signature; bytes here
        """DATA, the message, the dot (RFC 5321 section 4.1.1.4). Raises AfterTheDot when no answer comes."""
        self.putcmd("data")
        self._hear_go_on()
        return self._content(msg)

    def _hear_go_on(self) -> None:
        code, said = self.getreply()
        if code != SEND_DATA:
            raise smtplib.SMTPDataError(code, said)

    def _content(self, msg: bytes, *, then: Asking | None = None) -> tuple[int, bytes]:
        """The message and the dot, and what is said of it."""
        self.send((_DOT_AT_LINE_START.sub(b"..", msg) if b"\n." in msg or msg[:1] == b"." else msg) + b".\r\n")
        try:
            if then is not None and then.is_plain:
                self._ask_ahead(then)
            self._wait(self.timeouts.final)
            answer = self.getreply()
            self._wait(self.timeouts.command)
        except (OSError, smtplib.SMTPServerDisconnected) as wrong:
            raise AfterTheDot from wrong
        return answer

    def _wait(self, seconds: float) -> None:
        if self.sock is not None:
            self.sock.settimeout(seconds)


class TlsPhases(Phases, smtplib.SMTP_SSL):
    """The same, in TLS from the first byte."""
