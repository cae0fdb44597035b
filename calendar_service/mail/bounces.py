"""Reads what other mail systems send back: reports of delivery (RFC 3464) and complaints (RFC 5965).

Bytes in, a plain report out; whatever else lies in a mailbox (holiday answers, advertising, the prose of systems that
know no reports) is no report. What is read here was written by strangers: nothing of it is believed that
`services.mails.bouncing` has not seen signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from calendar_service.services.mails.bouncing import Report, Told

MOST_BYTES = 500_000
"""A report holds a few lines and at most the mail that it is about; the rest of a longer one is not looked at."""
MOST_PARTS = 50
CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
"""Where mail systems write at which address a mail came."""
FAILED, DELAYED = "failed", "delayed"
SPAM = {"abuse", "fraud", "virus", "opt-out", "opt-out-list"}
"""Kinds of feedback that say: no more of this (RFC 5965 section 7.3; the last two were used before it)."""
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")


def read(raw: bytes, *, to: str = "") -> Report | None:
    """The report that a mail is, or None. `to` is the address at which it came, if whoever hands it over knows."""
    try:
        mail = BytesParser(policy=compat32).parsebytes(raw[:MOST_BYTES])
    except RecursionError:  # parts within parts without end
        return None
    told = _told(mail)
    if told is None:
        return None
    what, status = told
    named = [to, *_values(mail, CAME_TO), *_values(_original(mail), ("Return-Path",)), *_feedback_values(mail)]
    return Report(told=what, status=status, named=tuple(each for each in named if each))


def _told(mail: Message) -> tuple[Told, str] | None:
    if mail.get_content_type() != "multipart/report":
        return None
    for part in _parts(mail):
        match part.get_content_type():
            case "message/delivery-status":
                return _of_delivery(_blocks(part))
            case "message/feedback-report":
                return _of_feedback(_blocks(part))
    return None


def _parts(mail: Message) -> Iterable[Message]:
    payload = mail.get_payload()
    return [each for each in payload[:MOST_PARTS] if isinstance(each, Message)] if isinstance(payload, list) else []


def _blocks(part: Message) -> list[Message]:
    """The groups of fields in a part: the parser makes a message of each, or leaves them as text."""
    blocks = [each for each in _parts(part) if each.keys()]
    if blocks:
        return blocks
    text = part.get_payload(decode=True)
    written = re.split(rb"\r?\n\s*\r?\n", text) if isinstance(text, bytes) else []
    return [BytesParser(policy=compat32).parsebytes(each.strip() + b"\n\n") for each in written[:MOST_PARTS]]


# Reports of delivery


def _of_delivery(blocks: Iterable[Message]) -> tuple[Told, str] | None:
    """What became of it, for the first address of which something is said that matters (RFC 3464 section 2.3)."""
    for block in blocks:
        action = _word(block, "Action")
        if action in (FAILED, DELAYED):
            return Told.CAME_BACK, _status(block, action)
    return None


def _status(block: Message, action: str) -> str:
    """As it is given; where that says no more than its first digit, as the other server put it (RFC 3463)."""
    given = _STATUS.search(str(block.get("Status", "")))
    said = _STATUS.search(str(block.get("Diagnostic-Code", "")))
    if said and (given is None or given[0].endswith(".0.0")):
        return said[0]
    if given:
        return given[0]
    return "5.0.0" if action == FAILED else "4.0.0"


# Complaints


def _of_feedback(blocks: Iterable[Message]) -> tuple[Told, str] | None:
    kinds = {_word(each, "Feedback-Type") for each in blocks}
    return (Told.COMPLAINT, "") if kinds & SPAM else None


def _feedback_values(mail: Message) -> Iterator[str]:
    for part in _parts(mail):
        if part.get_content_type() == "message/feedback-report":
            for block in _blocks(part):
                yield from _values(block, ("Original-Mail-From",))


# The mail that it is about


def _original(mail: Message) -> Message | None:
    """The mail that is given back, or its head alone (RFC 3462 section 2)."""
    for part in _parts(mail):
        match part.get_content_type():
            case "message/rfc822" | "message/global":
                return next(iter(_parts(part)), None)
            case "text/rfc822-headers" | "message/rfc822-headers" | "message/global-headers":
                return next(iter(_blocks(part)), None)
    return None


def _values(mail: Message | None, names: Iterable[str]) -> Iterator[str]:
    for name in names if mail is not None else ():
        yield from (str(each).strip() for each in mail.get_all(name, []))  # type: ignore[union-attr]


def _word(block: Message, name: str) -> str:
    """The first word of a field, without what is said in brackets."""
    return str(block.get(name, "")).partition("(")[0].strip().lower()
