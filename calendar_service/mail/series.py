"""What many are told of the same date differs in nothing but to whom it goes: it is put into words once.

What one reader is told is another's, but for her address, the mail's name and the links that only she has; these are
put in the place of the first one's, whose tokens are random, so that they stand nowhere else.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from calendar_service.db.engine import Session
from calendar_service.domain.mail import Message
from calendar_service.mail.contents import Content, of_digest, of_notices, of_reminder
from calendar_service.mail.envelope import Envelope, addressed, contents
from calendar_service.services.mails.digesting import Digest
from calendar_service.services.mails.noticing import Notices
from calendar_service.services.mails.reminding import Reminder
from calendar_service.services.mails.sending.claiming import Draft
from calendar_service.services.mails.sending.plain_ones import PlainOne, Says, plain_ones

log = logging.getLogger(__name__)

Write = Callable[[Message, Content], Envelope]
SOFT_BREAK, SOFT_BREAK_OR_NONE = b"=\r\n", rb"(?:=\r\n)?"


def drafts_of(session: Session, messages: Sequence[Message], write: Write, *, now: datetime) -> Mapping[int, Draft]:
    """Of mails those that are plain, to be made bytes when they go; words are found by `write`."""
    forms = _Forms(write)
    found = ((each, forms.of(each)) for each in plain_ones(session, messages, now=now))
    return {
        each.messages[0].id: Draft(messages=each.messages, seen=each.seen, body=partial(form.to, each))
        for each, form in found if form
    }  # fmt: skip


class _Form:
    """The mail to the first of many, cut where her links are: every other piece is one of them, or a part of one."""

    def __init__(self, envelope: Envelope, links: Sequence[str]) -> None:
        self._pieces = list(_pieces(contents(envelope), links))
        self._lengths = [len(each) for each in links]

    def to(self, reader: PlainOne) -> bytes:
        """The same to another. Raises ValueError for an address that is none."""
        links, message = [each.encode("ascii") for each in reader.links], reader.messages[0]
        if [len(each) for each in links] != self._lengths:
            raise ValueError("lines would break elsewhere")
        hers = (each if isinstance(each, bytes) else links[each.link][each.part] for each in self._pieces)
        return b"".join([addressed(message.message_id, message.address), *hers])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part of a link stands."""

    link: int
    part: slice


def _pieces(written: bytes, links: Sequence[str]) -> Iterator[bytes | _Place]:
    """A mail in pieces. A line of quoted-printable may break within a link (RFC 2045 section 6.7)."""
    places = {link.encode("ascii"): number for number, link in enumerate(links)}
    spelt = (SOFT_BREAK_OR_NONE.join(re.escape(chr(sign)).encode() for sign in link) for link in places)
    behind = 0
    for found in re.finditer(b"|".join(spelt), written):
        yield written[behind : found.start()]
        before, broken, _ = found[0].partition(SOFT_BREAK)
        number = places[found[0].replace(SOFT_BREAK, b"")]
        yield _Place(number, slice(len(before)))
        if broken:
            yield SOFT_BREAK
            yield _Place(number, slice(len(before), None))
        behind = found.end()
    yield written[behind:]


@dataclass(slots=True)
class _Forms:
    """One form for all who are told the same. One that cannot be written is None: each of its mails fails alone."""

    write: Write
    _made: dict[tuple[object, ...], _Form | None] = field(default_factory=dict)

    def of(self, one: PlainOne) -> _Form | None:
        said = (one.messages[0].kind, one.messages[0].language, *_said(one))
        key = (*said, *(each.scope for each in one.says.subscriptions))
        if key not in self._made:
            self._made[key] = self._form(one)
        return self._made[key]

    def _form(self, one: PlainOne) -> _Form | None:
        try:
            return _Form(self.write(one.messages[0], _content(one.says)), one.links)
        except Exception:
            log.exception("a mail to many could not be written", extra={"mail": one.messages[0].id})
            return None


def _said(one: PlainOne) -> Iterator[object]:
    """What sets apart what is told, beside what was asked for."""
    match one.says:
        case Reminder():
            yield from ((each.id, one.says.whose.get(each.id)) for each in one.says.occurrences)
        case Notices():
            yield from ((each.event_id, each.about["since"]) for each in one.messages)
        case Digest():
            yield from (each.about["day"] for each in one.messages)


def _content(says: Says) -> Content:
    match says:
        case Reminder():
            return of_reminder(says)
        case Notices():
            return of_notices(says)
    return of_digest(says)
