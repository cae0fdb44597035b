"""Which events stand under the districts of a selection, and whose they are: the one home of that question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, case, null, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from calendar_service.domain.events import Event, Host
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import Cluster, ClusterMember, Consent
from calendar_service.domain.network.sharing import Share, ShareState
from calendar_service.domain.territory.places import District


def hosted(selection: Selection, *, shared: bool = True) -> Iterator[CompoundSelect[int]]:
    """For each kind of place that a selection names, the ids of the events that such districts host, alone or
    jointly (S15). With `shared`, also of those that a district named by itself puts on its own page.
    """
    if selection.districts:
        districts = _named(selection)
        yield union_all(*_hosted_by(districts), *([_shared_with(districts)] if shared else []))
    if selection.clusters:
        yield union_all(*_hosted_by(_members(selection)))
    if selection.zones:
        yield union_all(*_hosted_by(select(District.id).where(District.zone_slug.in_(selection.zones))))


def ways_in(selection: Selection) -> Iterator[tuple[list[ColumnElement[bool]], bool]]:
    """How an event comes into a selection of one district, one cluster or everything: ways that exclude each other, as
    clauses over `Event`, and whether it is only because others share it.
    """
    if not selection.districts and not selection.clusters:
        yield [], False
        return
    districts = _named(selection) if selection.districts else _members(selection)
    joint = Event.id.in_(_hosted_by(districts)[1])
    of_others = Event.host_id.not_in(districts)
    yield [Event.host_id.in_(districts)], False
    yield [joint, of_others], False
    if selection.districts:
        yield [Event.id.in_(_shared_with(districts)), of_others, ~joint], True


def shared_by(selection: Selection, said: InstrumentedAttribute[str]) -> ColumnElement[Any]:
    """What the host of an event is called, where the event stands in a selection only because others share it.

    To be asked beside `Event`; null for what the selection's own districts host.
    """
    if not selection.districts:
        return null()
    host = select(said).where(District.id == Event.host_id).correlate(Event).scalar_subquery()
    return case((Event.id.not_in(union_all(*_hosted_by(_named(selection)))), host))


def _named(selection: Selection) -> Select[int]:
    return select(District.id).where(District.slug.in_(selection.districts))


def _members(selection: Selection) -> Select[int]:
    members = select(ClusterMember.district_id).join(Cluster, Cluster.id == ClusterMember.cluster_id)
    return members.where(Cluster.slug.in_(selection.clusters), ClusterMember.state == Consent.ACCEPTED)


def _hosted_by(districts: Select[int]) -> tuple[Select[int], Select[int]]:
    """Hosted by one of the districts, or co-hosted by one that accepted."""
    host = select(Event.id).where(Event.host_id.in_(districts))
    joint = select(Host.event_id).where(Host.state == Consent.ACCEPTED, Host.district_id.in_(districts))
    return host, joint


def _shared_with(districts: Select[int]) -> Select[int]:
    return select(Share.event_id).where(Share.state == ShareState.ACCEPTED, Share.district_id.in_(districts))
