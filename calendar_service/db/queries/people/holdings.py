"""What the people of a district hold in its name: tokens, calendars of their own, where they were last seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.db.queries.people.keys import is_working
from calendar_service.db.queries.people.officers import is_pending, whole_officer
from calendar_service.domain.people import ApiToken, Invitation, Membership, Officer, PrivateFeed, Role, SignIn

MOST = 200


def members_of(session: Session, district_id: int) -> Sequence[Officer]:
    """Everybody with a place in a district, managers first, closed accounts last."""
    mine = Membership.district_id == district_id
    order = (Officer.deactivated.is_not(None), Membership.role != Role.MANAGER, Officer.name, Officer.id)
    question = select(Officer).join(Membership).where(mine).order_by(*order).limit(MOST)
    return session.scalars(question.options(whole_officer())).all()


def tokens_for(session: Session, district_id: int, *, now: datetime) -> Sequence[ApiToken]:
    """The API tokens that speak for a district, the last used first, with their officers."""
    question = select(ApiToken).where(ApiToken.district_id == district_id, is_working(now))
    order = (ApiToken.last_used.is_(None), ApiToken.last_used.desc(), ApiToken.id.desc())
    return session.scalars(question.order_by(*order).limit(MOST).options(joinedload(ApiToken.officer))).all()


def private_feeds_of_members(session: Session, district_id: int) -> Sequence[PrivateFeed]:
    """The calendars of their own of a district's officers: they show its drafts and holds."""
    hers = select(Membership.officer_id).where(Membership.district_id == district_id)
    question = select(PrivateFeed).where(PrivateFeed.officer_id.in_(hers), PrivateFeed.revoked.is_(None))
    ordered = question.order_by(PrivateFeed.officer_id, PrivateFeed.id).limit(MOST)
    return session.scalars(ordered.options(joinedload(PrivateFeed.officer))).all()


def invitations_to(session: Session, district_id: int, *, now: datetime) -> Sequence[Invitation]:
    """Who is asked to join a district and has not answered."""
    question = select(Invitation).where(Invitation.district_id == district_id, is_pending(now))
    ordered = question.order_by(Invitation.expires, Invitation.id).limit(MOST)
    return session.scalars(ordered.options(joinedload(Invitation.invited_by))).all()


def districts_asked_to_manage(session: Session, *, now: datetime) -> Collection[int]:
    """The districts of which somebody is invited to be the manager, and has not answered."""
    question = select(Invitation.district_id).where(Invitation.role == Role.MANAGER, is_pending(now)).distinct()
    return {each for each in session.scalars(question) if each is not None}


def last_seen(session: Session, officer_ids: Collection[int]) -> Mapping[int, datetime]:
    """When each of these officers was last signed in, as far back as sign-ins are kept."""
    question = select(SignIn.officer_id, func.max(SignIn.last_seen)).where(
        SignIn.officer_id.in_(officer_ids), SignIn.waits_until.is_(None)
    )
    return {row[0]: row[1] for row in session.execute(question.group_by(SignIn.officer_id))}


def people_by_district(session: Session) -> Mapping[int, tuple[int, int]]:
    """How many managers and how many officers in all each district has, of active accounts."""
    managing = func.count().filter(Membership.role == Role.MANAGER)
    question = select(Membership.district_id, managing, func.count()).join(Officer)
    active = question.where(Officer.deactivated.is_(None)).group_by(Membership.district_id)
    return {district_id: (managers, everybody) for district_id, managers, everybody in session.execute(active)}


def revoke_invitations_by(session: Session, officer_id: int, district_id: int, *, now: datetime) -> None:
    """Revoke what an officer has sent in a district's name and nobody has answered."""
    hers = (Invitation.invited_by_id == officer_id, Invitation.district_id == district_id)
    session.execute(update(Invitation).where(*hers, is_pending(now)).values(revoked=now))
