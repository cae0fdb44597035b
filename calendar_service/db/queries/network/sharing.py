"""Questions about what municipalities share with each other, and about their standing agreements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from calendar_service.db.engine import Session
from calendar_service.domain.events import PUBLIC, Event, Host, Occurrence
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.network.sharing import Share, ShareState, StandingShare
from calendar_service.domain.territory.places import District, Venue

MOST = 200


def shares_of(session: Session, event: Event) -> Sequence[Share]:
    """To which districts an event was proposed, by name."""
    question = select(Share).join(District, District.id == Share.district_id).where(Share.event_id == event.id)
    found = session.scalars(question.order_by(District.name).options(joinedload(Share.district))).all()
    for each in found:
        set_committed_value(each, "event", event)
    return found


def receivers_of(session: Session, event_id: int) -> list[tuple[str, str]]:
    """Slug and name of the districts that show an event as somebody else's, by name."""
    question = select(District.slug, District.name).join(Share, Share.district_id == District.id)
    accepted = (Share.event_id == event_id, Share.state == ShareState.ACCEPTED)
    return [(slug, name) for slug, name in session.execute(question.where(*accepted).order_by(District.name))]


def shared_with(
    session: Session, districts: Collection[int], *, states: Collection[str], now: datetime, limit: int = MOST,
    whole: bool = False,
) -> Sequence[Share]:  # fmt: skip
    """What is proposed to districts and neither over nor theirs by now, the soonest first, with its event and its host;
    if so asked, with all that a line shows of the event: three queries more.
    """
    following = (
        select(Occurrence.event_id, func.min(Occurrence.start_utc).label("next"))
        .where(Occurrence.end_utc > now).group_by(Occurrence.event_id).subquery()
    )  # fmt: skip
    joint = exists().where(
        Host.event_id == Event.id, Host.district_id == Share.district_id, Host.state == Consent.ACCEPTED
    )
    question = (
        select(Share).join(Event, Event.id == Share.event_id).join(following, following.c.event_id == Event.id)
        .where(
            Share.district_id.in_(districts), Share.state.in_(states), Event.status.in_(PUBLIC), ~Event.is_bare,
            Event.host_id != Share.district_id, ~joint,
        )
        .order_by(following.c.next, Event.id, Share.district_id).limit(limit)
        .options(*(_with_event() if whole else _with_host()))
    )  # fmt: skip
    return session.scalars(question).all()


def proposed_by(session: Session, giver_id: int, receiver_id: int) -> Sequence[Share]:
    """What one district proposes to another and has no answer yet, with its event."""
    question = (
        select(Share).join(Event, Event.id == Share.event_id)
        .where(Event.host_id == giver_id, Share.district_id == receiver_id, Share.state == ShareState.PROPOSED)
        .order_by(Share.event_id).limit(MOST)
        .options(*_with_event())
    )  # fmt: skip
    return session.scalars(question).all()


def _with_host() -> tuple[ORMOption, ...]:
    return joinedload(Share.district), joinedload(Share.event).joinedload(Event.host)


def _with_event() -> tuple[ORMOption, ...]:
    """The event with what a line of it shows, and with what says whether it still takes place."""
    event = joinedload(Share.event)
    return (
        *_with_host(),
        event.joinedload(Event.venue).joinedload(Venue.district), event.selectinload(Event.terms),
        event.selectinload(Event.overrides), event.selectinload(Event.hosts).joinedload(Host.district),
    )  # fmt: skip


def standing_from(session: Session, giver_id: int) -> Sequence[StandingShare]:
    """Who accepts by itself what a district proposes."""
    question = select(StandingShare).where(StandingShare.giver_id == giver_id)
    return session.scalars(question.options(joinedload(StandingShare.receiver)).order_by(StandingShare.id)).all()


def standing_with(session: Session, districts: Collection[int]) -> Sequence[StandingShare]:
    """The standing agreements that districts have, on either side."""
    either = or_(StandingShare.giver_id.in_(districts), StandingShare.receiver_id.in_(districts))
    question = select(StandingShare).where(either).order_by(StandingShare.since, StandingShare.id).limit(MOST)
    return session.scalars(question.options(joinedload(StandingShare.giver), joinedload(StandingShare.receiver))).all()


def standing_numbered(session: Session, number: int) -> StandingShare | None:
    """One of them."""
    question = select(StandingShare).where(StandingShare.id == number)
    return session.scalars(
        question.options(joinedload(StandingShare.giver), joinedload(StandingShare.receiver))
    ).one_or_none()
