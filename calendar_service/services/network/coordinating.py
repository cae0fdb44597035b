"""Who coordinates a cluster: named by who does, or by any member while nobody does; she may ask further districts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.network import clusters as queries
from calendar_service.db.queries.network.places import districts_by_slugs
from calendar_service.domain.access import INVOLVED, Viewer, may_coordinate, may_name_coordinator
from calendar_service.domain.errors import Forbidden, Invalid, NotFound
from calendar_service.domain.network.clusters import Cluster, ClusterMember, Consent
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.people import Officer
from calendar_service.domain.territory.places import District
from calendar_service.services.auditing import note
from calendar_service.services.news.telling import tell


def cluster_for(session: Session, slug: str, *, viewer: Viewer) -> Cluster:
    """A cluster with who coordinates it; one only proposed for those alone that it asks. Raises NotFound (S18)."""
    cluster = queries.coordinated(session, slug)
    members = {each.district_id for each in cluster.members if each.state in INVOLVED}
    if not (cluster.exists or viewer.facilitator or viewer.districts & members):
        raise NotFound("cluster")
    return cluster


def name_coordinator(session: Session, slug: str, officer_id: int, *, by: Viewer, now: datetime) -> Cluster:
    """Let an officer of a member coordinate from now on; all members hear of it in the morning.

    Raises NotFound, Forbidden, Invalid (an officer of no member).
    """
    cluster = cluster_for(session, slug, viewer=by)
    if not may_name_coordinator(by, cluster):
        raise Forbidden("not_coordinator")
    chosen = next((each for each in candidates(session, [cluster])[cluster.id] if each.id == officer_id), None)
    if chosen is None:
        raise Invalid.of("coordinator", "unknown_choice")
    if chosen is cluster.coordinating:
        return cluster
    before = cluster.coordinator_id
    cluster.coordinator, cluster.coordinator_id = chosen, chosen.id
    note(session, by=by, deed="cluster-coordinate", subject=f"cluster:{slug}", now=now,
         coordinator=[before, chosen.id])  # fmt: skip
    for member in sorted(cluster.accepted, key=lambda each: each.district_id):
        tell(session, kind=NewsKind.CLUSTER_COORDINATED, district_id=member.district_id, cluster=cluster,
             text=chosen.name, by=by, now=now)  # fmt: skip
    return cluster


def candidates(session: Session, clusters: Sequence[Cluster]) -> Mapping[int, Sequence[Officer]]:
    """Who may coordinate each cluster (by id): the officers of its members, by name."""
    members = {one.id: {each.district_id for each in one.accepted} for one in clusters}
    officers = queries.officers_in(session, {each for some in members.values() for each in some})
    homes = {each.id: {one.district_id for one in each.memberships} for each in officers}
    return {key: [each for each in officers if homes[each.id] & some] for key, some in members.items()}


def invite(session: Session, slug: str, districts: Sequence[str], *, by: Viewer, now: datetime) -> None:
    """Ask further districts to join; who declined or left may be asked again. Raises NotFound, Forbidden, Invalid."""
    cluster = cluster_for(session, slug, viewer=by)
    if not may_coordinate(by, cluster):
        raise Forbidden("not_coordinator")
    found = {each.slug: each for each in districts_by_slugs(session, districts)}
    for wanted in districts:
        if wanted not in found:
            raise Invalid.of("members", "unknown_value", value=wanted)
    asked = [each for each in found.values() if _ask(cluster, each, now=now)]
    if not asked:
        return
    note(session, by=by, deed="cluster-invite", subject=f"cluster:{slug}", now=now,
         members=sorted(each.slug for each in asked))  # fmt: skip
    for district in asked:
        tell(session, kind=NewsKind.CLUSTER_ASKED, district_id=district.id, cluster=cluster, text=cluster.theme, by=by,
             now=now)  # fmt: skip


def _ask(cluster: Cluster, district: District, *, now: datetime) -> bool:
    """Whether it had not been asked already, and is no member."""
    member = next((each for each in cluster.members if each.district_id == district.id), None)
    if member is None:
        member = ClusterMember(district_id=district.id, asked=now)
        member.district = district
        cluster.members.append(member)
        return True
    if member.state in INVOLVED:
        return False
    member.state, member.asked, member.answered = Consent.INVITED, now, None
    return True
