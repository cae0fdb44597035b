"""Questions about officers, their memberships and the invitations that make them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true, update
from sqlalchemy.orm import aliased, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import NotFound
from calendar_service.domain.people import Invitation, Membership, Officer, Role

PAGE = 100
"""How many officers a page lists."""


def whole_officer() -> ORMOption:
    """What loads an officer with her memberships and their districts: one query more, however many officers."""
    return selectinload(Officer.memberships).joinedload(Membership.district)


def officer_by_address(session: Session, address: str) -> Officer | None:
    """Who has the account of a folded address, active or not."""
    return session.scalars(_officers().where(Officer.address == address)).one_or_none()


def officer_by_id(session: Session, officer_id: int) -> Officer:
    """The officer of a row that names her. Raises NotFound."""
    found = session.scalars(_officers().where(Officer.id == officer_id)).one_or_none()
    if found is None:
        raise NotFound("officer")
    return found


def officers_in_charge(session: Session, viewer: Viewer, *, page: int = 1) -> Sequence[Officer]:
    """Whom she looks after, by name, closed accounts last: a facilitator everybody, a manager her districts'."""
    question = (
        _officers().where(_in_charge(viewer)).order_by(Officer.deactivated.is_not(None), Officer.name, Officer.id)
    )
    return session.scalars(question.limit(PAGE).offset((page - 1) * PAGE)).all()


def count_in_charge(session: Session, viewer: Viewer) -> int:
    """How many she looks after."""
    return session.scalar(select(func.count()).select_from(Officer).where(_in_charge(viewer))) or 0


def officers_of(session: Session, district_id: int) -> Sequence[Officer]:
    """The active officers of a district, by name."""
    members = select(Membership.officer_id).where(Membership.district_id == district_id)
    question = _officers().where(Officer.id.in_(members), Officer.deactivated.is_(None))
    return session.scalars(question.order_by(Officer.name, Officer.id).limit(PAGE)).all()


def managers_held(session: Session, district_id: int) -> list[int]:
    """The ids of a district's active managers, held until the transaction ends: none of them leaves meanwhile."""
    question = (
        select(Membership).join(Officer)
        .where(Membership.district_id == district_id, Membership.role == Role.MANAGER, Officer.deactivated.is_(None))
        .order_by(Membership.officer_id).with_for_update(of=(Membership, Officer))
    )  # fmt: skip
    return [each.officer_id for each in session.scalars(question.execution_options(populate_existing=True))]


def facilitators_held(session: Session) -> list[int]:
    """The ids of the network's active facilitators, held until the transaction ends."""
    question = select(Officer.id).where(Officer.facilitator, Officer.deactivated.is_(None))
    return list(session.scalars(question.order_by(Officer.id).with_for_update()))


def invitation_by_hash(session: Session, token_hash: str, *, hold: bool = False) -> Invitation | None:
    """The invitation of a link; `hold` keeps others from using it until the transaction ends."""
    question = _invitations().where(Invitation.token_hash == token_hash)
    if hold:
        question = question.with_for_update().execution_options(populate_existing=True)
    return session.scalars(question).one_or_none()


def invitation_by_id(session: Session, invitation_id: int) -> Invitation:
    """The invitation of a row that names it. Raises NotFound."""
    found = session.scalars(_invitations().where(Invitation.id == invitation_id)).one_or_none()
    if found is None:
        raise NotFound("invitation")
    return found


def pending_invitations(session: Session, viewer: Viewer, *, now: datetime) -> Sequence[Invitation]:
    """The invitations that she may revoke, the newest first, at most a page's worth."""
    mine = true() if viewer.facilitator else Invitation.district_id.in_(viewer.managed)
    question = _invitations().where(mine, is_pending(now)).order_by(Invitation.created.desc(), Invitation.id.desc())
    return session.scalars(question.limit(PAGE)).all()


def lapsed_invitations(session: Session, viewer: Viewer, *, since: datetime, now: datetime) -> Sequence[Invitation]:
    """What ran out unanswered in (since, now] in her charge, the latest first; not who was asked again."""
    newer = aliased(Invitation)
    same = newer.district_id.is_not_distinct_from(Invitation.district_id)
    asked_again = exists().where(newer.address == Invitation.address, same, newer.id > Invitation.id)
    mine = true() if viewer.facilitator else Invitation.district_id.in_(viewer.managed)
    unanswered = Invitation.used.is_(None) & Invitation.revoked.is_(None)
    over = (unanswered, Invitation.expires > since, Invitation.expires <= now)
    question = _invitations().where(mine, *over, ~asked_again).order_by(Invitation.expires.desc(), Invitation.id.desc())
    return session.scalars(question.limit(PAGE)).all()


def revoke_invitations_of(session: Session, officer: Officer, *, now: datetime) -> None:
    """Revoke what an officer has sent, and what was sent to her."""
    hers = or_(Invitation.invited_by_id == officer.id, Invitation.address == officer.address)
    session.execute(update(Invitation).where(hers, is_pending(now)).values(revoked=now))


def revoke_invitations_received(session: Session, address: str, *, now: datetime) -> None:
    """Revoke whatever was sent to an address that nobody answers by any more."""
    session.execute(update(Invitation).where(Invitation.address == address, is_pending(now)).values(revoked=now))


def revoke_invitations_to(session: Session, address: str, district_id: int | None, *, now: datetime) -> None:
    """Revoke what was sent to an address for a district (or for the network): a newer one takes its place."""
    same = Invitation.district_id.is_(None) if district_id is None else Invitation.district_id == district_id
    session.execute(update(Invitation).where(Invitation.address == address, same, is_pending(now)).values(revoked=now))


def is_pending(now: datetime) -> ColumnElement[bool]:
    """Whether an invitation still waits for an answer."""
    return Invitation.used.is_(None) & Invitation.revoked.is_(None) & (Invitation.expires > now)


def _officers() -> Select[Officer]:
    return select(Officer).options(whole_officer())


def _invitations() -> Select[Invitation]:
    return select(Invitation).options(selectinload(Invitation.district), selectinload(Invitation.invited_by))


def _in_charge(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.facilitator:
        return true()
    return _member_of(viewer.managed) if viewer.managed else false()


def _member_of(district_ids: Iterable[int]) -> ColumnElement[bool]:
    members = select(Membership.officer_id).where(Membership.district_id.in_(list(district_ids)))
    return Officer.id.in_(members)
