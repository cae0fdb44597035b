"""Special days that officers add: a district's anniversary, a local day off, a day on which the streets are closed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Instant, Slug
from calendar_service.domain.territory.places import District


class SpecialDayKind(StrEnum):
    """What sort of day it is."""

    ANNIVERSARY = "anniversary"
    DAY_OFF = "day-off"
    CLOSED = "closed"
    OTHER = "other"


class SpecialDay(Base, kw_only=True, eq=False, repr=False):
    """A day that whoever plans should know of. Without a district it is the whole metropolis's.

    `yearly`: it comes again on the same day of each year, from this one on. `removed` keeps the row, so that
    taking it away can be undone (R25).
    """

    __tablename__ = "special_day"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    day: Mapped[date]
    name: Mapped[str]
    kind: Mapped[Slug] = mapped_column(default=SpecialDayKind.OTHER)
    yearly: Mapped[bool] = mapped_column(default=False)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), default=None)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    created: Mapped[Instant]
    removed: Mapped[Instant | None] = mapped_column(default=None)

    district: Mapped[District | None] = relationship(init=False, lazy="raise")

    __table_args__ = (Index("ix_special_day_day", "day"),)

    def on(self, year: int) -> date | None:
        """Its day in a year; None when it is not then. The 29th of February is the 28th where there is none."""
        if not self.yearly:
            return self.day if self.day.year == year else None
        if year < self.day.year:
            return None
        try:
            return self.day.replace(year=year)
        except ValueError:
            return date(year, 2, 28)

    def days(self, first: date, last: date) -> list[date]:
        """Its days from one to another, both included."""
        found = (self.on(year) for year in range(first.year, last.year + 1))
        return [each for each in found if each is not None and first <= each <= last]
