"""Which events stand under the districts of a selection, and whose they are: the one home of that question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, SelectBase, and_, case, null, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from calendar_service.domain.events import Event, Host
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import Cluster, ClusterMember, Consent
from calendar_service.domain.network.sharing import Share, ShareState
from calendar_service.domain.territory.places import District


class Standing(NamedTuple):
    """The ids of districts, and of the events that stand under them without being hosted by one: few."""

    hosts: Select[int]
    beside: SelectBase


def standing(selection: Selection, *, shared: bool = True) -> Iterator[Standing]:
    """For each kind of place that a selection names, which districts those are: what they host, alone or jointly,
    stands there (S15). With `shared`, also what a district named by itself puts on its own page.
    """
    if selection.districts:
        districts = _named(selection)
        joint = _joint_of(districts)
        yield Standing(districts, union_all(joint, _shared_with(districts)) if shared else joint)
    if selection.clusters:
        yield Standing(_members(selection), _joint_of(_members(selection)))
    if selection.zones:
        zoned = select(District.id).where(District.zone_slug.in_(selection.zones))
        yield Standing(zoned, _joint_of(zoned))


def ways_in(selection: Selection) -> Iterator[tuple[list[ColumnElement[bool]], bool]]:
    """How an event comes into a selection of one district, one cluster or everything: ways that exclude each other, as
    clauses over `Event`, and whether it is only because others share it.
    """
    if not selection.districts and not selection.clusters:
        yield [], False
        return
    districts = _named(selection) if selection.districts else _members(selection)
    joint = Event.id.in_(_joint_of(districts))
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
    districts = _named(selection)
    return case((and_(Event.host_id.not_in(districts), Event.id.not_in(_joint_of(districts))), host))


def _named(selection: Selection) -> Select[int]:
    return select(District.id).where(District.slug.in_(selection.districts))


def _members(selection: Selection) -> Select[int]:
    members = select(ClusterMember.district_id).join(Cluster, Cluster.id == ClusterMember.cluster_id)
    return members.where(Cluster.slug.in_(selection.clusters), ClusterMember.state == Consent.ACCEPTED)


def _joint_of(districts: Select[int]) -> Select[int]:
    """Co-hosted by one of the districts that accepted."""
    return select(Host.event_id).where(Host.state == Consent.ACCEPTED, Host.district_id.in_(districts))


def _shared_with(districts: Select[int]) -> Select[int]:
    return select(Share.event_id).where(Share.state == ShareState.ACCEPTED, Share.district_id.in_(districts))
