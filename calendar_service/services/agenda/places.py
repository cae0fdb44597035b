"""Districts, clusters and venues as citizens look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calendar_service.db.engine import Session
from calendar_service.db.queries.network import places as queries
from calendar_service.domain.access import ANYBODY, Viewer
from calendar_service.domain.errors import NotFound
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.territory.places import District, Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """A district, the ones next to it and the clusters in which it acts."""

    district: District
    neighbours: Sequence[District]
    clusters: Sequence[Cluster]


def all_districts(session: Session) -> Sequence[District]:
    """Every district, by name."""
    return queries.all_districts(session)


def district_with_surroundings(session: Session, slug: str) -> Surroundings:
    """A district and what it belongs to. Raises NotFound."""
    district = queries.district_by_slug(session, slug)
    clusters = [
        each
        for each in queries.existing_clusters(session)
        if district.id in {member.district_id for member in each.accepted}
    ]
    return Surroundings(district=district, neighbours=queries.neighbours_of(session, district), clusters=clusters)


def existing_clusters(session: Session) -> Sequence[Cluster]:
    """The clusters that there are, with their members, by name."""
    return queries.existing_clusters(session)


def existing_cluster(session: Session, slug: str) -> Cluster:
    """A cluster that enough members have accepted; one only proposed is not there yet. Raises NotFound."""
    cluster = queries.cluster_by_slug(session, slug)
    if not cluster.exists:
        raise NotFound("cluster")
    return cluster


def venue(session: Session, slug: str, *, viewer: Viewer = ANYBODY) -> Venue:
    """A venue; of a merged one, the venue that replaced it. Raises NotFound, also for what she may not know of."""
    found = queries.venue_by_slug(session, slug)
    if not queries.is_known_to(session, viewer, found):
        raise NotFound("venue")
    return found
