"""Where: zones, districts and their neighbours, venues."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from calendar_service.domain.columns import Base, Codes, Details, Instant, LongText, Slug


class Zone(Base, kw_only=True, eq=False, repr=False):
    """A part of the metropolis, for browsing only: a label, not a unit that decides anything."""

    __tablename__ = "zone"

    slug: Mapped[Slug] = mapped_column(primary_key=True)
    name: Mapped[str]
    sort: Mapped[int] = mapped_column(default=0)


class District(Base, kw_only=True, eq=False, repr=False):
    """A territory and its municipality (1:1). It hosts events.

    `code` is the statistics office's code (ubigeo in Peru), `cell_column` and `cell_row` place it
    on the hexagon map (odd rows stand half a cell to the right), `latitude` and `longitude` are a
    point inside it (WGS 84, degrees).
    """

    __tablename__ = "district"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    municipality: Mapped[str]
    zone_slug: Mapped[Slug] = mapped_column(ForeignKey("zone.slug"), index=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    cell_column: Mapped[int]
    cell_row: Mapped[int]
    population: Mapped[int]
    timezone: Mapped[str]
    site: Mapped[str] = mapped_column(default="")
    contact_address: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    about: Mapped[LongText] = mapped_column(default="")
    version: Mapped[int] = mapped_column(init=False, default=1)

    zone: Mapped[Zone] = relationship(init=False, lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Neighbour(Base, kw_only=True, eq=False, repr=False):
    """A pair of adjacent districts; each pair stands twice, once from either side."""

    __tablename__ = "neighbour"

    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), primary_key=True)
    neighbour_id: Mapped[int] = mapped_column(ForeignKey("district.id"), primary_key=True)

    __table_args__ = (CheckConstraint("district_id <> neighbour_id", name="not_itself"),)


class Venue(Base, kw_only=True, eq=False, repr=False):
    """A place where events happen (schema.org/Place). Merged by `replaced_by_id`, never deleted.

    `kind` is a slug of the vocabulary `venue_kind`, `accessibility` codes of `accessibility`.
    """

    __tablename__ = "venue"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[Slug]
    address: Mapped[str] = mapped_column(default="")
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    latitude: Mapped[float | None] = mapped_column(default=None)
    longitude: Mapped[float | None] = mapped_column(default=None)
    capacity: Mapped[int | None] = mapped_column(default=None)
    accessibility: Mapped[Codes] = mapped_column(default=())
    public_space: Mapped[bool] = mapped_column(default=False)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), default=None)
    created: Mapped[Instant]
    version: Mapped[int] = mapped_column(init=False, default=1)

    district: Mapped[District] = relationship(init=False, lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
    __table_args__ = (Index("ix_venue_district_id_name", "district_id", "name"),)


class VenueMerge(Base, kw_only=True, eq=False, repr=False):
    """A venue for which another stands from then on. `moved` says what it took along, so that it can be undone: the
    ids of `events`, and of the `followers`, venues that it stood for itself.
    """

    __tablename__ = "venue_merge"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    at: Mapped[Instant] = mapped_column(index=True)
    moved: Mapped[Details]
    undone: Mapped[Instant | None] = mapped_column(default=None)

    venue: Mapped[Venue] = relationship(init=False, lazy="raise", foreign_keys=venue_id)
    into: Mapped[Venue] = relationship(init=False, lazy="raise", foreign_keys=into_id)
