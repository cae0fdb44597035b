"""What each kind of mail needs: whether it still holds, and what its templates are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.domain.mail import Message, MessageKind, Subscription
from calendar_service.domain.territory.places import District
from calendar_service.services.mails import digesting, noticing, reminding, subscribing
from calendar_service.services.news import briefing, telling
from calendar_service.services.news.headlines import path_of, quotation
from calendar_service.services.people import changing_address, inviting, resetting

Messages = Sequence[Message]
Stale = Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a mail is about.

    `subscriptions` brought it, `linked` are those to whose pages it leads without being brought by them;
    `hosts` are the districts whose events it speaks of.
    """

    values: Mapping[str, Any]
    subscriptions: Sequence[Subscription] = ()
    linked: Sequence[Subscription] = ()
    hosts: Sequence[District] = ()


class Room:
    """One kind of mail."""

    def __init__(self, stale: Callable[..., Stale], content: Callable[[Session, Messages, datetime], Content]) -> None:
        self.stale = stale
        self.content = content


def _reminder(session: Session, messages: Messages, now: datetime) -> Content:
    return of_reminder(reminding.content(session, messages, now=now))


def of_reminder(found: reminding.Reminder) -> Content:
    """What templates are given of a reminder."""
    hosts = [each.event.host for each in found.occurrences]
    values = {"occurrences": found.occurrences, "whose": found.whose}
    return Content(values=values, subscriptions=found.subscriptions, hosts=hosts)


def _digest(session: Session, messages: Messages, now: datetime) -> Content:
    return of_digest(digesting.content(session, messages, now=now))


def of_digest(found: digesting.Digest) -> Content:
    """What templates are given of a digest."""
    return Content(values={"sections": found.sections}, subscriptions=found.subscriptions)


def _notice(session: Session, messages: Messages, now: datetime) -> Content:
    return of_notices(noticing.content(session, messages, now=now))


def of_notices(found: noticing.Notices) -> Content:
    """What templates are given of notices."""
    hosts = [each.event.host for each in found.notices]
    return Content(values={"notices": found.notices}, subscriptions=found.subscriptions, hosts=hosts)


def _asked(session: Session, messages: Messages, now: datetime) -> Content:
    found = telling.content(session, messages, now=now)
    hosts = [each.by_district for each in found if each.by_district]
    hosts = hosts if len(hosts) == len(found) else []
    return Content(values={"news": found, "path_of": path_of, "quotation": quotation}, hosts=hosts)


def _news(session: Session, messages: Messages, now: datetime) -> Content:
    found = briefing.content(session, messages, now=now)
    return Content(values={"news": found.items, "more": found.more, "path_of": path_of, "quotation": quotation})


# Letters: one message, one thing, found by what the message is about


def _letter(find: Callable[[Session, Message, datetime], Content | None]) -> Room:
    def stale(session: Session, messages: Messages, *, now: datetime) -> Stale:
        return {each.id: "no-longer-waited-for" for each in messages if find(session, each, now) is None}

    def content(session: Session, messages: Messages, now: datetime) -> Content:
        found = find(session, messages[0], now)
        assert found is not None, "looked at in the same transaction"  # noqa: S101
        return found

    return Room(stale, content)


def _confirmation(session: Session, message: Message, now: datetime) -> Content | None:
    found = subscribing.letter(session, message, now=now)
    if found is None:
        return None
    paths = {
        "confirm_path": subscribing.confirm_path(session, found),
        "manage_path": subscribing.manage_path(session, found),
    }
    return Content(values={"subscription": found, **paths}, linked=[found])


def _invitation(session: Session, message: Message, now: datetime) -> Content | None:
    found = inviting.letter(session, message.about["invitation"], now=now)
    if found is None:
        return None
    return Content(values={"invitation": found, "path": inviting.path_of(session, found)})


def _reset(session: Session, message: Message, now: datetime) -> Content | None:
    found = resetting.letter(session, message.about["reset"], now=now)
    return Content(values={"path": resetting.path_of(session, found)}) if found else None


def _password_changed(session: Session, message: Message, now: datetime) -> Content | None:
    del session, now
    return Content(values={"at": datetime.fromisoformat(message.about["at"])})


def _address(session: Session, message: Message, now: datetime) -> Content | None:
    found = changing_address.letter(session, message.about["change"], now=now)
    return Content(values={"path": changing_address.path_of(session, found)}) if found else None


def _address_changed(session: Session, message: Message, now: datetime) -> Content | None:
    found = changing_address.letter_back(session, message.about["change"], now=now)
    if found is None:
        return None
    return Content(values={"change": found, "path": changing_address.back_path_of(session, found)})


ROOMS: Mapping[str, Room] = {
    MessageKind.REMINDER: Room(reminding.stale, _reminder),
    MessageKind.DIGEST: Room(digesting.stale, _digest),
    MessageKind.CHANGED: Room(noticing.stale, _notice),
    MessageKind.CANCELLED: Room(noticing.stale, _notice),
    MessageKind.ASKED: Room(telling.stale, _asked),
    MessageKind.NEWS: Room(briefing.stale, _news),
    MessageKind.CONFIRM: _letter(_confirmation),
    MessageKind.INVITATION: _letter(_invitation),
    MessageKind.RESET: _letter(_reset),
    MessageKind.PASSWORD_CHANGED: _letter(_password_changed),
    MessageKind.ADDRESS: _letter(_address),
    MessageKind.ADDRESS_CHANGED: _letter(_address_changed),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody gets a mail, in words, and where that alone is stopped."""

    what: str
    stop_path: str = field(repr=False)
