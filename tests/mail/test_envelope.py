"""Mails as bytes, read back by the parser that other people's programs are made of (M1 to M4, S32, F11)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest

from calendar_service.mail.envelope import BOUNDARY, Envelope, as_bytes

LONG_URL = "https://agenda.example/mail/stop/" + ".".join(["x" * 22] * 30)
ENVELOPE = Envelope(
    message_id="<1f@agenda.example>", date=datetime(2026, 12, 1, 0, 30, tzinfo=UTC), sender="agenda@agenda.example",
    sender_name="Municipalidad de Breña, Cultura", reply_to="cultura@munibrena.gob.pe", to="rosa@example.pe",
    subject="Mañana: Función de títeres", list_label="event-12", stop_url=LONG_URL,
    text="Mañana, 7:30 p. m.\n" + "ñandú " * 400 + "\n.\nFin\n", html="<p>Mañana</p>\n",
)  # fmt: skip


def read(envelope: Envelope) -> EmailMessage:
    return message_from_bytes(as_bytes(envelope), _class=EmailMessage, policy=policy.default)


def test_a_mail_carries_what_it_must() -> None:
    """M1, M4."""
    mail = read(ENVELOPE)
    assert {name: str(mail[name]) for name in mail if name not in ("From", "Content-Type", "Subject")} == {
        "Message-ID": "<1f@agenda.example>", "Date": "Tue, 01 Dec 2026 00:30:00 +0000", "To": "rosa@example.pe",
        "Reply-To": "cultura@munibrena.gob.pe", "Auto-Submitted": "auto-generated",
        "List-Id": "<event-12.agenda.example>", "List-Unsubscribe": f"<{LONG_URL}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "MIME-Version": "1.0",
    }  # fmt: skip
    assert [mail["Subject"], mail.get_content_type()] == [ENVELOPE.subject, "multipart/alternative"]


@pytest.mark.parametrize("said", [ENVELOPE.text, f"--{BOUNDARY}\n\n--{BOUNDARY}--\n", "al final \n=\t\n", "\n"])
def test_text_and_html_come_as_they_are(said: str) -> None:
    text, html = read(replace(ENVELOPE, text=said)).iter_parts()
    came = [str(part.get_content()).replace("\r\n", "\n") for part in (text, html)]
    assert came == [said, ENVELOPE.html]
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")


def test_the_address_that_stops_stands_on_one_line() -> None:
    """STACK section 2: folded or encoded, no mail program reads it."""
    assert f"\r\nList-Unsubscribe: <{LONG_URL}>\r\n".encode() in as_bytes(ENVELOPE)


def test_every_line_is_short_enough_ascii_and_ends_right() -> None:
    raw = as_bytes(ENVELOPE)
    assert raw.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_a_letter_that_nobody_subscribed_to_offers_no_stop() -> None:
    mail = read(replace(ENVELOPE, stop_url=None))
    assert not [name for name in mail if name.startswith("List-")]


@pytest.mark.parametrize(
    "name",
    [
        "Municipalidad de Lima, Cultura", "Municipalidad de Breña, Cultura", 'La "Casa"', "Ñ" * 150, "a" * 150,
        "Perú; <x@y.pe>, ñ", "Casa <evil@example.org>", "O'Higgins (Perú)", "日本 🎭 Miró", "", "\\",
        "Municipalidad Distrital de San Juan de Lurigancho, Subgerencia de Cultura, Educación y Turismo",
    ],
)  # fmt: skip
def test_a_senders_name_is_one_name_whatever_is_in_it(name: str) -> None:
    """M3, F11: a comma made two senders of it, an angle bracket another address."""
    raw = as_bytes(replace(ENVELOPE, sender_name=name))
    (sender,) = read(replace(ENVELOPE, sender_name=name))["From"].addresses
    assert sender.addr_spec == "agenda@agenda.example"
    written, address = parseaddr(message_from_bytes(raw)["From"])  # the newer parser puts spaces between encoded words
    assert (str(make_header(decode_header(written))), address) == (name, "agenda@agenda.example")
    assert all(len(each) <= 75 for each in re.findall(rb"=\?[^?]+\?.\?[^?]*\?=", raw))


@pytest.mark.parametrize("subject", ["Ñ" * 200, "a " * 200, "Música, danza y más: «Perú» 🎭 en el parque"])
def test_a_subject_comes_as_it_is(subject: str) -> None:
    assert read(replace(ENVELOPE, subject=subject.strip()))["Subject"] == subject.strip()


@pytest.mark.parametrize("field", ["subject", "sender_name"])
def test_what_looks_encoded_is_not_decoded_into_a_header(field: str) -> None:
    forged: dict[str, Any] = {field: "=?utf-8?q?x=0D=0ABcc:_evil@example.org?="}
    raw = as_bytes(replace(ENVELOPE, **forged))
    assert "Bcc" not in message_from_bytes(raw)
    assert b"\r\nBcc" not in raw


@pytest.mark.parametrize("sign", ["\r\nBcc: evil@example.org", "\nBcc: evil@example.org", "\rX: y", "\r\n\r\n<p>"])
@pytest.mark.parametrize(
    "field", ["subject", "sender_name", "to", "reply_to", "list_label", "stop_url", "message_id", "sender"]
)
def test_no_header_can_be_injected(field: str, sign: str) -> None:
    """S32, F11: it is refused, not repaired."""
    with pytest.raises(ValueError):
        as_bytes(replace(ENVELOPE, **{field: getattr(ENVELOPE, field) + sign}))
