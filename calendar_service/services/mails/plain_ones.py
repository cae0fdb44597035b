"""Which of many mails are plain: they hold, go alone to an address that is not blocked, and their links are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import series as queries
from calendar_service.domain.events import Occurrence
from calendar_service.domain.mail import Message, MessageKind
from calendar_service.services.mails import noticing, reminding
from calendar_service.services.mails.blocking import hashes_of
from calendar_service.services.mails.noticing import Notices
from calendar_service.services.mails.reminding import Reminder
from calendar_service.services.mails.subscribing import links_of

Seen = queries.Seen


Says = Reminder | Notices


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainOne:
    """A mail that leaves by itself: what it says, the tokens of its links, and what it is made from."""

    message: Message
    says: Says
    links: Sequence[str]
    seen: Seen


def plain_ones(session: Session, messages: Sequence[Message], *, now: datetime) -> Iterator[PlainOne]:
    """Of reminders and notices that are due those that hold, go to nobody who is blocked, and leave each by itself."""
    hashes = {each.folded_address: hashes_of(session.installation, each.folded_address) for each in messages}
    blocked = queries.blocked_among(session, {one for some in hashes.values() for one in some})
    alone = queries.alone_among(session, hashes, now=now)
    asked = [
        each for each in messages
        if (each.folded_address, each.kind) in alone and blocked.isdisjoint(hashes[each.folded_address])
    ]  # fmt: skip
    found = _said(session, asked, now=now)
    for each in asked:
        if each.id in found and (links := links_of(session, found[each.id].subscriptions)):
            seen = _seen(found[each.id], each.folded_address, hashes[each.folded_address])
            yield PlainOne(message=each, says=found[each.id], links=links, seen=seen)


def _said(session: Session, messages: Sequence[Message], *, now: datetime) -> Mapping[int, Says]:
    reminders = [each for each in messages if each.kind == MessageKind.REMINDER]
    notices = [each for each in messages if each.kind != MessageKind.REMINDER]
    return {**reminding.contents(session, reminders, now=now), **noticing.contents(session, notices, now=now)}


def _seen(says: Says, address: str, hashes: Sequence[str]) -> Seen:
    (one,) = says.occurrences if isinstance(says, Reminder) else says.notices
    return Seen(
        event_id=one.event.id, event_version=one.event.version,
        recurrence_id=one.recurrence_id if isinstance(one, Occurrence) else None,
        subscriptions=[(each.id, each.version) for each in says.subscriptions], address=address, address_hashes=hashes,
    )  # fmt: skip
