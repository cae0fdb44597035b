"""Clusters: proposed by a district, formed by the consent of its members, left without losing their history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import cluster_by_slug, cluster_slugs_like, districts_by_slugs
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, WrongState
from calendar_service.domain.network.clusters import Cluster, ClusterMember, Consent
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.publication import EVERYTHING, cluster_scope
from calendar_service.services.auditing import note
from calendar_service.services.naming import free_slug
from calendar_service.services.news.telling import settle, tell
from calendar_service.services.syndication.keeping import raise_scopes
from calendar_service.text import slugify

FEWEST = 2


def propose(
    session: Session,
    *,
    name: str,
    members: Sequence[str],
    proposer: str,
    by: Viewer,
    now: datetime,
    theme: str = "",
) -> Cluster:
    """Propose a cluster: the proposer accepts with it, the others are asked. Raises Forbidden, Invalid."""
    found = {each.slug: each for each in districts_by_slugs(session, {*members, proposer})}
    for slug in {*members, proposer} - found.keys():
        raise Invalid.of("members", "unknown_value", value=slug)
    if len(found) < FEWEST:
        raise Invalid.of("members", "cluster_too_small", fewest=FEWEST)
    if not may_post_for(by, found[proposer].id):
        raise Forbidden("not_your_district")
    slug = free_slug(name, cluster_slugs_like(session, slugify(name)))
    cluster = Cluster(
        slug=slug, name=name, theme=theme, created=now,
        proposed_by_id=found[proposer].id, coordinator_id=by.officer_id,
    )  # fmt: skip
    for district in found.values():
        member = ClusterMember(district_id=district.id, asked=now)
        member.district = district
        cluster.members.append(member)
    session.add(cluster)
    _answer(cluster, proposer, Consent.ACCEPTED, now=now)
    raise_scopes(session, {cluster_scope(slug)})
    note(session, by=by, deed="cluster-propose", subject=f"cluster:{slug}", now=now, members=sorted(found))
    for district_id in sorted(each.id for each in found.values() if each.slug != proposer):
        tell(session, kind=NewsKind.CLUSTER_ASKED, district_id=district_id, cluster=cluster, text=theme, by=by,
             now=now, by_district_id=found[proposer].id)  # fmt: skip
    return cluster


def answer(session: Session, slug: str, district: str, *, accept: bool, by: Viewer, now: datetime) -> Cluster:
    """Accept or decline for a district of one's own. Raises NotFound, Forbidden, WrongState."""
    state = Consent.ACCEPTED if accept else Consent.DECLINED
    return _change(session, slug, district, state, allowed=Consent.INVITED, by=by, now=now)


def leave(session: Session, slug: str, district: str, *, by: Viewer, now: datetime) -> Cluster:
    """Leave a cluster: its feed loses the district's events, its history stays. Raises as `answer` does."""
    return _change(session, slug, district, Consent.LEFT, allowed=Consent.ACCEPTED, by=by, now=now)


def _change(
    session: Session, slug: str, district: str, state: Consent, *, allowed: Consent, by: Viewer, now: datetime
) -> Cluster:
    cluster = cluster_by_slug(session, slug)
    if not (cluster.exists or by.districts & {each.district_id for each in cluster.members}):
        raise NotFound("cluster")  # only proposed: for those alone that it asks (S18)
    member = _member(cluster, district)
    if not may_post_for(by, member.district_id):
        raise Forbidden("not_your_district")
    if member.state != allowed:
        raise WrongState("invitation_answered")
    _answer(cluster, district, state, now=now)
    raise_scopes(session, {EVERYTHING, cluster_scope(cluster.slug)})
    note(
        session,
        by=by,
        deed=f"cluster-{state}",
        subject=f"cluster:{slug}",
        district_id=member.district_id,
        now=now,
    )
    _tell(session, cluster, member, state, by=by, now=now)
    return cluster


TOLD = {
    Consent.ACCEPTED: NewsKind.CLUSTER_JOINED, Consent.DECLINED: NewsKind.CLUSTER_DECLINED,
    Consent.LEFT: NewsKind.CLUSTER_LEFT,
}  # fmt: skip


def _tell(
    session: Session, cluster: Cluster, member: ClusterMember, state: Consent, *, by: Viewer, now: datetime
) -> None:
    """The answer settles the question; the members, and whoever proposed it, hear of it in the morning."""
    settle(session, kind=NewsKind.CLUSTER_ASKED, district_id=member.district_id, cluster=cluster, now=now)
    hear = {each.district_id for each in cluster.accepted} | {cluster.proposed_by_id or member.district_id}
    for district_id in sorted(hear - {member.district_id}):
        tell(session, kind=TOLD[state], district_id=district_id, cluster=cluster, by=by, now=now,
             by_district_id=member.district_id)  # fmt: skip


def _answer(cluster: Cluster, district: str, state: Consent, *, now: datetime) -> None:
    member = _member(cluster, district)
    member.state, member.answered = state, now


def _member(cluster: Cluster, district: str) -> ClusterMember:
    for each in cluster.members:
        if each.district.slug == district:
            return each
    raise NotFound("cluster")
