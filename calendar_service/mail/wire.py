"""The wire: Flask-Mail with the faults cured that keep a mail service from being reliable (M5, F9 to F11).

Timeouts everywhere, certificates verified, one recipient a message, errors at QUIT ignored, and a clear answer
to the one question that matters: did the server take the message, did it not, or does nobody know (M11)?
"""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import flask_mail
from flask import Flask

from calendar_service.config.settings import MailServer
from calendar_service.mail.phases import AfterTheDot, Asking, Phases, Timeouts, TlsPhases
from calendar_service.services.mails.sending.claiming import Parcel
from calendar_service.services.mails.sending.delivering import Outcome, WireTrouble

log = logging.getLogger(__name__)

PLEASE_GO_AWAY = 421
_POLICY = re.compile(r"5\.7\.\d")


class Line(flask_mail.Connection):
    """A connection to the mail server."""

    host: Phases | None

    def __init__(self, mail: Any, *, server: MailServer, timeouts: Timeouts, trust: ssl.SSLContext) -> None:  # noqa: ANN401
        super().__init__(mail)
        self.server, self.timeouts, self.trust = server, timeouts, trust

    def configure_host(self) -> Phases:
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

    def _connect(self, *, own_name: str) -> Phases:
        if self.server.tls == "implicit":
            return TlsPhases(self.server, self.timeouts, own_name=own_name, context=self.trust)
        return Phases(self.server, self.timeouts, own_name=own_name)

    def hang_up(self) -> None:
        """QUIT; what goes wrong there is of no interest any more (F10). One that waits for a mail is not told so."""
        if self.host is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self.host.asked is None:
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
        self._next: Parcel | None = None

    def expect(self, parcel: Parcel | None) -> None:
        """Say which mail follows the one that is handed over now, in all likelihood: a server may be asked ahead."""
        self._next = parcel

    def __call__(self, parcel: Parcel) -> None:
        """Hand one over. Raises WireTrouble."""
        used, then = self._line is not None, self._next
        self._next = None
        try:
            self._hand_over(parcel, then)
        except WireTrouble as trouble:
            if not (used and trouble.outcome is Outcome.AWAY):
                raise
            self._hand_over(parcel, then)  # a line may end between two messages: that says nothing about the server

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

    def _hand_over(self, parcel: Parcel, then: Parcel | None) -> None:
        try:
            self._say(self._open(), parcel, then)
        except AfterTheDot as wrong:
            self._drop()
            raise WireTrouble(Outcome.UNCERTAIN, type(wrong.__cause__).__name__) from wrong
        except (OSError, smtplib.SMTPException) as wrong:
            self._drop()
            raise WireTrouble(*outcome_of(wrong)) from wrong

    def _say(self, line: Line, parcel: Parcel, then: Parcel | None) -> None:
        """In one piece to a server that takes several commands at once, else as Flask-Mail does."""
        asking = self._asking(parcel)
        if line.host is not None and line.host.takes(asking):
            line.host.pass_on(asking, parcel.body, then=self._asking(then) if then else None)
            return
        with self._app.app_context():
            line.send(self._message.of(parcel), envelope_from=self.returns(parcel) or None)

    def _asking(self, parcel: Parcel) -> Asking:
        return Asking(self.returns(parcel) or self.sender, parcel.address, len(parcel.body))

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
