"""What the municipalities of a joint event ask of each other: a change of it, or to be its host from now on."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Instant, LongText, Slug
from calendar_service.domain.events import Event
from calendar_service.domain.territory.places import District


class RequestKind(StrEnum):
    """A co-host asks the host for a change; the host asks a co-host to take the event over."""

    CHANGE = "change"
    HAND_OVER = "hand-over"


class EventRequest(Base, kw_only=True, eq=False, repr=False):
    """One request about a joint event. `district_id` is the co-host that asks, or that is asked to take over.

    `granted` is None until it is answered; the rows stay (S15).
    """

    __tablename__ = "event_request"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Slug]
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    text: Mapped[LongText] = mapped_column(default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    asked: Mapped[Instant]
    granted: Mapped[bool | None] = mapped_column(default=None)
    answer: Mapped[LongText] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    answered: Mapped[Instant | None] = mapped_column(default=None)

    district: Mapped[District] = relationship(init=False, lazy="raise")
    event: Mapped[Event] = relationship(init=False, lazy="raise")

    @property
    def waits(self) -> bool:
        """Whether it has not been answered."""
        return self.answered is None
