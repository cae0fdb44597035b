"""What many are told of the same date differs in nothing but to whom it goes: it is put into words once.

What one reader is told is another's, but for her address, the mail's name and the links that only she has; these are
put in the place of the first one's, whose tokens are random, so that they stand nowhere else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from calendar_service.db.engine import Session
from calendar_service.domain.mail import Message
from calendar_service.mail.contents import Content, of_digest, of_notices, of_reminder
from calendar_service.mail.envelope import Envelope, as_bytes
from calendar_service.services.mails.digesting import Digest
from calendar_service.services.mails.noticing import Notices
from calendar_service.services.mails.reminding import Reminder
from calendar_service.services.mails.sending.claiming import Draft
from calendar_service.services.mails.sending.plain_ones import PlainOne, Says, plain_ones

log = logging.getLogger(__name__)

Write = Callable[[Message, Content], Envelope]


def drafts_of(session: Session, messages: Sequence[Message], write: Write, *, now: datetime) -> Mapping[int, Draft]:
    """Of mails those that are plain, to be made bytes when they go; words are found by `write`."""
    forms = _Forms(write)
    found = ((each, forms.of(each)) for each in plain_ones(session, messages, now=now))
    return {
        each.messages[0].id: Draft(messages=each.messages, seen=each.seen, body=partial(form.to, each))
        for each, form in found if form
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Form:
    """The mail to the first of many, and the tokens of her links in it."""

    envelope: Envelope
    links: Sequence[str]

    def to(self, reader: PlainOne) -> bytes:
        """The same to another. Raises ValueError for an address that is none."""

        def hers(text: str) -> str:
            for first, other in zip(self.links, reader.links, strict=True):
                text = text.replace(first, other)
            return text

        said, message = self.envelope, reader.messages[0]
        return as_bytes(replace(
            said, to=message.address, message_id=message.message_id, stop_url=hers(said.stop_url or ""),
            text=hers(said.text), html=hers(said.html),
        ))  # fmt: skip


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
