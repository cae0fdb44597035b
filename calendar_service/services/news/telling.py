"""Telling a district's officers, without flooding them: what asks for an answer at once, the rest in one digest a day.

Whoever does a deed that others should know of says so in the same transaction:

    tell(session, kind=NewsKind.COHOST_ASKED, district_id=guest.id, event=event, by=by, now=now)
    settle(session, kind=NewsKind.COHOST_ASKED, district_id=guest.id, event=event, now=now)  # answered

Nobody is told of what she did herself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.mails import news as queries
from calendar_service.db.queries.people.officers import officers_of
from calendar_service.domain.access import Sight, Viewer, sight
from calendar_service.domain.events import Event, Status
from calendar_service.domain.mail import Message, MessageKind
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.network.news import ASKS, AT_ONCE, MUTABLE, News, NewsKind
from calendar_service.domain.people import Officer
from calendar_service.services.mails import mailing
from calendar_service.services.mails.mailing import Owed

WORTH_ASKING = timedelta(days=14)
"""How long a mail that asks for an answer is tried; the desk asks on."""
OF_WHAT_IS_OFF = frozenset({NewsKind.TAKEN_DOWN, NewsKind.EVENT_CANCELLED})
"""What may still be said of an event that takes place no more."""
AS_LONG_AS: Mapping[NewsKind, Status] = {
    NewsKind.HOLD_ENDS: Status.TENTATIVE, NewsKind.EVENT_CANCELLED: Status.CANCELLED,
}  # fmt: skip
"""What is true only of an event that still stands so."""


def tell(  # noqa: PLR0913 - who did what to whom, in names that several rooms call it by
    session: Session, *, kind: NewsKind, district_id: int, by: Viewer, now: datetime,
    event: Event | None = None, cluster: Cluster | None = None, text: str = "", by_district_id: int | None = None,
) -> News:  # fmt: skip
    """Tell a district's officers of something about an event, a cluster or the district itself.

    `text` is what was said with it, for all of them to read: never an event's internal note (M22). Whose deed it
    was is found among `by`'s districts; say it by `by_district_id` where she might have acted for several.
    """
    session.flush()
    news = News(
        kind=kind, district_id=district_id, event_id=event.id if event else None,
        cluster_id=cluster.id if cluster else None, by_id=by.officer_id,
        by_district_id=by_district_id or _acting(by, event, cluster, told=district_id), text=text, at=now,
    )  # fmt: skip
    session.add(news)
    session.flush()
    if kind in AT_ONCE:
        to = [each for each in officers_of(session, district_id) if each.id != by.officer_id]
        mailing.owe(session, [_owed(news, each, now) for each in to], now=now)
    return news


def settle(
    session: Session, *, kind: NewsKind, district_id: int, now: datetime,
    event: Event | None = None, cluster: Cluster | None = None,
) -> None:  # fmt: skip
    """What was asked of a district was answered, or taken back: a mail that asks for it is not sent any more."""
    session.flush()
    queries.settle(
        session, kind=kind, district_id=district_id, event_id=event.id if event else None,
        cluster_id=cluster.id if cluster else None, now=now,
    )  # fmt: skip


def _acting(by: Viewer, event: Event | None, cluster: Cluster | None, *, told: int) -> int | None:
    """The district in whose name she acts, when that can be told from what it is about."""
    involved = {event.host_id, *(each.district_id for each in event.hosts)} if event else set()
    involved |= {each.district_id for each in cluster.members} if cluster else set()
    return min((by.districts & involved) - {told}, default=None)


def _owed(news: News, officer: Officer, now: datetime) -> Owed:
    return Owed(
        kind=MessageKind.ASKED, address=officer.address, language=officer.language, due=now,
        expires=now + WORTH_ASKING, about={"news": news.id, "officer": officer.id}, more=str(news.id),
    )  # fmt: skip


# What she wants to be told


def wanted(session: Session, officer_id: int) -> Sequence[NewsKind]:
    """The kinds that an officer gets by mail, of those that she may leave out."""
    known = queries.readers(session, [officer_id]).get(officer_id)
    return [each for each in MUTABLE if known is None or each not in known.muted]


def want(session: Session, kinds: Iterable[str], *, by: Viewer) -> None:
    """Keep which kinds she wants by mail; what asks for an answer comes in any case."""
    chosen = set(kinds)
    queries.reader(session, by.officer_id or 0).muted = tuple(each for each in MUTABLE if each not in chosen)


def see(session: Session, *, until: datetime, by: Viewer) -> None:
    """Keep that she has seen everything until an instant; it never goes back."""
    reader = queries.reader(session, by.officer_id or 0)
    reader.seen = max(until, reader.seen or until)


# What a letter that asks for an answer says


def stale(session: Session, messages: Sequence[Message], *, now: datetime) -> Mapping[int, str]:
    """What no longer waits for an answer, or is nothing of hers any more, with the reason (M13)."""
    del now
    found = _news_of(session, messages)
    officers = _officers(session, found.values())
    return {
        each.id: why for each in messages
        if (why := _why_stale(found.get(each.about["news"]), officers, each.about["officer"]))
    }  # fmt: skip


def _officers(session: Session, news: Iterable[News]) -> set[tuple[int, int]]:
    """Who belongs to which of the districts that are told, and may be written to."""
    districts = {each.district_id for each in news}
    return {(each.id, district) for district in districts for each in officers_of(session, district)}


def _why_stale(news: News | None, officers: set[tuple[int, int]], officer_id: int) -> str:
    if news is None:
        return "forgotten"
    if (officer_id, news.district_id) not in officers:
        return "not-hers"
    if news.kind in ASKS and news.settled:
        return "answered"
    return "" if may_be_told(news) else "event-off"


def may_be_told(news: News) -> bool:
    """Whether the district may still read of it, and whether there is anything left to say."""
    event = news.event
    if event is None:
        return news.event_id is None
    if event.status != AS_LONG_AS.get(NewsKind(news.kind), event.status):
        return False  # it was published, let go or lapsed, or is on again, before the morning came
    if event.status == Status.CANCELLED and news.kind not in OF_WHAT_IS_OFF:
        return False
    reader = Viewer(officer_id=0, districts=frozenset({news.district_id}))
    return sight(reader, event) in (Sight.OWN, Sight.FULL)


def _news_of(session: Session, messages: Sequence[Message]) -> Mapping[int, News]:
    return {each.id: each for each in queries.news_by_ids(session, [each.about["news"] for each in messages])}


def content(session: Session, messages: Sequence[Message], *, now: datetime) -> Sequence[News]:
    """What a mail for these messages says; none of them is stale."""
    del now
    return list(_news_of(session, messages).values())
