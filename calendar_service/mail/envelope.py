"""A mail as bytes: headers that nobody can inject into, parts that every program reads (M1 to M4, S32).

Headers go through `EmailMessage`, which refuses a line break in any of them. They are folded here: Python's own
folding encodes long addresses of List-Unsubscribe, which no mail program then reads, and in some versions loses
the quotes around a name with a comma (F11).
"""

from __future__ import annotations

from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, AddressHeader, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, quote

LINE = 78
ENCODED_WORD = 75
"""RFC 2047 section 2."""


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


class _Folding(EmailPolicy):
    """Folds so that no address is broken and no name loses its quotes."""

    def fold(self, name: str, value: str) -> str:
        """One header, with its line end."""
        return self._written(name, value) + self.linesep

    def fold_binary(self, name: str, value: str) -> bytes:
        """One header, with its line end, in ASCII."""
        return self.fold(name, value).encode("ascii", "strict")

    def _written(self, name: str, value: str) -> str:
        if isinstance(value, AddressHeader):
            return f"{name}: " + ", ".join(_mailbox(each, name) for each in value.addresses)
        text = str(value)
        return f"{name}: {text if text.isascii() else _encoded(text, name)}"


def _mailbox(address: Address, name: str) -> str:
    display = str(address.display_name)
    if not display:
        return f"{address.username}@{address.domain}"
    said = f'"{quote(display)}"' if display.isascii() else _encoded(display, name)
    return f"{said} <{address.username}@{address.domain}>"


def _encoded(text: str, name: str) -> str:
    """Encoded words of at most 75 octets, on lines of their own (RFC 2047)."""
    return Header(text, "utf-8", maxlinelen=ENCODED_WORD, header_name=name).encode(linesep="\r\n")


class _Registry(HeaderRegistry):
    """Makes the class for a header's name once; Python's own makes it anew for every header, which costs as much as
    reading it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        if name not in self._made:
            self._made[name] = super().__getitem__(name)
        return self._made[name]


REGISTRY = _Registry()
POLICY = _Folding(linesep="\r\n", max_line_length=LINE, utf8=False, cte_type="7bit", header_factory=REGISTRY)
BOUNDARY = "=_part"
"""It stands in no part: there every = is followed by two digits, or ends its line."""


def _always(name: str, value: str) -> tuple[str, BaseHeader]:
    return name, REGISTRY(name, value)


ALTERNATIVE = [
    _always("MIME-Version", "1.0"),
    _always("Content-Type", f'multipart/alternative; boundary="{BOUNDARY}"'),
]
PART = _always("Content-Transfer-Encoding", "quoted-printable")
TEXT, HTML = (_always("Content-Type", f'text/{kind}; charset="utf-8"') for kind in ("plain", "html"))
"""Headers that are the same in every mail, and are read once."""


def as_bytes(envelope: Envelope) -> bytes:
    """The mail as it goes over the wire. Raises ValueError for a header with a line break in it."""
    mail = EmailMessage(policy=POLICY)
    mail["Message-ID"] = envelope.message_id
    mail["Date"] = format_datetime(envelope.date)
    mail["From"] = Address(display_name=_as_said(envelope.sender_name), addr_spec=envelope.sender)
    mail["To"] = Address(addr_spec=envelope.to)
    if envelope.reply_to:
        mail["Reply-To"] = Address(addr_spec=envelope.reply_to)
    mail["Subject"] = _as_said(envelope.subject)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers
    if envelope.stop_url:
        _add_list(mail, envelope, envelope.stop_url)
    for name, value in ALTERNATIVE:
        mail[name] = value
    mail.set_payload([_part(TEXT, envelope.text), _part(HTML, envelope.html)])
    return mail.as_bytes(policy=POLICY)


def _part(kind: tuple[str, BaseHeader], text: str) -> EmailMessage:
    part = EmailMessage(policy=POLICY)
    for name, value in (kind, PART):
        part[name] = value
    lines = text.encode().splitlines()
    part.set_payload(b2a_qp(b"\n".join([*lines, b""])).decode("ascii"))
    return part


def _as_said(text: str) -> str:
    """Text that looks encoded would be decoded, line breaks included: it is taken apart."""
    return text.replace("=?", "= ?")


def _add_list(mail: EmailMessage, envelope: Envelope, stop_url: str) -> None:
    """How to leave, for the mail program's own button (RFC 2919, 2369, 8058)."""
    mail["List-Id"] = f"<{envelope.list_label}.{envelope.domain}>"
    mail["List-Unsubscribe"] = f"<{stop_url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
