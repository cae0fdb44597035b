"""Telling people that an event moved, changed its place or was cancelled (M15).

A notice says how what somebody knows differs from what holds when it is sent. What she knows is the timetable
before the first change of which she has not been told: so edits that follow each other within a quarter of an
hour are one notice, and none at all when they undo each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import venues_named
from calendar_service.db.queries.events import event_by_id
from calendar_service.db.queries.mails import reminders as queries
from calendar_service.domain.events import Event
from calendar_service.domain.mail import Message, MessageKind, Subscription, SubscriptionKind
from calendar_service.services.mails import mailing
from calendar_service.services.mails.mailing import Owed
from calendar_service.services.mails.runs import Run, runs
from calendar_service.services.mails.timetables import (
    Difference,
    dates_before,
    dates_now,
    differences,
    from_plain,
    plain,
)

SETTLE = timedelta(minutes=15)
"""How long a change may be taken back before anybody is told."""
SOON = timedelta(hours=3)
"""What begins sooner cannot wait for second thoughts."""


@dataclass(slots=True, kw_only=True)
class _Recipient:
    """Whom to tell: `leads` of the reminders she got, `since` the schedule version that she knows."""

    address: str
    language: str
    since: int
    due: datetime
    expires: datetime
    leads: set[str] = field(default_factory=set)


def owe_changes(session: Session, event: Event, *, before: Mapping[str, Any], now: datetime) -> None:
    """Owe one notice to everybody who knows the event as it was `before` (`recording.Snapshot`).

    To its subscribers, and to those who were reminded of a date still to come, or may have been. Nothing is owed
    for what is past. The event's schedule version has been raised already.
    """
    was = dates_before(before, now=now)
    changed = differences(was, dates_now(event, queries.dates_of(session, event.id), now=now))
    queries.keep_timetable(session, {
        "event_id": event.id, "schedule_version": event.schedule_version - 1, "summary": before["summary"],
        "status": before["status"], "dates": plain(was), "kept": now,
    })  # fmt: skip
    found = _recipients(session, event, changed, now=now)
    mailing.owe(session, [_owed(event, each) for each in found], now=now)


def _recipients(
    session: Session, event: Event, changed: Sequence[Difference], *, now: datetime
) -> Iterable[_Recipient]:
    """Each address once. Who waits for a notice already gets this one in its place, at the hour of that one."""
    found: dict[str, _Recipient] = {}
    for each in queries.notices_waiting(session, event.id):
        found[each.folded_address] = _Recipient(
            address=each.address, language=each.language, since=each.about["since"], due=each.due,
            expires=each.expires, leads=set(each.about["leads"]),
        )  # fmt: skip
    if changed:
        _add_those_who_know(session, event, changed, found, now=now)
    return found.values()


def _add_those_who_know(
    session: Session, event: Event, changed: Sequence[Difference], found: dict[str, _Recipient], *, now: datetime
) -> None:
    moments = [moment for each in changed for moment in each.moments]
    due = now if min(moments) < now + SOON else now + SETTLE
    people: list[Subscription | Message] = [*queries.subscribers_of(session, event.id)]
    people += queries.told_of(session, event.id, now=now)
    for each in people:
        new = _Recipient(
            address=each.address,
            language=each.language,
            since=event.schedule_version - 1,
            due=due,
            expires=max(moments),
        )
        known = found.setdefault(each.folded_address, new)
        known.expires = max(known.expires, new.expires)
        if isinstance(each, Message) and each.lead:
            known.leads.add(each.lead)


def _owed(event: Event, to: _Recipient) -> Owed:
    kind = MessageKind.CANCELLED if event.is_off else MessageKind.CHANGED
    return Owed(
        kind=kind, address=to.address, language=to.language, due=to.due, expires=to.expires, event_id=event.id,
        schedule_version=event.schedule_version, about={"since": to.since, "leads": sorted(to.leads)},
    )  # fmt: skip


# What a notice says


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What changed of one event. `summary` is the name that people know; `places` gives names for slugs of venues."""

    event: Event
    summary: str
    differences: Sequence[Difference]
    places: Mapping[str, str]
    subscriptions: Sequence[Subscription] = ()

    @property
    def told(self) -> Sequence[Run]:
        """The same, as it is said: the dates of a series that became the same together."""
        return runs(self.differences)

    @property
    def is_cancelled(self) -> bool:
        """Whether it takes place no more at all."""
        return self.event.is_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """What one address is told at once."""

    notices: Sequence[Notice]

    @property
    def subscriptions(self) -> Sequence[Subscription]:
        """Those that brought it."""
        every = {each.id: each for notice in self.notices for each in notice.subscriptions}
        return [every[key] for key in sorted(every)]


