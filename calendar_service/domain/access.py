"""Who asks, what she may do, and what she may see: the one rule that pages, API, feeds, search and mail all ask.

The matrix: everybody sees what is public; the officers of the host and of accepted or invited co-hosts see the
event wholly; every other officer sees of a hold that the time is taken (or everything, if its owner shows it);
nobody else sees a draft, the facilitator included (S16). Of what the network has taken down the public sees that it
is off, and the facilitator, who may put it back, all. A discarded draft is for nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, or_, true

from calendar_service.domain.events import PUBLIC, Event, HoldShows, Host, Status
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import Cluster, Consent

HELD = ("disciplines", "audiences", "expected_attendance")
"""What every hold shows, besides its district and hours."""

INVOLVED = (Consent.INVITED, Consent.ACCEPTED)
"""A district asked to co-host sees what it is asked to join, until it declines or leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks. An anonymous citizen has no `officer_id`; ids are of districts; `channel` goes into the audit log.

    `districts` are those she may post for (officer or manager), `managed` those whose officers she looks after.
    A read-only token has `writes=False`.
    """

    officer_id: int | None = None
    districts: frozenset[int] = frozenset()
    managed: frozenset[int] = frozenset()
    facilitator: bool = False
    writes: bool = True
    channel: str = "page"

    @property
    def is_officer(self) -> bool:
        """Whether she has an account in the network."""
        return self.officer_id is not None


ANYBODY = Viewer()
"""A citizen."""


class Sight(StrEnum):
    """How much of an event somebody sees."""

    NOTHING = "nothing"
    BARE = "bare"
    BUSY = "busy"
    FULL = "full"
    OWN = "own"


def sight(viewer: Viewer, event: Event) -> Sight:
    """How much of an event a viewer sees: `own` includes its internal note, `busy` is a hold without its words, and
    `bare` no more than that something public is off.

    The event's `hosts` must be loaded.
    """
    if event.status == Status.DISCARDED:
        return Sight.NOTHING
    if is_involved(viewer, event):
        return Sight.OWN
    if event.is_public:
        return Sight.BARE if event.taken_down and not viewer.facilitator else Sight.FULL
    if event.status == Status.TENTATIVE and viewer.is_officer:
        return Sight.FULL if event.hold_shows == HoldShows.FULL else Sight.BUSY
    return Sight.NOTHING


def is_involved(viewer: Viewer, event: Event) -> bool:
    """Whether she belongs to the host, or to a district that co-hosts or is asked to."""
    asked = {each.district_id for each in event.hosts if each.state in INVOLVED}
    return bool(viewer.districts & ({event.host_id} | asked))


def sees_note(viewer: Viewer, event: Event) -> bool:
    """Whether she reads the internal note: the host does, and who does it with the host; who is only asked to does
    not, she may yet decline (S15).
    """
    with_it = {each.district_id for each in event.hosts if each.state == Consent.ACCEPTED}
    return bool(viewer.districts & ({event.host_id} | with_it))


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The same rule as a WHERE clause over `Event`: true where `sight` is not `nothing`."""
    words = or_(worded_to(viewer), Event.status.in_(PUBLIC))
    return or_(words, Event.status == Status.TENTATIVE) if viewer.is_officer else words


def is_shown(event: Event) -> bool:
    """Whether lists show an event to everybody: what everybody sees, without what was withdrawn or taken down.

    Each of its dates says so, too (`Occurrence.shown`).
    """
    return event.is_public and not event.is_bare


def shown_to_everybody() -> ColumnElement[bool]:
    """The same rule as a WHERE clause over `Event`."""
    return and_(visible_to(ANYBODY), ~Event.is_bare)


def worded_to(viewer: Viewer) -> ColumnElement[bool]:
    """True where `sight` is `full` or `own`. Whoever may ask by words, venue or price must be held to this:
    else a busy hold, found or not found, answers for what it does not show.
    """
    public: ColumnElement[bool] = Event.status.in_(PUBLIC)
    if not viewer.facilitator:
        public = and_(public, Event.taken_down.is_(None))
    if not viewer.is_officer:
        return public
    shown = and_(Event.status == Status.TENTATIVE, Event.hold_shows == HoldShows.FULL)
    own = Event.host_id.in_(viewer.districts)
    joint = exists().where(
        and_(Host.event_id == Event.id, Host.district_id.in_(viewer.districts), Host.state.in_(INVOLVED))
    )
    return or_(public, shown, and_(or_(own, joint), Event.status != Status.DISCARDED))


def seen_of(viewer: Viewer, selection: Selection) -> ColumnElement[bool]:
    """What a viewer may see of a selection: a busy hold only where it is asked for by what a busy hold shows, which
    is district, hours, discipline and audience.
    """
    shown = replace(selection.without_time(), districts=(), clusters=(), zones=(), disciplines=(), audiences=())
    return visible_to(viewer) if shown.is_everything else worded_to(viewer)


def everything() -> ColumnElement[bool]:
    """A clause that lets all through: for the service's own work, never for what somebody asks."""
    return true()


def may_edit(viewer: Viewer, event: Event) -> bool:
    """Only the host edits (S15)."""
    return viewer.writes and event.host_id in viewer.districts


def may_post_for(viewer: Viewer, district_id: int) -> bool:
    """Whether she may post what a district hosts, or answer for it as a co-host."""
    return viewer.writes and district_id in viewer.districts


def may_manage(viewer: Viewer, district_id: int) -> bool:
    """Whether she looks after a district's officers: its managers, and the facilitator (S16)."""
    return viewer.writes and (viewer.facilitator or district_id in viewer.managed)


def may_coordinate(viewer: Viewer, cluster: Cluster) -> bool:
    """Whether she asks further districts to join: who coordinates it, and the facilitator."""
    who = cluster.coordinating
    return viewer.writes and (viewer.facilitator or (who is not None and who.id == viewer.officer_id))


def may_name_coordinator(viewer: Viewer, cluster: Cluster) -> bool:
    """Whether she says who coordinates: who does; while nobody does, whoever is of a member."""
    members = {each.district_id for each in cluster.accepted}
    orphan = cluster.coordinating is None and not members.isdisjoint(viewer.districts)
    return may_coordinate(viewer, cluster) or (viewer.writes and orphan)


def may_take_down(viewer: Viewer) -> bool:
    """Whether she may take a harmful event off the public pages, and put it back: never more than that."""
    return viewer.writes and viewer.facilitator
