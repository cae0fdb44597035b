"""A mail as bytes: headers that nobody can inject into, parts that every program reads (M1 to M4, S32).

Headers are written here, a line each, and one with a line break in it is refused. Python's own folding encodes long
addresses of List-Unsubscribe, which no mail program then reads, and in some versions loses the quotes around a name
with a comma (F11); and to read each header once more would cost more than the rest of a mail.
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime, quote
from functools import lru_cache

ENCODED_WORD = 75
"""RFC 2047 section 2."""
BOUNDARY = "=_part"
"""It stands in no part: there every = is followed by two digits, or ends its line."""
OPENING, BETWEEN, END = (
    f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n--{BOUNDARY}\r\n',
    f"\r\n--{BOUNDARY}\r\n", f"\r\n--{BOUNDARY}--\r\n",
)  # fmt: skip
TEXT, HTML = (
    f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    for kind in ("plain", "html")
)
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""One that needs neither quotes nor a closer look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A mail before it is bytes. `stop_url` is None for a letter that was not subscribed to."""

    message_id: str
    date: datetime
    sender: str
    sender_name: str
    reply_to: str
    to: str
    subject: str
    list_label: str
    stop_url: str | None
    text: str
    html: str

    @property
    def domain(self) -> str:
        """Our domain, as in the Message-ID."""
        return self.message_id.rpartition("@")[2].rstrip(">")


def as_bytes(envelope: Envelope) -> bytes:
    """The mail as it goes over the wire. Raises ValueError for a header with a line break in it, or an address that
    is none.
    """
    return addressed(envelope.message_id, envelope.to) + contents(envelope)


def addressed(message_id: str, to: str) -> bytes:
    """The lines that no two mails share, with which each begins."""
    recipient = to if PLAIN_ADDRESS.fullmatch(to) else _mailbox(to)
    return f"Message-ID: {_one_line(message_id)}\r\nTo: {_one_line(recipient)}\r\n".encode("ascii")


def contents(envelope: Envelope) -> bytes:
    """All that follows them."""
    head = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in _headers(envelope))
    parts = (head, OPENING, TEXT, _quoted(envelope.text), BETWEEN, HTML, _quoted(envelope.html), END)
    return "".join(parts).encode("ascii")


def _headers(envelope: Envelope) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(envelope.date)
    yield "From", _mailbox(envelope.sender, envelope.sender_name)
    if envelope.reply_to:
        yield "Reply-To", _mailbox(envelope.reply_to)
    yield "Subject", _said(envelope.subject, "Subject")
    yield "Auto-Submitted", "auto-generated"  # RFC 3834: nobody's holiday answers
    if envelope.stop_url:  # how to leave, for the mail program's own button (RFC 2919, 2369, 8058)
        yield "List-Id", f"<{envelope.list_label}.{envelope.domain}>"
        yield "List-Unsubscribe", f"<{envelope.stop_url}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _one_line(value: str) -> str:
    """A header's value, where line breaks are those that we made: each before a space."""
    if len(value.replace("\r\n ", "").splitlines()) > 1 or value.endswith(("\r", "\n")):
        raise ValueError("a header with a line break")
    return value


@lru_cache(maxsize=256)
def _mailbox(address: str, display: str = "") -> str:
    """An address, and whose it is. Raises ValueError."""
    if len(f"{display}{address}.".splitlines()) > 1:
        raise ValueError("an address with a line break")
    read = Address(display_name=_as_said(display), addr_spec=address)
    mailbox = f"{read.username}@{read.domain}"
    if not display:
        return mailbox
    said = f'"{quote(read.display_name)}"' if display.isascii() else _encoded(read.display_name, "From")
    return f"{said} <{mailbox}>"


@lru_cache(maxsize=256)
def _said(text: str, name: str) -> str:
    """The value of a header that is words."""
    if len(f"{text}.".splitlines()) > 1:
        raise ValueError("words with a line break")
    said = _as_said(text)
    return said if said.isascii() else _encoded(said, name)


def _encoded(text: str, name: str) -> str:
    """Encoded words of at most 75 octets, on lines of their own (RFC 2047)."""
    return Header(text, "utf-8", maxlinelen=ENCODED_WORD, header_name=name).encode(linesep="\r\n")


def _as_said(text: str) -> str:
    """Text that looks encoded would be decoded, line breaks included: it is taken apart."""
    return text.replace("=?", "= ?")


def _quoted(text: str) -> str:
    """A part's text in quoted-printable, with the line ends of mail."""
    lines = text.encode().splitlines()
    return b2a_qp(b"\n".join([*lines, b""])).decode("ascii").replace("\n", "\r\n")
