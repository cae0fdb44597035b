"""Templates of one's own: what the events that a municipality posts again and again have in common."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Details, Instant, Slug
from calendar_service.domain.territory.places import District


class Template(Base, kw_only=True, eq=False, repr=False):
    """An event's text, hours and repetition without its dates, for whoever posts for its district.

    `folded` is the name as it is compared: no two of a district are called alike. `draft` is an event as it is entered
    (`services.drafts`), its start that of the event from which it was made.
    """

    __tablename__ = "template"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    name: Mapped[str]
    folded: Mapped[Slug]
    draft: Mapped[Details] = mapped_column(default_factory=dict)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    created: Mapped[Instant]

    district: Mapped[District] = relationship(init=False, lazy="raise")

    __table_args__ = (UniqueConstraint("district_id", "folded", name="uq_template_district_id_folded"),)
