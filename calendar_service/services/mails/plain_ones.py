"""Which of many mails are plain: they hold, go alone to an address that is not blocked, and their links are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import series as queries
from calendar_service.domain.mail import Message, MessageKind
from calendar_service.services.mails import digesting, noticing, reminding
from calendar_service.services.mails.blocking import hashes_of
from calendar_service.services.mails.digesting import Digest
from calendar_service.services.mails.noticing import Notices
from calendar_service.services.mails.reminding import Reminder
from calendar_service.services.mails.subscribing import links_of

Seen = queries.Seen


Says = Reminder | Notices | Digest
ROOMS: Mapping[str, Callable[..., Mapping[int, Says]]] = {
    MessageKind.REMINDER: reminding.contents, MessageKind.CHANGED: noticing.contents,
    MessageKind.CANCELLED: noticing.contents, MessageKind.DIGEST: digesting.contents,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainOne:
    """A mail that leaves by itself: what it says, the tokens of its links, and what it is made from."""

    message: Message
    says: Says
    links: Sequence[str]
    seen: Seen


def plain_ones(session: Session, messages: Sequence[Message], *, now: datetime) -> Iterator[PlainOne]:
    """Of mails of these kinds that are due those that hold, go to nobody who is blocked, and leave each by itself."""
    hashes = {each.folded_address: hashes_of(session.installation, each.folded_address) for each in messages}
    blocked = queries.blocked_among(session, {one for some in hashes.values() for one in some})
    alone = queries.alone_among(session, hashes, now=now)
    asked = [
        each for each in messages
        if (each.folded_address, each.kind) in alone and blocked.isdisjoint(hashes[each.folded_address])
    ]  # fmt: skip
    revision = queries.revision_of_everything(session)  # before all that is read of what it counts
    for each, says in _said(session, asked, now=now):
        if links := links_of(session, says.subscriptions):
            seen = _seen(says, each.folded_address, hashes[each.folded_address], revision)
            yield PlainOne(message=each, says=says, links=links, seen=seen)


def _said(session: Session, messages: Sequence[Message], *, now: datetime) -> Iterator[tuple[Message, Says]]:
    kinds = dict.fromkeys(each.kind for each in messages)
    found: dict[int, Says] = {}
    for kind in kinds:
        found |= ROOMS[kind](session, [each for each in messages if each.kind == kind], now=now)
    return ((each, found[each.id]) for each in messages if each.id in found)


def _seen(says: Says, address: str, hashes: Sequence[str], revision: int | None) -> Seen:
    wishes = [(each.id, each.version) for each in says.subscriptions]
    seen = Seen(address=address, address_hashes=hashes, subscriptions=wishes)
    match says:
        case Reminder(occurrences=[date]):
            return replace(seen, event=(date.event_id, date.event.version), recurrence_id=date.recurrence_id)
        case Notices(notices=[notice]):
            return replace(seen, event=(notice.event.id, notice.event.version))
    return replace(seen, revision=revision or 0)
