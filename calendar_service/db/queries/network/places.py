"""Questions about districts, clusters and venues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import NotFound
from calendar_service.domain.events import PUBLIC, Event, Occurrence
from calendar_service.domain.network.clusters import ENOUGH_MEMBERS, Cluster, ClusterMember, Consent
from calendar_service.domain.territory.places import District, Neighbour, Venue


def all_districts(session: Session) -> Sequence[District]:
    """Every district, by name."""
    return session.scalars(select(District).options(joinedload(District.zone)).order_by(District.name)).all()


def district_by_slug(session: Session, slug: str) -> District:
    """The district with a slug. Raises NotFound."""
    question = select(District).where(District.slug == slug).options(joinedload(District.zone))
    found = session.scalars(question).one_or_none()
    if found is None:
        raise NotFound("district")
    return found


def districts_by_slugs(session: Session, slugs: Iterable[str]) -> Sequence[District]:
    """The districts with these slugs, those that there are."""
    return session.scalars(select(District).where(District.slug.in_(list(slugs))).order_by(District.slug)).all()


def neighbours_of(session: Session, district: District) -> Sequence[District]:
    """The adjacent districts, by name."""
    adjacent = select(Neighbour.neighbour_id).where(Neighbour.district_id == district.id)
    return session.scalars(select(District).where(District.id.in_(adjacent)).order_by(District.name)).all()


def existing_clusters(session: Session) -> Sequence[Cluster]:
    """The clusters that enough members have accepted, with their members, by name."""
    enough = (
        select(ClusterMember.cluster_id).where(ClusterMember.state == Consent.ACCEPTED)
        .group_by(ClusterMember.cluster_id).having(func.count() >= ENOUGH_MEMBERS)
    )  # fmt: skip
    question = select(Cluster).where(Cluster.id.in_(enough)).order_by(Cluster.name)
    return session.scalars(question.options(selectinload(Cluster.members).joinedload(ClusterMember.district))).all()


def cluster_by_slug(session: Session, slug: str) -> Cluster:
    """The cluster with a slug, existing or only proposed. Raises NotFound."""
    question = select(Cluster).where(Cluster.slug == slug)
    found = session.scalars(
        question.options(selectinload(Cluster.members).joinedload(ClusterMember.district))
    ).one_or_none()
    if found is None:
        raise NotFound("cluster")
    return found


def cluster_slugs_of(session: Session, district_ids: Iterable[int]) -> set[str]:
    """The slugs of the clusters in which one of these districts is an accepted member."""
    question = (
        select(Cluster.slug).join(ClusterMember)
        .where(ClusterMember.district_id.in_(list(district_ids)), ClusterMember.state == Consent.ACCEPTED)
    )  # fmt: skip
    return set(session.scalars(question))


def venue_by_slug(session: Session, slug: str) -> Venue:
    """The venue with a slug; of a merged one, the venue that replaced it. Raises NotFound."""
    question = select(Venue).where(Venue.slug == slug).options(joinedload(Venue.district))
    found = session.scalars(question).one_or_none()
    while found is not None and found.replaced_by_id is not None:
        found = session.scalars(
            select(Venue).where(Venue.id == found.replaced_by_id).options(joinedload(Venue.district))
        ).one_or_none()
    if found is None:
        raise NotFound("venue")
    return found


def venues_known_to(viewer: Viewer) -> ColumnElement[bool]:
    """Over `Venue`: where something public is held, also under a former name, or which is in one of her districts.

    A venue that only a draft or a hold names is as private as they are (S17).
    """
    merged = aliased(Venue)
    formerly = exists().where(merged.replaced_by_id == Venue.id, _is_public_at(merged.id))
    return or_(_is_public_at(Venue.id), formerly, Venue.district_id.in_(viewer.districts))


def _is_public_at(venue_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    public = (Event.id == Occurrence.event_id) & Event.status.in_(PUBLIC) & ~Event.is_bare
    return exists().where(Occurrence.venue_id == venue_id, public)


def is_known_to(session: Session, viewer: Viewer, venue: Venue) -> bool:
    """Whether somebody may know of a venue."""
    question = select(Venue.id).where(Venue.id == venue.id, venues_known_to(viewer))
    return session.scalars(question).one_or_none() is not None


def venues_in(
    session: Session, district_ids: Iterable[int], *, limit: int = 500, merged: bool = False
) -> Sequence[Venue]:
    """The venues of districts, by name; those that another stands for only if `merged`."""
    question = select(Venue).where(Venue.district_id.in_(list(district_ids)))
    question = question if merged else question.where(Venue.replaced_by_id.is_(None))
    ordered = question.order_by(Venue.name, Venue.id).limit(limit)
    return session.scalars(ordered.options(joinedload(Venue.district))).all()


def every_venue(session: Session, *, limit: int = 5_000, known_to: Viewer | None = None) -> Sequence[Venue]:
    """The venues of the whole metropolis, by name, merged ones left out; only those that somebody may know of."""
    question = select(Venue).where(Venue.replaced_by_id.is_(None)).options(joinedload(Venue.district))
    question = question if known_to is None else question.where(venues_known_to(known_to))
    return session.scalars(question.order_by(Venue.name, Venue.id).limit(limit)).all()


def venue_slugs_like(session: Session, stem: str) -> set[str]:
    """Slugs of venues that are the stem or the stem and a number."""
    return set(session.scalars(select(Venue.slug).where((Venue.slug == stem) | Venue.slug.like(stem + "-%"))))


def cluster_slugs_like(session: Session, stem: str) -> set[str]:
    """Slugs of clusters that are the stem or the stem and a number."""
    return set(session.scalars(select(Cluster.slug).where((Cluster.slug == stem) | Cluster.slug.like(stem + "-%"))))


def slugs_around(session: Session, district_ids: Sequence[int]) -> list[str]:
    """The slugs of the districts next to any of these."""
    around = select(Neighbour.neighbour_id).where(Neighbour.district_id.in_(district_ids))
    return list(session.scalars(select(District.slug).where(District.id.in_(around)).order_by(District.slug)))
