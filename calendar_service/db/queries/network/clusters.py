"""Questions about clusters as their members look after them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from calendar_service.db.engine import Session
from calendar_service.domain.errors import NotFound
from calendar_service.domain.network.clusters import Cluster, ClusterMember
from calendar_service.domain.people import Membership, Officer

MOST = 200


def with_members() -> tuple[ORMOption, ...]:
    """What loads a cluster with its members: one query more, however many clusters."""
    return (selectinload(Cluster.members).joinedload(ClusterMember.district),)


def with_coordinator() -> tuple[ORMOption, ...]:
    """The same, and with who coordinates it."""
    return (*with_members(), joinedload(Cluster.coordinator).selectinload(Officer.memberships))


def coordinated(session: Session, slug: str) -> Cluster:
    """The cluster with a slug, existing or only proposed, with who coordinates it. Raises NotFound."""
    found = session.scalars(select(Cluster).where(Cluster.slug == slug).options(*with_coordinator())).one_or_none()
    if found is None:
        raise NotFound("cluster")
    return found


def officers_in(session: Session, districts: Collection[int]) -> Sequence[Officer]:
    """The active officers of districts, by name, with their memberships."""
    theirs = select(Membership.officer_id).where(Membership.district_id.in_(districts))
    question = select(Officer).where(Officer.deactivated.is_(None), Officer.id.in_(theirs))
    return session.scalars(
        question.order_by(Officer.name, Officer.id).limit(MOST)
        .options(selectinload(Officer.memberships).joinedload(Membership.district))
    ).all()  # fmt: skip
