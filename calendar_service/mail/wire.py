"""The wire: Flask-Mail with the faults cured that keep a mail service from being reliable (M5, F9 to F11).

Timeouts everywhere, certificates verified, one recipient a message, errors at QUIT ignored, and a clear answer
to the one question that matters: did the server take the message, did it not, or does nobody know (M11)?
"""

from __future__ import annotations

import logging
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import flask_mail
from flask import Flask

from calendar_service.config.settings import MailServer
from calendar_service.services.mails.sending.claiming import Parcel
from calendar_service.services.mails.sending.delivering import Outcome, WireTrouble

log = logging.getLogger(__name__)

PLEASE_GO_AWAY = 421
TAKEN, TAKEN_SOMEHOW = 250, (250, 251)
SEND_DATA = 354
_DOT_AT_LINE_START = re.compile(rb"(?m)^\.")
_POLICY = re.compile(r"5\.7\.\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """In seconds (RFC 5321 section 4.5.3.2): to connect, for each command, for the answer to the final dot."""

    connect: float = 15
    command: float = 60
    final: float = 600


class AfterTheDot(Exception):
    """The whole message was handed over, and no answer came."""


class _Phases(smtplib.SMTP):
    """An SMTP client that waits as long as each phase deserves, and knows whether the final dot was sent."""

    def __init__(self, server: MailServer, timeouts: Timeouts, *, own_name: str, **more: Any) -> None:  # noqa: ANN401
        self.timeouts = timeouts
        super().__init__(server.host, server.port, own_name, timeout=timeouts.connect, **more)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        opened: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # not in typeshed
        opened.settimeout(self.timeouts.command)
        return opened

    def sendmail(  # type: ignore[override]  # Flask-Mail gives them all, in smtplib's order
        self, from_addr: str, to_addrs: Sequence[str], msg: bytes, *options: Sequence[str]
    ) -> dict[str, tuple[int, bytes]]:
        """One message; to a server that takes several commands at once, they go in one piece (RFC 2920)."""
        self.ehlo_or_helo_if_needed()
        plain = len(to_addrs) == 1 and not any(options) and f"{from_addr}{to_addrs[0]}".isascii()
        if not (plain and self.has_extn("pipelining")):
            return super().sendmail(from_addr, to_addrs, msg, *options)
        self._ask_at_once(from_addr, to_addrs[0], size=len(msg))
        return self._heard(*self._content(msg))

    def _ask_at_once(self, sender: str, recipient: str, *, size: int) -> None:
        """MAIL, RCPT and DATA, and their answers, of which the first that is no consent counts."""
        stated = f" size={size}" if self.has_extn("size") else ""
        commands = (f"mail FROM:{smtplib.quoteaddr(sender)}{stated}", f"rcpt TO:{smtplib.quoteaddr(recipient)}", "data")
        if any("\r" in each or "\n" in each for each in commands):
            raise ValueError("a command with a line break")
        self.send("".join(f"{each}\r\n" for each in commands))
        code, said = self.getreply()
        if code != TAKEN:
            raise smtplib.SMTPSenderRefused(code, said, sender)
        code, said = self.getreply()
        if code not in TAKEN_SOMEHOW:
            raise smtplib.SMTPRecipientsRefused({recipient: (code, said)})
        self._expect_consent()

    def data(self, msg: Any) -> tuple[int, bytes]:  # noqa: ANN401 - smtplib's signature; bytes here
        """DATA, the message, the dot (RFC 5321 section 4.1.1.4). Raises AfterTheDot when no answer comes."""
        self.putcmd("data")
        self._expect_consent()
        return self._content(msg)

    def _expect_consent(self) -> None:
        code, said = self.getreply()
        if code != SEND_DATA:
            raise smtplib.SMTPDataError(code, said)

    def _heard(self, code: int, said: bytes) -> dict[str, tuple[int, bytes]]:
        if code != TAKEN:
            raise smtplib.SMTPDataError(code, said)
        return {}

    def _content(self, msg: bytes) -> tuple[int, bytes]:
        """The message and the dot, and what is said of it."""
        self.send(_DOT_AT_LINE_START.sub(b"..", msg) + b".\r\n")
        try:
            self._wait_for_final_answer()
            return self.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as wrong:
            raise AfterTheDot from wrong

    def _wait_for_final_answer(self) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.timeouts.final)


class _TlsPhases(_Phases, smtplib.SMTP_SSL):
    """The same, in TLS from the first byte."""


class Line(flask_mail.Connection):
    """A connection to the mail server."""

    def __init__(self, mail: Any, *, server: MailServer, timeouts: Timeouts, trust: ssl.SSLContext) -> None:  # noqa: ANN401
        super().__init__(mail)
        self.server, self.timeouts, self.trust = server, timeouts, trust

    def configure_host(self) -> smtplib.SMTP:
        """Connect, encrypt as told, sign in. Raises what smtplib, ssl and socket raise."""
        host = self._connect(own_name=self.mail.default_sender.rpartition("@")[2])
        try:
            if self.server.tls == "starttls":
                host.starttls(context=self.trust)
            if self.server.user:
                host.login(self.server.user, self.server.password)
        except BaseException:
            host.close()
            raise
        return host

    def _connect(self, *, own_name: str) -> smtplib.SMTP:
        if self.server.tls == "implicit":
            return _TlsPhases(self.server, self.timeouts, own_name=own_name, context=self.trust)
        return _Phases(self.server, self.timeouts, own_name=own_name)

    def hang_up(self) -> None:
        """QUIT; what goes wrong there is of no interest any more (F10)."""
        if self.host is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.host.quit()
            self.host.close()
            self.host = None


class WrittenMessage(flask_mail.Message):
    """A message whose bytes were kept with its claim: nothing is made anew (M22).

    One serves for all, as Flask-Mail asks the machine's resolver for its name in making each.
    """

    written = b""

    def of(self, parcel: Parcel) -> WrittenMessage:
        """Be that of a parcel."""
        self.recipients, self.written, self.date = [parcel.address], parcel.body, None
        return self

    def as_bytes(self) -> bytes:
        """The very bytes."""
        return self.written


class PostOffice:
    """Hands parcels to the mail server, over one line as long as it holds. Call `close` after a batch.

    `returns` says where one comes back to that cannot be delivered; an empty text is `sender` itself.
    """

    def __init__(
        self, server: MailServer, *, sender: str, returns: Callable[[Parcel], str] = lambda _: "",
        timeouts: Timeouts | None = None, trust: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.server, self.sender, self.returns = server, sender, returns
        self.timeouts = timeouts or Timeouts()
        self.trust = trust or ssl.create_default_context()
        self._app = Flask("calendar_service.mail", static_folder=None)
        # Said outright, since Flask-Mail would else take it from TESTING and send nothing (F11).
        self._app.config.update(MAIL_SUPPRESS_SEND=False, MAIL_DEFAULT_SENDER=sender)
        self._mail = flask_mail.Mail(self._app).state
        self._message = WrittenMessage(sender=sender)
        self._line: Line | None = None

    def __call__(self, parcel: Parcel) -> None:
        """Hand one over. Raises WireTrouble."""
        used = self._line is not None
        try:
            self._hand_over(parcel)
        except WireTrouble as trouble:
            if not (used and trouble.outcome is Outcome.AWAY):
                raise
            self._hand_over(parcel)  # a line may end between two messages: that says nothing about the server

    def knock(self) -> None:
        """See that the server lets us in, and send nothing. Raises WireTrouble."""
        try:
            self._open()
        except (OSError, smtplib.SMTPException) as wrong:
            self._drop()
            raise WireTrouble(*outcome_of(wrong)) from wrong
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.hang_up()
            self._line = None

    def _hand_over(self, parcel: Parcel) -> None:
        try:
            line = self._open()
            with self._app.app_context():
                line.send(self._message.of(parcel), envelope_from=self.returns(parcel) or None)
        except AfterTheDot as wrong:
            self._drop()
            raise WireTrouble(Outcome.UNCERTAIN, type(wrong.__cause__).__name__) from wrong
        except (OSError, smtplib.SMTPException) as wrong:
            self._drop()
            raise WireTrouble(*outcome_of(wrong)) from wrong

    def _open(self) -> Line:
        if self._line is None:
            line = Line(self._mail, server=self.server, timeouts=self.timeouts, trust=self.trust)
            line.__enter__()
            self._line = line
        return self._line

    def _drop(self) -> None:
        """Leave a line in an unknown state without a word."""
        line, self._line = self._line, None
        if line is not None and line.host is not None:
            line.host.close()


def outcome_of(wrong: Exception) -> tuple[Outcome, str]:
    """What a failure before the final dot, or a refusal at it, means (M11), and what the server said."""
    if isinstance(wrong, smtplib.SMTPRecipientsRefused):
        (code, said), *_ = wrong.recipients.values()
        return _about_a_message(code, said, for_good=Outcome.UNREACHABLE), _said(code, said)
    if isinstance(wrong, smtplib.SMTPResponseException):
        return _of_answer(wrong), _said(wrong.smtp_code, wrong.smtp_error)
    return _of_failure(wrong), f"{type(wrong).__name__}: {wrong}"


def _of_answer(wrong: smtplib.SMTPResponseException) -> Outcome:
    match wrong:
        case smtplib.SMTPDataError():
            return _about_a_message(wrong.smtp_code, wrong.smtp_error, for_good=Outcome.REFUSED)
        case smtplib.SMTPSenderRefused():
            return _about_us(wrong.smtp_code, later=Outcome.LATER)
    return _about_us(wrong.smtp_code, later=Outcome.AWAY)


def _of_failure(wrong: Exception) -> Outcome:
    """A line that broke says nothing about us; a certificate or a missing extension needs a person."""
    match wrong:
        case smtplib.SMTPServerDisconnected():
            return Outcome.AWAY
        case ssl.SSLCertVerificationError() | smtplib.SMTPException():
            return Outcome.STOPPED
    return Outcome.AWAY


def _about_us(code: int, *, later: Outcome) -> Outcome:
    """A refusal at the greeting, at signing in or at MAIL."""
    if code >= 500:  # noqa: PLR2004 - RFC 5321 section 4.2.1: for good
        return Outcome.STOPPED
    return Outcome.AWAY if code == PLEASE_GO_AWAY else later


def _about_a_message(code: int, said: bytes | str, *, for_good: Outcome) -> Outcome:
    """A refusal at RCPT or DATA."""
    match code // 100:
        case 5:
            return Outcome.POLICY if _POLICY.match(_text(said)) else for_good
        case 4:
            return Outcome.AWAY if code == PLEASE_GO_AWAY else Outcome.LATER
    return Outcome.UNCERTAIN


def _said(code: int, said: bytes | str) -> str:
    return f"{code} {' '.join(_text(said).split())}"


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
