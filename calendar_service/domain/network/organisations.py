"""The register of civil-society cultural organisations: the allies with whom municipalities make their season."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Codes, Instant, LongText, Slug
from calendar_service.domain.territory.places import District


class OrganisationRole(StrEnum):
    """As what an organisation takes part in an event."""

    ORGANISER = "organiser"
    ALLY = "ally"


class Organisation(Base, kw_only=True, eq=False, repr=False):
    """An entry of the register. Merged by `replaced_by_id`, never deleted; its slug never changes.

    `kind` is a slug of `organisation_kind`, `disciplines` slugs of `discipline`. Officers see every entry, others
    the public ones. What takes part in an event is public, and stays so. `verified` is when an officer looked into it
    and found it to be as it is said here, `verified_by_id` who.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[Slug]
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    disciplines: Mapped[Codes] = mapped_column(default=())
    about: Mapped[LongText] = mapped_column(default="")
    site: Mapped[str] = mapped_column(default="")
    contact_address: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    public: Mapped[bool] = mapped_column(default=True)
    verified: Mapped[Instant | None] = mapped_column(default=None)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), default=None)
    created: Mapped[Instant]
    version: Mapped[int] = mapped_column(init=False, default=1)

    district: Mapped[District] = relationship(init=False, lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
    __table_args__ = (Index("ix_organisation_district_id_name", "district_id", "name"),)
