"""Reminding: who is due is a query (rule 7), what she is told is made from what holds when it is sent (M13, M22).

One person, one date, one reminder a lead, however many of her subscriptions ask for it (M18). Rows are made for
what falls due within the next ten minutes, so that a moved event's reminder moves by itself (M8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import selection_clauses
from calendar_service.db.queries.mails import reminders as queries
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.mail import Lead, Message, MessageKind, MessageState, Subscription, SubscriptionKind
from calendar_service.domain.mailboxes import fold_address
from calendar_service.domain.network.sharing import is_of_others
from calendar_service.domain.times.leads import FARTHEST, NEAREST, Falls, falls
from calendar_service.domain.times.moments import Span
from calendar_service.domain.times.window import Window
from calendar_service.services.mails import mailing
from calendar_service.services.mails.mailing import Owed
from calendar_service.services.mails.subscribing import stored_selection

AHEAD = timedelta(minutes=10)
WENT_OUT = (MessageState.SENT, MessageState.SENDING, MessageState.UNKNOWN)
"""What was sent, or may have been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A date whose reminder falls due."""

    occurrence: Occurrence
    falls: Falls


def due(session: Session, *, now: datetime, back: timedelta | None = None) -> Iterator[Owed]:
    """The reminders that fall due until ten minutes from now and have not expired, each once.

    A function of the database alone, which only reads: it may run twice, or after a long time down. With `back`,
    what fell due longer ago is not looked at: the clock asks so every minute, and for everything once an hour.
    """
    for lead in Lead:
        yield from _due_with(session, lead, now=now, back=back)


def owe_due(session: Session, *, now: datetime, back: timedelta | None = None) -> int:
    """Owe them; how many are new."""
    return mailing.owe(session, list(due(session, now=now, back=back)), now=now)


def _due_with(session: Session, lead: Lead, *, now: datetime, back: timedelta | None) -> Iterable[Owed]:
    dates = {each.occurrence.id: each for each in _falling_due(session, lead, now=now, back=back)}
    if not dates:
        return ()
    told = _told_already(session, dates.values(), lead)
    wanted = [*_of_events(session, dates, lead), *_of_selections(session, dates, lead, now=now)]
    return {each.key: each for each in wanted if each.key not in told and _mark(each) not in told}.values()


def _falling_due(session: Session, lead: Lead, *, now: datetime, back: timedelta | None) -> Iterator[Due]:
    for occurrence in queries.dates_between(session, now + NEAREST[lead], now + FARTHEST[lead] + AHEAD):
        found = falls(lead, _span(occurrence))
        recent = back is None or found.due > now - back
        if found.due <= now + AHEAD and now < found.expires and recent:
            yield Due(occurrence=occurrence, falls=found)


def _span(occurrence: Occurrence) -> Span:
    return Span(
        start=occurrence.start, end=occurrence.end, all_day=occurrence.all_day, timezone=occurrence.event.timezone
    )


Mark = tuple[str, int | None, str | None, datetime | None]
"""An address, a date, and when it starts."""


def _mark(owed: Owed) -> Mark:
    return fold_address(owed.address), owed.event_id, owed.recurrence_id, owed.starts


def _told_already(session: Session, dates: Iterable[Due], lead: Lead) -> set[Mark | str]:
    """What is owed already (its key), and whom the same start was told (its mark), whatever else changed since.

    Another venue, say, has a notice of its own, and is no reason to remind again.
    """
    told: set[Mark | str] = set()
    for each in queries.reminders_owed(session, {date.occurrence.event_id for date in dates}, lead=lead):
        told.add(each.key)
        if each.state in WENT_OUT or each.ambiguous:
            told.add((each.folded_address, each.event_id, each.recurrence_id, each.starts))
    return told


def _of_events(session: Session, dates: Mapping[int, Due], lead: Lead) -> Iterator[Owed]:
    by_event: dict[int, list[Due]] = {}
    for each in dates.values():
        by_event.setdefault(each.occurrence.event_id, []).append(each)
    for event_id, person in queries.event_subscribers(session, by_event, lead=lead):
        yield from (_owed(each, person, lead) for each in by_event[event_id])


def _of_selections(session: Session, dates: Mapping[int, Due], lead: Lead, *, now: datetime) -> Iterator[Owed]:
    for query in queries.selections_wanted(session, lead=lead):
        ids = _matching(session, query, dates, now=now)
        people = queries.selection_subscribers(session, query, lead=lead) if ids else ()
        yield from (_owed(dates[each], person, lead) for person in people for each in sorted(ids))


def _owed(date: Due, person: queries.Person, lead: Lead) -> Owed:
    address, language = person
    occurrence = date.occurrence
    return Owed(
        kind=MessageKind.REMINDER, address=address, language=language, due=date.falls.due, expires=date.falls.expires,
        event_id=occurrence.event_id, recurrence_id=occurrence.recurrence_id, lead=lead,
        schedule_version=occurrence.event.schedule_version, starts=occurrence.start_utc,
    )  # fmt: skip


def _matching(session: Session, query: str, ids: Iterable[int], *, now: datetime) -> set[int]:
    """Those of these dates that a stored selection asks for."""
    selection = stored_selection(query)
    if selection is None:
        return set()
    window = Window(start=now, end=None, first_day=now.date(), last_day=None)
    clauses = selection_clauses(selection, metropolis=session.installation.metropolis, window=window)
    return queries.ids_matching(session, clauses, ids)


# What a reminder says


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """The dates that one mail reminds of, by when they begin, and the subscriptions that brought it. `whose` names the
    hosts of dates (by id) that came because a district of every selection that brought them shares them.
    """

    occurrences: Sequence[Occurrence]
    subscriptions: Sequence[Subscription]
    whose: Mapping[int, str]


def stale(session: Session, messages: Sequence[Message], *, now: datetime) -> dict[int, str]:
    """Reminders that no longer hold, with the reason (M13)."""
    dates = _by_name(queries.dates_standing(session, map(_date, messages)))
    reasons = _reasons(session, messages, list(dates.values()), now=now)
    found = {each.id: _why_stale(each, dates, reasons, now=now) for each in messages}
    return {message_id: why for message_id, why in found.items() if why}


def _why_stale(
    message: Message, dates: Mapping[queries.Date, Occurrence], reasons: Mapping[int, object], *, now: datetime
) -> str:
    occurrence = dates.get(_date(message))
    if occurrence is None:
        return "date-gone"
    if why := _why_off(occurrence.event, occurrence):
        return why
    if occurrence.event.schedule_version != message.schedule_version:
        return "event-changed"
    if occurrence.start_utc <= now:
        return "started"
    return "" if reasons.get(message.id) else "subscription-ended"


def _why_off(event: Event, occurrence: Occurrence) -> str:
    if event.status != Status.CONFIRMED or event.is_bare:
        return "event-not-published"
    return "" if occurrence.status == Status.CONFIRMED else "date-cancelled"


def content(session: Session, messages: Sequence[Message], *, now: datetime) -> Reminder:
    """What a mail for these messages says; none of them is stale."""
    dates = _by_name(queries.dates_named(session, map(_date, messages)))
    return _reminder(messages, dates, _reasons(session, messages, list(dates.values()), now=now))


def contents(session: Session, parcels: Sequence[Sequence[Message]], *, now: datetime) -> Mapping[int, Reminder]:
    """What a mail for each of these parcels says, by the id of its first; one with a stale message is left out."""
    messages = [each for parcel in parcels for each in parcel]
    dates = _by_name(queries.dates_named(session, map(_date, messages)))
    reasons = _reasons(session, messages, list(dates.values()), now=now)
    stale_ones = {each.id for each in messages if _why_stale(each, dates, reasons, now=now)}
    found, places = {}, {key: place for place, key in enumerate(dates)}
    for parcel in parcels:
        if stale_ones.isdisjoint(each.id for each in parcel):
            named = sorted({_date(each) for each in parcel}, key=places.__getitem__)
            found[parcel[0].id] = _reminder(parcel, {key: dates[key] for key in named}, reasons)
    return found


def _reminder(
    messages: Sequence[Message], dates: Mapping[queries.Date, Occurrence],
    reasons: Mapping[int, Sequence[Subscription]],
) -> Reminder:  # fmt: skip
    subscriptions = {each.id: each for message in messages for each in reasons[message.id]}
    in_order = [subscriptions[key] for key in sorted(subscriptions)]
    brought = {dates[_date(each)].id: reasons[each.id] for each in messages}
    whose = {each.id: each.event.host.name for each in dates.values() if _is_shared(each, brought.get(each.id, ()))}
    return Reminder(occurrences=list(dates.values()), subscriptions=in_order, whose=whose)


def _is_shared(occurrence: Occurrence, brought_by: Sequence[Subscription]) -> bool:
    return bool(brought_by) and all(_by_a_share(occurrence.event, each) for each in brought_by)


def _by_a_share(event: Event, subscription: Subscription) -> bool:
    selection = stored_selection(subscription.selection) if subscription.kind == SubscriptionKind.SELECTION else None
    return selection is not None and is_of_others(event, selection.districts)


def _date(message: Message) -> queries.Date:
    return message.event_id or 0, message.recurrence_id or ""


def _by_name(found: Iterable[Occurrence]) -> dict[queries.Date, Occurrence]:
    return {(each.event_id, each.recurrence_id): each for each in found}


def _reasons(
    session: Session, messages: Sequence[Message], occurrences: Sequence[Occurrence], *, now: datetime
) -> dict[int, list[Subscription]]:
    """For each message the subscriptions of its address, alive now, that ask for it."""
    ids = {(each.event_id, each.recurrence_id): each.id for each in occurrences}
    reasons: dict[int, list[Subscription]] = {each.id: [] for each in messages}
    to: dict[str, list[Message]] = {}
    for each in messages:
        to.setdefault(each.folded_address, []).append(each)
    asked = _Asked(session, ids.values(), now)
    for subscription in queries.active_subscriptions(session, to):
        for each in to[subscription.folded_address]:
            if each.lead == subscription.lead and _wants(subscription, each, ids.get(_date(each)), asked):
                reasons[each.id].append(subscription)
    return reasons


class _Asked(dict[str, set[int]]):
    """The dates that selections ask for, each looked up once, by how it is stored."""

    def __init__(self, session: Session, ids: Iterable[int], now: datetime) -> None:
        super().__init__()
        self._matching = partial(_matching, session, ids=list(ids), now=now)

    def __missing__(self, selection: str) -> set[int]:
        found = self[selection] = self._matching(selection)
        return found


def _wants(subscription: Subscription, message: Message, occurrence_id: int | None, asked: _Asked) -> bool:
    if subscription.kind == SubscriptionKind.EVENT:
        return subscription.event_id == message.event_id
    return subscription.kind == SubscriptionKind.SELECTION and occurrence_id in asked[subscription.selection]
