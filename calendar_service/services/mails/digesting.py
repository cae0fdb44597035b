"""The weekly digest: on Thursday morning, what a selection holds for the seven days from then on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import dates_by_id
from calendar_service.db.queries.mails import reminders as queries
from calendar_service.db.queries.mails import subscriptions
from calendar_service.domain.events import Event, Occurrence, Status
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
class Week:
    """The week of a selection: the first dates found in it, and how many there are."""

    selection: Selection
    first: date
    last: date
    dates: Sequence[Occurrence]
    total: int

    @property
    def standing(self) -> Sequence[Occurrence]:
        """Those of the dates that were not cancelled."""
        return [each for each in self.dates if each.status != Status.CANCELLED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What one digest says: the week of what somebody asked for."""

    subscription: Subscription
    week: Week

    def whose(self, event: Event) -> str:
        """Who hosts what a district of the selection shares; empty for what one of them hosts itself."""
        return event.host.name if is_of_others(event, self.week.selection.districts) else ""


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
    found = _sections(session, messages, now=now)
    return {message_id: why for message_id, why in found.items() if isinstance(why, str)}


def content(session: Session, messages: Sequence[Message], *, now: datetime) -> Digest:
    """What a mail for these messages says; none of them is stale."""
    found = _sections(session, messages, now=now)
    return Digest(sections=[each for each in found.values() if isinstance(each, Section)])


def contents(session: Session, parcels: Sequence[Sequence[Message]], *, now: datetime) -> Mapping[int, Digest]:
    """What a mail for each of these parcels says, by the id of its first; one with a stale message is left out."""
    found = _sections(session, [each for parcel in parcels for each in parcel], now=now)
    said = {parcel[0].id: [found[each.id] for each in parcel] for parcel in parcels}
    standing = {key: [each for each in some if isinstance(each, Section)] for key, some in said.items()}
    return {key: Digest(sections=some) for key, some in standing.items() if len(some) == len(said[key])}


def _sections(session: Session, messages: Sequence[Message], *, now: datetime) -> dict[int, Section | str]:
    """The section of each message by its id, or the reason why there is none; a selection's week is looked up once."""
    wanted = {each.about["subscription"] for each in messages}
    known = {each.id: each for each in subscriptions.subscriptions_by_id(session, wanted)}
    weeks = _Weeks(session, now)
    return {each.id: _section(known.get(each.about["subscription"]), each.about["day"], weeks) for each in messages}


def _section(subscription: Subscription | None, day: str, weeks: _Weeks) -> Section | str:
    if subscription is None or subscription.state != SubscriptionState.ACTIVE:
        return "subscription-ended"
    week = weeks[subscription.selection, day]
    return week if isinstance(week, str) else Section(subscription=subscription, week=week)


class _Weeks(dict[tuple[str, str], Week | str]):
    """What there is in the week of a selection (as it is stored) from a day on, or why that is not told."""

    def __init__(self, session: Session, now: datetime) -> None:
        super().__init__()
        self._look = partial(_look, session, now=now)

    def __missing__(self, key: tuple[str, str]) -> Week | str:
        found = self[key] = self._look(*key)
        return found


def _look(session: Session, stored: str, day: str, *, now: datetime) -> Week | str:
    selection = stored_selection(stored)
    if selection is None:
        return "selection-unreadable"
    first = date.fromisoformat(day)
    last = first + timedelta(days=DAYS - 1)
    week = replace(selection, from_day=first, to_day=last)
    found = find(session, week, now=now, size=ENTRIES, past=False)
    dates = dates_by_id(session, [each.id for each in found.lines])
    looked_up = Week(selection=week, first=first, last=last, dates=dates, total=found.total)
    return looked_up if looked_up.standing or found.total > len(dates) else "nothing-on"
