"""What was done: revisions of events, and the audit log. Rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Details, Instant, Slug
from calendar_service.domain.people import Officer
from calendar_service.domain.territory.places import District


class Revision(Base, kw_only=True, eq=False, repr=False):
    """Who changed what in an event, and when. `changes` maps a field's name to [old, new], as plain JSON."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int]
    deed: Mapped[Slug]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), default=None)
    at: Mapped[Instant]
    changes: Mapped[Details] = mapped_column(default_factory=dict)

    officer: Mapped[Officer | None] = relationship(init=False, lazy="raise")
    district: Mapped[District | None] = relationship(init=False, lazy="raise")

    __table_args__ = (UniqueConstraint("event_id", "number", name="uq_revision_event_id_number"),)


class Audit(Base, kw_only=True, eq=False, repr=False):
    """Who did what to what, when, from which channel (S44). `subject` names the thing, such as `event:festival-x`.

    The database itself refuses to change or delete a row (triggers made by the migration).
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    at: Mapped[Instant]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    channel: Mapped[Slug]
    deed: Mapped[Slug]
    subject: Mapped[str]
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), default=None)
    details: Mapped[Details] = mapped_column(default_factory=dict)

    __table_args__ = (Index("ix_audit_at", "at"), Index("ix_audit_subject", "subject"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for: deeds that begin so, things that are called so, by whom, from when until when."""

    deed: str = ""
    subject: str = ""
    officer_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
