"""Questions about what officers are told: what there is for whom, since when, and what she does not want by mail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.db.queries.people.officers import whole_officer
from calendar_service.domain.events import Event, Host
from calendar_service.domain.mail import Message, MessageKind
from calendar_service.domain.mailboxes import fold_address
from calendar_service.domain.network.news import AT_ONCE, News, NewsReader
from calendar_service.domain.people import AddressChange, Membership, Officer
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.moments import is_zone

MOST = 200
"""News that one officer is told of at once."""


def news_by_ids(session: Session, ids: Collection[int]) -> Sequence[News]:
    """News with what their words need, by when they happened."""
    return session.scalars(_whole().where(News.id.in_(ids)).order_by(News.at, News.id)).all()


def news_between(
    session: Session, district_ids: Iterable[int], *, since: datetime, until: datetime, kinds: Collection[str] = ()
) -> Sequence[News]:
    """What happened to districts in (since, until], the latest first; only of some kinds, if any are given."""
    question = _whole().where(News.district_id.in_(list(district_ids)), News.at > since, News.at <= until)
    if kinds:
        question = question.where(News.kind.in_(kinds))
    return session.scalars(question.order_by(News.at.desc(), News.id.desc()).limit(MOST)).all()


def _whole() -> Select[News]:
    event = joinedload(News.event)
    return select(News).options(
        joinedload(News.district), joinedload(News.by_district), joinedload(News.cluster), event.joinedload(Event.host),
        event.selectinload(Event.hosts).joinedload(Host.district),
    )  # fmt: skip


def settle(
    session: Session, *, kind: str, district_id: int, event_id: int | None, cluster_id: int | None, now: datetime
) -> None:
    """Let what was asked of a district about a thing wait for no answer any more."""
    about = and_(
        News.kind == kind, News.district_id == district_id, News.settled.is_(None),
        News.event_id == event_id if event_id else News.event_id.is_(None),
        News.cluster_id == cluster_id if cluster_id else News.cluster_id.is_(None),
    )  # fmt: skip
    session.execute(update(News).where(about).values(settled=now))


def officers_with_news(session: Session, *, zone: str, since: datetime, until: datetime, day: str) -> Sequence[Officer]:
    """Who works in a time zone, has news by others for the morning's digest, and is not owed the one of a day (ISO)."""
    key = literal(f"{MessageKind.NEWS}|") + Officer.address + literal(f"|||||{day}")
    hers = (
        select(Membership.officer_id).join(District, District.id == Membership.district_id)
        .join(News, News.district_id == District.id)
        .where(
            District.timezone == zone, Membership.officer_id == Officer.id, News.at > since, News.at <= until,
            News.kind.not_in(AT_ONCE), _of_others(),
        )
    )  # fmt: skip
    question = select(Officer).where(Officer.deactivated.is_(None), hers.exists(), ~exists().where(Message.key == key))
    return session.scalars(question.options(whole_officer()).order_by(Officer.id).limit(MOST)).all()


def _of_others() -> ColumnElement[bool]:
    return or_(News.by_id.is_(None), News.by_id != Membership.officer_id)


def last_digest_due(session: Session, officer: Officer, *, until: datetime) -> datetime | None:
    """When an officer's last digest was due, up to an instant: also one that went to a former address of hers."""
    changed = (AddressChange.officer_id == officer.id, AddressChange.used.is_not(None))
    addresses = union(
        select(literal(fold_address(officer.address))),
        select(AddressChange.former).where(*changed), select(AddressChange.address).where(*changed),
    )  # fmt: skip
    hers = (Message.folded_address.in_(addresses), Message.about["officer"].as_integer() == officer.id)
    return session.scalar(
        select(func.max(Message.due)).where(*hers, Message.kind == MessageKind.NEWS, Message.due <= until)
    )


def zones(session: Session) -> Sequence[str]:
    """The time zones of the districts, without what is none: then nobody else waits for her news."""
    found = session.scalars(select(District.timezone).distinct().order_by(District.timezone)).all()
    return [each for each in found if is_zone(each)]  # a hand may have written anything


def readers(session: Session, officer_ids: Collection[int]) -> dict[int, NewsReader]:
    """What officers said about how they want to be told, by officer; those who said something."""
    found = session.scalars(select(NewsReader).where(NewsReader.officer_id.in_(officer_ids)))
    return {each.officer_id: each for each in found}


def reader(session: Session, officer_id: int) -> NewsReader:
    """How an officer wants to be told; new, if she never said."""
    found = session.get(NewsReader, officer_id)
    if found is None:
        found = NewsReader(officer_id=officer_id)
        session.add(found)
    return found


def remove_news(session: Session, than: datetime) -> int:
    """Forget what happened before an instant; how many."""
    done = session.execute(delete(News).where(News.at <= than))
    assert isinstance(done, CursorResult)  # noqa: S101 - for the type checker
    return done.rowcount
