"""What waits on the desk, beside events: requests of other municipalities, districts that nobody looks after."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.domain.events import Event, Status
from calendar_service.domain.network.requests import EventRequest, RequestKind
from calendar_service.domain.people import Membership, Officer, Role
from calendar_service.domain.territory.places import District

OFF = (Status.CANCELLED, Status.DISCARDED)


def requests_to(session: Session, district_ids: frozenset[int], *, limit: int) -> Sequence[EventRequest]:
    """What waits for an answer of these districts, the oldest first: a change of what they host, a hand-over to them.

    With the event, its host and the district that asks or is asked.
    """
    change = (EventRequest.kind == RequestKind.CHANGE) & Event.host_id.in_(district_ids)
    taking = (EventRequest.kind == RequestKind.HAND_OVER) & EventRequest.district_id.in_(district_ids)
    waits = (EventRequest.answered.is_(None), Event.status.not_in(OFF), Event.withdrawn.is_(False))
    question = select(EventRequest).join(EventRequest.event).where(or_(change, taking), *waits)
    whole = (joinedload(EventRequest.district), joinedload(EventRequest.event).joinedload(Event.host))
    return session.scalars(question.order_by(EventRequest.id).limit(limit).options(*whole)).all()


def districts_without_manager(session: Session) -> Sequence[District]:
    """The districts of which no active officer is manager, by name."""
    held = (
        select(Membership.officer_id).join(Officer)
        .where(Membership.district_id == District.id, Membership.role == Role.MANAGER, Officer.deactivated.is_(None))
    )  # fmt: skip
    return session.scalars(select(District).where(~exists(held)).order_by(District.name)).all()
