"""Clusters: named groups of districts that act jointly, formed by consent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Instant, LongText, Slug
from calendar_service.domain.people import Officer
from calendar_service.domain.territory.places import District

ENOUGH_MEMBERS = 2
"""A cluster exists once this many members have accepted."""


class Consent(StrEnum):
    """How a district answered an invitation, to a cluster or to co-host an event."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LEFT = "left"


class Cluster(Base, kw_only=True, eq=False, repr=False):
    """A named group of districts, by proximity or by theme. A district may be in several."""

    __tablename__ = "cluster"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    name: Mapped[str]
    theme: Mapped[LongText] = mapped_column(default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), default=None)
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    created: Mapped[Instant]

    members: Mapped[list[ClusterMember]] = relationship(
        init=False, lazy="raise", back_populates="cluster", cascade="all, delete-orphan"
    )
    coordinator: Mapped[Officer | None] = relationship(init=False, lazy="raise")

    @property
    def accepted(self) -> list[ClusterMember]:
        """The members that have accepted and not left."""
        return [each for each in self.members if each.state == Consent.ACCEPTED]

    @property
    def coordinating(self) -> Officer | None:
        """Who coordinates it: nobody once she, or her district, is no longer of it. Her memberships are loaded."""
        who, members = self.coordinator, {each.district_id for each in self.accepted}
        if who is None or who.deactivated or members.isdisjoint(each.district_id for each in who.memberships):
            return None
        return who

    @property
    def exists(self) -> bool:
        """Whether enough members have accepted for the cluster to be shown and fed."""
        return len(self.accepted) >= ENOUGH_MEMBERS

    @property
    def ended(self) -> datetime | None:
        """When the last of those left that made it one; None while it exists, and for one that never did."""
        left = [each.answered for each in self.members if each.state == Consent.LEFT and each.answered]
        return None if self.exists or len(self.accepted) + len(left) < ENOUGH_MEMBERS else max(left)


class ClusterMember(Base, kw_only=True, eq=False, repr=False):
    """A district's place in a cluster; leaving keeps the row, so the history stays."""

    __tablename__ = "cluster_member"

    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), init=False, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), primary_key=True, index=True)
    state: Mapped[Slug] = mapped_column(default=Consent.INVITED)
    asked: Mapped[Instant]
    answered: Mapped[Instant | None] = mapped_column(default=None)

    cluster: Mapped[Cluster] = relationship(init=False, lazy="raise", back_populates="members")
    district: Mapped[District] = relationship(init=False, lazy="raise")
