"""What came of a date once it was over: whether it took place, and how many people came."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from calendar_service.domain.columns import Base, Instant, LongText, Slug


class Outcome(Base, kw_only=True, eq=False, repr=False):
    """By the original time of the date, as dates are moved; `people` is None where nobody counted."""

    __tablename__ = "outcome"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    recurrence_id: Mapped[Slug]
    held: Mapped[bool]
    people: Mapped[int | None] = mapped_column(default=None)
    note: Mapped[LongText] = mapped_column(default="")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    at: Mapped[Instant]

    __table_args__ = (UniqueConstraint("event_id", "recurrence_id", name="uq_outcome_event_id_recurrence_id"),)