def stale(session: Session, messages: Sequence[Message], *, now: datetime) -> dict[int, str]:
    """Notices that no longer hold, or would say nothing, with the reason (M13)."""
    found = _notices(session, messages, now=now)
    return {message_id: why for message_id, why in found.items() if isinstance(why, str)}


def content(session: Session, messages: Sequence[Message], *, now: datetime) -> Notices:
    """What a mail for these messages says; none of them is stale."""
    found = _notices(session, messages, now=now)
    return Notices(notices=[each for each in found.values() if isinstance(each, Notice)])


def contents(session: Session, parcels: Sequence[Sequence[Message]], *, now: datetime) -> Mapping[int, Notices]:
    """What a mail for each of these parcels says, by the id of its first; one with a stale message is left out."""
    found = _notices(session, [each for parcel in parcels for each in parcel], now=now)
    said = {parcel[0].id: [found[each.id] for each in parcel] for parcel in parcels}
    standing = {key: [each for each in some if isinstance(each, Notice)] for key, some in said.items()}
    return {key: Notices(notices=some) for key, some in standing.items() if len(some) == len(said[key])}


def _notices(session: Session, messages: Sequence[Message], *, now: datetime) -> dict[int, Notice | str]:
    """The notice of each message by its id, or the reason why there is none; an event is looked at once."""
    looking = _Looking(session, now)
    reasons = _reasons(session, messages)
    return {each.id: looking.notice(each, reasons[each.id]) for each in messages}


@dataclass(slots=True)
class _Looking:
    """What was found of events that notices are about."""

    session: Session
    now: datetime
    _events: dict[int, Event | None] = field(default_factory=dict)
    _compared: dict[tuple[int, int], Notice | str] = field(default_factory=dict)

    def notice(self, message: Message, subscriptions: Sequence[Subscription]) -> Notice | str:
        event = self._event(message.event_id or 0)
        if event is None or not event.is_public:
            return "event-not-published"
        if event.schedule_version != message.schedule_version:
            return "event-changed"
        if not subscriptions:
            return "subscription-ended"
        key = (event.id, message.about["since"])
        if key not in self._compared:
            self._compared[key] = _compared(self.session, event, message.about["since"], now=self.now)
        found = self._compared[key]
        return found if isinstance(found, str) else replace(found, subscriptions=subscriptions)

    def _event(self, event_id: int) -> Event | None:
        if event_id not in self._events:
            self._events[event_id] = event_by_id(self.session, event_id)
        return self._events[event_id]


def _compared(session: Session, event: Event, since: int, *, now: datetime) -> Notice | str:
    kept = queries.timetable(session, event.id, since)
    if kept is None:
        return "timetable-forgotten"
    # What was still to come then, on both sides: a date that has passed since is not one that went.
    today = dates_now(event, queries.dates_of(session, event.id), now=kept.kept)
    changed = [each for each in differences(from_plain(kept.dates), today) if max(each.moments) > now]
    if not changed:
        return "nothing-new"
    slugs = {known.place for each in changed for known in (each.was, each.now) if known}
    return Notice(
        event=event, summary=kept.summary if event.is_bare else event.summary, differences=changed,
        places=venues_named(session, sorted(slugs)),
    )  # fmt: skip


def _reasons(session: Session, messages: Sequence[Message]) -> dict[int, list[Subscription]]:
    """For each message the subscriptions of its address, alive now, because of which it is told."""
    reasons: dict[int, list[Subscription]] = {each.id: [] for each in messages}
    to: dict[str, list[Message]] = {}
    for each in messages:
        to.setdefault(each.folded_address, []).append(each)
    for subscription in queries.active_subscriptions(session, to):
        for each in to[subscription.folded_address]:
            if _tells(subscription, each):
                reasons[each.id].append(subscription)
    return reasons


def _tells(subscription: Subscription, message: Message) -> bool:
    if subscription.kind == SubscriptionKind.EVENT:
        return subscription.event_id == message.event_id
    return subscription.kind == SubscriptionKind.SELECTION and subscription.lead in message.about["leads"]
