"""The weekly digest: on Thursday morning, what a selection holds for the seven days from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import dates_by_id
from calendar_service.db.queries.mails import reminders as queries
from calendar_service.db.queries.mails import subscriptions
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.mail import Message, MessageKind, Subscription, SubscriptionState
from calendar_service.domain.network.sharing import is_of_others
from calendar_service.domain.times.moments import local_day, to_utc
from calendar_service.services.agenda.browsing import find
from calendar_service.services.mails import mailing
from calendar_service.services.mails.mailing import Owed
from calendar_service.services.mails.reminding import AHEAD
from calendar_service.services.mails.subscribing import stored_selection

THURSDAY = 3
HOUR = time(9)
WORTH = timedelta(hours=48)
"""Until Saturday morning; later the weekend is half over."""
DAYS = 7
AT_ONCE = 2_000
ENTRIES = 25
"""Dates in one digest; the rest is a link."""


def owe_digests(session: Session, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Owe them; how many are new."""
    return mailing.owe(session, due(session, now=now, limit=limit), now=now)


def due(session: Session, *, now: datetime, limit: int = AT_ONCE) -> list[Owed]:
    """The week's digests that fall due until ten minutes from now and that nobody owes yet, at most `limit`."""
    zone = session.installation.metropolis.timezone
    today = local_day(now + AHEAD, zone)
    day = today - timedelta(days=(today.weekday() - THURSDAY) % DAYS)
    falls = to_utc(datetime.combine(day, HOUR), zone)
    if falls > now + AHEAD or now >= falls + WORTH:
        return []
    people = queries.digests_due(session, day=day.isoformat(), limit=limit)
    return [_owed(each, day, falls) for each in people]


def _owed(subscription: Subscription, day: date, falls: datetime) -> Owed:
    return Owed(
        kind=MessageKind.DIGEST, address=subscription.address, language=subscription.language, due=falls,
        expires=falls + WORTH, about={"subscription": subscription.id, "day": day.isoformat()},
        more=f"{subscription.scope}:{day.isoformat()}",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What one digest says: the selection, its week, the first dates found in it, and how many there are."""

    subscription: Subscription
    selection: Selection
    first: date
    last: date
    dates: Sequence[Occurrence]
    total: int

    def whose(self, event: Event) -> str:
        """Who hosts what a district of the selection shares; empty for what one of them hosts itself."""
        return event.host.name if is_of_others(event, self.selection.districts) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The digests that one address gets at once."""

    sections: Sequence[Section]

    @property
    def subscriptions(self) -> Sequence[Subscription]:
        """Those that brought it."""
        return [each.subscription for each in self.sections]


def stale(session: Session, messages: Sequence[Message], *, now: datetime) -> dict[int, str]:
    """Digests that no longer hold, or would say nothing, with the reason (M13)."""
    return {each.id: why for each in messages if isinstance(why := _section(session, each, now=now), str)}


def content(session: Session, messages: Sequence[Message], *, now: datetime) -> Digest:
    """What a mail for these messages says; none of them is stale."""
    sections = (_section(session, each, now=now) for each in messages)
    return Digest(sections=[each for each in sections if isinstance(each, Section)])


def _section(session: Session, message: Message, *, now: datetime) -> Section | str:
    """The section, or the reason why there is none."""
    subscription = subscriptions.subscription_by_id(session, message.about["subscription"])
    if subscription is None or subscription.state != SubscriptionState.ACTIVE:
        return "subscription-ended"
    selection = stored_selection(subscription.selection)
    if selection is None:
        return "selection-unreadable"
    first = date.fromisoformat(message.about["day"])
    last = first + timedelta(days=DAYS - 1)
    week = replace(selection, from_day=first, to_day=last)
    found = find(session, week, now=now, size=ENTRIES, past=False)
    if not found.lines:
        return "nothing-on"
    dates = dates_by_id(session, [each.id for each in found.lines])
    return Section(
        subscription=subscription, selection=week, first=first, last=last, dates=dates, total=found.total
    )  # fmt: skip
