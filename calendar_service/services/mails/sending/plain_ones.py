"""Which of many mails are plain: all in them holds, their address is not blocked, and their links are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import series as queries
from calendar_service.db.queries.mails.claims import IN_ONE_MAIL
from calendar_service.domain.mail import Message, MessageKind
from calendar_service.services.mails import digesting, noticing, reminding
from calendar_service.services.mails.blocking import hashes_of
from calendar_service.services.mails.digesting import Digest
from calendar_service.services.mails.noticing import Notices
from calendar_service.services.mails.reminding import Reminder
from calendar_service.services.mails.subscribing import links_of

Seen = queries.Seen
Parcel = Sequence[Message]
Says = Reminder | Notices | Digest
ROOMS: Mapping[str, Callable[..., Mapping[int, Says]]] = {
    MessageKind.REMINDER: reminding.contents, MessageKind.CHANGED: noticing.contents,
    MessageKind.CANCELLED: noticing.contents, MessageKind.DIGEST: digesting.contents,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainOne:
    """A mail: the messages that leave in it, the one that carries first; what it says, the tokens of its links, and
    what it is made from.
    """

    messages: Sequence[Message]
    says: Says
    links: Sequence[str]
    seen: Seen


def plain_ones(session: Session, messages: Sequence[Message], *, now: datetime) -> Iterator[PlainOne]:
    """Of mails of these kinds that are due those in which all holds, and that go to nobody who is blocked."""
    hashes = {each.folded_address: hashes_of(session.installation, each.folded_address) for each in messages}
    blocked = queries.blocked_among(session, {one for some in hashes.values() for one in some})
    open_to = {address for address, some in hashes.items() if blocked.isdisjoint(some)}
    parcels = [each for each in _parcels(session, messages, now=now) if each[0].folded_address in open_to]
    revision = queries.revision_of_everything(session)  # before all that is read of what it counts
    for parcel, says in _said(session, parcels, now=now):
        if links := links_of(session, says.subscriptions):
            address = parcel[0].folded_address
            seen = _seen(says, address, hashes[address], revision)
            yield PlainOne(messages=parcel, says=says, links=links, seen=seen)


def _parcels(session: Session, messages: Sequence[Message], *, now: datetime) -> Iterator[Parcel]:
    """What leaves as one mail: all of a kind that is due to an address, at the place of the first of it."""
    alike: dict[tuple[str, str], list[Message]] = {}
    for each in queries.together(session, {each.folded_address for each in messages}, now=now):
        alike.setdefault((each.folded_address, each.kind), []).append(each)
    gone: set[int] = set()
    for each in messages:
        if each.id not in gone:
            others = [mate for mate in alike.get((each.folded_address, each.kind), ()) if mate.id != each.id]
            parcel = [each, *others[: IN_ONE_MAIL - 1]]
            gone.update(mate.id for mate in parcel)
            yield parcel


def _said(session: Session, parcels: Sequence[Parcel], *, now: datetime) -> Iterator[tuple[Parcel, Says]]:
    kinds = dict.fromkeys(each[0].kind for each in parcels)
    found: dict[int, Says] = {}
    for kind in kinds:
        found |= ROOMS[kind](session, [each for each in parcels if each[0].kind == kind], now=now)
    return ((each, found[each[0].id]) for each in parcels if each[0].id in found)


def _seen(says: Says, address: str, hashes: Sequence[str], revision: int | None) -> Seen:
    wishes = [(each.id, each.version) for each in says.subscriptions]
    seen = Seen(address=address, address_hashes=hashes, subscriptions=wishes)
    match says:
        case Reminder():
            events = {each.event_id: each.event.version for each in says.occurrences}
            dates = [(each.event_id, each.recurrence_id) for each in says.occurrences]
            return replace(seen, events=list(events.items()), dates=dates)
        case Notices():
            return replace(seen, events=[(each.event.id, each.event.version) for each in says.notices])
    return replace(seen, revision=revision or 0)
