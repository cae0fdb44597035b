"""Which of many reminders are plain: one alone to an address, from links that are known, of a date that holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import series as queries
from calendar_service.domain.mail import Message
from calendar_service.services.mails import reminding
from calendar_service.services.mails.blocking import hashes_of
from calendar_service.services.mails.reminding import Reminder
from calendar_service.services.mails.subscribing import links_of

Seen = queries.Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainOne:
    """A reminder that leaves by itself: what it says, the tokens of its links, and what it is made from."""

    message: Message
    says: Reminder
    links: Sequence[str]
    seen: Seen


def plain_ones(session: Session, messages: Sequence[Message], *, now: datetime) -> Iterator[PlainOne]:
    """Of reminders that are due those that hold, go to nobody who is blocked, and leave each by itself."""
    hashes = {each.folded_address: hashes_of(session.installation, each.folded_address) for each in messages}
    blocked = queries.blocked_among(session, {one for some in hashes.values() for one in some})
    alone = queries.alone_among(session, hashes, now=now)
    open_to = {address for address in alone if blocked.isdisjoint(hashes[address])}
    asked = [each for each in messages if each.folded_address in open_to]
    found = reminding.contents(session, asked, now=now)
    for each in asked:
        if each.id in found and (links := links_of(session, found[each.id].subscriptions)):
            seen = _seen(found[each.id], each.folded_address, hashes[each.folded_address])
            yield PlainOne(message=each, says=found[each.id], links=links, seen=seen)


def _seen(says: Reminder, address: str, hashes: Sequence[str]) -> Seen:
    (occurrence,) = says.occurrences
    return Seen(
        event_id=occurrence.event_id, event_version=occurrence.event.version, recurrence_id=occurrence.recurrence_id,
        subscriptions=[(each.id, each.version) for each in says.subscriptions], address=address, address_hashes=hashes,
    )  # fmt: skip
