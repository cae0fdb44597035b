"""Cross-promotion: a municipality proposes its event to others, who put it on their own page and feed, or do not."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Instant, LongText, Slug
from calendar_service.domain.events import Event
from calendar_service.domain.territory.places import District

ANY = ""
"""In place of a discipline: all of them."""


class ShareState(StrEnum):
    """Where a proposal stands: the receiver accepts, declines, takes down; the host withdraws."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_DOWN = "taken-down"
    WITHDRAWN = "withdrawn"


OPEN = (ShareState.PROPOSED, ShareState.ACCEPTED)
"""What the host may withdraw."""


class Share(Base, kw_only=True, eq=False, repr=False):
    """An event that its host proposes to a district; only what is accepted is shown there. The row stays.

    `text` is what the host says with it. `standing`: a standing agreement accepted it. Who shares changes nothing of
    the event, so it hangs beside it and raises none of its counters.
    """

    __tablename__ = "share"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), primary_key=True)
    state: Mapped[Slug] = mapped_column(default=ShareState.PROPOSED)
    text: Mapped[LongText] = mapped_column(default="")
    proposed: Mapped[Instant]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    answered: Mapped[Instant | None] = mapped_column(default=None)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    standing: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(init=False, default=1)

    event: Mapped[Event] = relationship(init=False, lazy="raise")
    district: Mapped[District] = relationship(init=False, lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
    __table_args__ = (Index("ix_share_district_id_state", "district_id", "state"),)


class StandingShare(Base, kw_only=True, eq=False, repr=False):
    """A district accepts by itself what another proposes: all of it, or what is of one discipline (or below it)."""

    __tablename__ = "standing_share"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    discipline: Mapped[Slug] = mapped_column(default=ANY)
    since: Mapped[Instant]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)

    giver: Mapped[District] = relationship(init=False, lazy="raise", foreign_keys=giver_id)
    receiver: Mapped[District] = relationship(init=False, lazy="raise", foreign_keys=receiver_id)

    __table_args__ = (UniqueConstraint("giver_id", "receiver_id", "discipline", name="uq_standing_share_pair"),)


def is_of_others(event: Event, districts: Collection[str]) -> bool:
    """Whether none of some districts (slugs; one at least) hosts an event, alone or jointly: they share it."""
    hosts = {event.host.slug, *(each.district.slug for each in event.cohosts)}
    return bool(districts) and hosts.isdisjoint(districts)
