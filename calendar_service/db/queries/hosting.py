"""Which events the districts of a selection host, alone or jointly (S15): the one home of that question."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import CompoundSelect, Select, select, union_all

from calendar_service.domain.clusters import Cluster, ClusterMember, Consent
from calendar_service.domain.events import Event, Host
from calendar_service.domain.places import District
from calendar_service.domain.selection import Selection


def hosted(selection: Selection) -> Iterator[CompoundSelect[int]]:
    """For each kind of place that a selection names, the ids of the events that such districts host."""
    if selection.districts:
        yield _hosted_by(select(District.id).where(District.slug.in_(selection.districts)))
    if selection.clusters:
        members = select(ClusterMember.district_id).join(Cluster, Cluster.id == ClusterMember.cluster_id)
        accepted = ClusterMember.state == Consent.ACCEPTED
        yield _hosted_by(members.where(Cluster.slug.in_(selection.clusters), accepted))
    if selection.zones:
        yield _hosted_by(select(District.id).where(District.zone_slug.in_(selection.zones)))


def _hosted_by(districts: Select[int]) -> CompoundSelect[int]:
    """Hosted by one of the districts, or co-hosted by one that accepted."""
    host = select(Event.id).where(Event.host_id.in_(districts))
    joint = select(Host.event_id).where(Host.state == Consent.ACCEPTED, Host.district_id.in_(districts))
    return union_all(host, joint)
