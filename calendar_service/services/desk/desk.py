"""An officer's desk: her districts' events on their shelves, and what else is theirs. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import Left, clusters_named, dates_left, venues_named
from calendar_service.db.queries.desk import desk as queries
from calendar_service.db.queries.events import revisions_of
from calendar_service.db.queries.network.places import venues_in
from calendar_service.db.queries.network.sharing import shared_with, shares_of
from calendar_service.db.queries.syndication.feeds import clusters_of
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.journal import Revision
from calendar_service.domain.network.clusters import Cluster, Consent
from calendar_service.domain.network.organisations import Organisation
from calendar_service.domain.network.sharing import Share, ShareState
from calendar_service.domain.territory.places import District, Venue
from calendar_service.services.parties import organisations_called, parties_of

PAGE_SIZE = 25
REVISIONS = 100


class Shelf(StrEnum):
    """Where an event lies on the desk."""

    COMING = "coming"
    HOLDS = "holds"
    DRAFTS = "drafts"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An event of a list, its next date (None when all are over) and how many dates still take place."""

    event: Event
    next: Occurrence | None
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of one shelf, and how many events lie on each."""

    shelf: Shelf
    rows: Sequence[Row]
    counts: Mapping[Shelf, int]
    page: int
    pages: int

    @property
    def is_long(self) -> bool:
        """Whether one of the shelves takes more than a page."""
        return max(self.counts.values()) > PAGE_SIZE


def rows_of(session: Session, events: Iterable[Event], *, now: datetime) -> Mapping[int, Row]:
    """Each event as a row, by its id."""
    by_id = {each.id: each for each in events}
    dates = queries.next_dates(session, list(by_id), now=now)
    left = dates_left(session, list(by_id), now=now)
    return {key: Row(event=event, next=dates.get(key), left=left.get(key, Left()).on) for key, event in by_id.items()}


def events(
    session: Session, *, viewer: Viewer, shelf: Shelf, now: datetime, page: int = 1, q: str = ""
) -> Listing:  # fmt: skip
    """A page of the events of an officer's districts, what they host and what they co-host; `q` are words sought."""
    sought = queries.found_by_words(q)
    clauses = {each: [*lying, *sought] for each, lying in _shelves(viewer, now).items()}
    counts = {each: queries.count_events(session, clauses[each]) for each in Shelf}
    pages = max(1, -(-counts[shelf] // PAGE_SIZE))
    page = min(max(page, 1), pages)
    found = _found(session, shelf, clauses[shelf], now=now, offset=(page - 1) * PAGE_SIZE)
    rows = rows_of(session, found, now=now)
    return Listing(shelf=shelf, rows=[rows[each.id] for each in found], counts=counts, page=page, pages=pages)


def _shelves(viewer: Viewer, now: datetime) -> Mapping[Shelf, list[queries.Clause]]:
    ours = viewer.districts
    return {
        Shelf.COMING: queries.coming_of(ours, now=now), Shelf.HOLDS: queries.holds_of(ours),
        Shelf.DRAFTS: queries.drafts_of(ours), Shelf.PAST: queries.past_of(ours, now=now),
    }  # fmt: skip


def _found(
    session: Session, shelf: Shelf, clauses: Sequence[queries.Clause], *, now: datetime, offset: int
) -> Sequence[Event]:
    """Each shelf in the order in which one looks for things on it."""
    match shelf:
        case Shelf.COMING:
            return queries.soonest(session, clauses, now=now, limit=PAGE_SIZE, offset=offset)
        case Shelf.HOLDS:
            return queries.soonest_lapsing(session, clauses, limit=PAGE_SIZE, offset=offset)
        case Shelf.DRAFTS:
            return queries.last_changed(session, clauses, limit=PAGE_SIZE, offset=offset)
        case Shelf.PAST:
            return queries.latest(session, clauses, limit=PAGE_SIZE, offset=offset)


def invitations(session: Session, *, viewer: Viewer, now: datetime) -> Sequence[Row]:
    """The events that her districts are asked to co-host, the soonest first."""
    found = queries.soonest(session, queries.invitations_to(viewer.districts, now=now), now=now, limit=PAGE_SIZE * 4)
    rows = rows_of(session, found, now=now)
    return [rows[each.id] for each in found]


def shared_with_us(session: Session, *, viewer: Viewer, now: datetime) -> Sequence[tuple[Share, Row]]:
    """What others share with her districts, answered or not, the soonest first."""
    states = [each for each in ShareState if each != ShareState.WITHDRAWN]
    found = shared_with(session, viewer.districts, states=states, now=now, whole=True)
    rows = rows_of(session, [each.event for each in found], now=now)
    return [(each, rows[each.event_id]) for each in found]


def clusters(session: Session, *, viewer: Viewer) -> Sequence[Cluster]:
    """The clusters, existing or only proposed, that her districts are in or are asked to join; all for who looks after
    the network.
    """
    districts = None if viewer.facilitator else viewer.districts
    return queries.clusters_with(session, districts, states=[Consent.INVITED, Consent.ACCEPTED], coordinated=True)


def venues(session: Session, *, viewer: Viewer) -> Sequence[Venue]:
    """The venues of her districts, by name."""
    return venues_in(session, viewer.districts)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Who changed what, the latest first; names of venues and organisations by slug, for the values that name one."""

    revisions: Sequence[Revision]
    venues: Mapping[str, str]
    parties: Mapping[str, str]


def history(session: Session, event: Event) -> History:
    """What became of an event, at most its latest hundred revisions."""
    revisions = revisions_of(session, event, limit=REVISIONS)
    pairs = (pair for each in revisions if (pair := each.changes.get("venue")))
    slugs = {slug for pair in pairs for slug in pair if slug}
    slugs |= {slug for each in revisions for slug in _venues_of_dates(each)}
    parties = organisations_called(session, sorted({slug for each in revisions for slug in _parties(each)}))
    return History(revisions=revisions, venues=venues_named(session, sorted(slugs)),
                   parties={slug: each.name for slug, each in parties.items()})  # fmt: skip


def _parties(revision: Revision) -> set[str]:
    sides = revision.changes.get("organisations") or ()
    return {each["slug"] for side in sides for each in side or ()}


def _venues_of_dates(revision: Revision) -> set[str]:
    sides = revision.changes.get("overrides") or ()
    return {date["venue"] for side in sides if side for date in side.values() if date["venue"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearances:
    """Whose pages and feeds show an event once it is public: its host's, its co-hosts', those of their clusters, and
    those of the districts that share it; and the pages of the organisations that take part. `shares` are all to whom it
    was proposed, whatever they said.
    """

    districts: Sequence[District]
    clusters: Sequence[Cluster]
    organisations: Sequence[Organisation]
    shares: Sequence[Share]

    @property
    def receivers(self) -> list[District]:
        """The districts that show it as somebody else's."""
        own = {each.id for each in self.districts}
        return [
            each.district for each in self.shares if each.state == ShareState.ACCEPTED and each.district_id not in own
        ]


def appearances(session: Session, event: Event) -> Appearances:
    """Where an event appears. Its `host` and `hosts` are loaded."""
    districts = [event.host, *(each.district for each in event.cohosts)]
    slugs = clusters_of(session, [each.id for each in districts])
    return Appearances(
        districts=districts, clusters=clusters_named(session, slugs) if slugs else (),
        organisations=list(parties_of(session, event).values()), shares=shares_of(session, event),
    )  # fmt: skip


def cluster_invitations(session: Session, *, viewer: Viewer) -> Sequence[Cluster]:
    """The clusters that her districts are asked to join."""
    return queries.clusters_with(session, viewer.districts, states=[Consent.INVITED])
