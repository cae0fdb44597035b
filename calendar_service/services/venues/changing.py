"""Venues: found by slug, made in place, changed with all that shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import events_at_venue
from calendar_service.db.queries.network.places import district_by_slug, venue_by_slug, venue_slugs_like, venues_in
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, Stale
from calendar_service.domain.territory.places import District, Venue
from calendar_service.services import history
from calendar_service.services.auditing import note
from calendar_service.services.drafts import VenueDraft
from calendar_service.services.history import Step
from calendar_service.services.naming import free_slug
from calendar_service.services.recording.changes import retell
from calendar_service.services.syndication.keeping import raise_pages
from calendar_service.text import fold, slugify

CHANGED = "venue-change"


def find_or_make(
    session: Session, wanted: str | VenueDraft | None, *, host: District, now: datetime, field: str = "venue"
) -> Venue | None:
    """The venue that a draft means: one that there is, by slug, or by name within its district; else a new one.

    Raises Invalid for a slug, a kind or a district that nobody knows.
    """
    if wanted is None:
        return None
    if isinstance(wanted, str):
        return _known(session, wanted, field)
    district = _district(session, wanted, host, field)
    kinds = session.installation.metropolis.venue_kinds
    if wanted.kind not in kinds:
        raise Invalid.of(field, "unknown_value", value=wanted.kind)
    named = [each for each in venues_in(session, [district.id], merged=True) if fold(each.name) == fold(wanted.name)]
    if found := min(named, key=lambda each: each.replaced_by_id is not None, default=None):
        return venue_by_slug(session, found.slug) if found.replaced_by_id else found
    return _make(session, wanted, district, now=now)


def _known(session: Session, slug: str, field: str) -> Venue:
    try:
        return venue_by_slug(session, slug)
    except NotFound as wrong:
        raise Invalid.of(field, "unknown_value", value=slug) from wrong


def _district(session: Session, wanted: VenueDraft, host: District, field: str) -> District:
    if wanted.district is None or wanted.district == host.slug:
        return host
    try:
        return district_by_slug(session, wanted.district)
    except NotFound as wrong:
        raise Invalid.of(field, "unknown_value", value=wanted.district) from wrong


def _make(session: Session, wanted: VenueDraft, district: District, *, now: datetime) -> Venue:
    kind = session.installation.metropolis.venue_kinds[wanted.kind]
    venue = Venue(
        slug=free_slug(wanted.name, venue_slugs_like(session, slugify(wanted.name))),
        name=wanted.name, kind=wanted.kind, address=wanted.address, district_id=district.id,
        latitude=wanted.lat, longitude=wanted.lon, public_space=kind.more.get("public_space") == "1", created=now,
    )  # fmt: skip
    venue.district = district
    session.add(venue)
    session.flush()
    return venue


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueChange:
    """A venue as its district now says it; degrees are WGS 84."""

    name: str
    kind: str
    address: str
    latitude: float | None
    longitude: float | None
    capacity: int | None
    accessibility: tuple[str, ...]
    public_space: bool


def said_of(venue: Venue) -> VenueChange:
    """A venue as it is said now."""
    return VenueChange(
        name=venue.name, kind=venue.kind, address=venue.address, latitude=venue.latitude, longitude=venue.longitude,
        capacity=venue.capacity, accessibility=tuple(venue.accessibility), public_space=venue.public_space,
    )  # fmt: skip


def _plain(said: VenueChange) -> dict[str, Any]:
    return asdict(said) | {"accessibility": list(said.accessibility)}


def read_plain(said: Mapping[str, Any]) -> VenueChange:
    """What the log kept of a venue."""
    return VenueChange(**{**said, "accessibility": tuple(said["accessibility"])})


def _subject(venue: Venue) -> str:
    return f"venue:{venue.slug}"


def steps(session: Session, venue: Venue) -> list[Step]:
    """How a venue changed, the latest first."""
    return history.steps(session, _subject(venue), CHANGED, _plain(said_of(venue)))


def go_back(session: Session, venue: Venue, number: int, *, seen: int, by: Viewer, now: datetime) -> None:
    """Let a venue say again what it said before one of its changes; that is a change, too.

    Raises NotFound, Forbidden, Stale, Invalid.
    """
    said = history.before(session, _subject(venue), CHANGED, _plain(said_of(venue)), number)
    change(session, venue, read_plain(said), seen=seen, by=by, now=now)


def change(session: Session, venue: Venue, to: VenueChange, *, seen: int, by: Viewer, now: datetime) -> None:
    """Change a venue of one's own district; every event that shows it says so from now on.

    Raises Forbidden, Stale, Invalid.
    """
    if not may_post_for(by, venue.district_id):
        raise Forbidden("not_your_district")
    if seen != venue.version:
        raise Stale(current=venue.version)
    _check(session, to)
    changed = history.changes(_plain(said_of(venue)), _plain(to))
    if not changed:
        return
    for name in changed:
        setattr(venue, name, getattr(to, name))
    note(session, by=by, deed=CHANGED, subject=_subject(venue), district_id=venue.district_id, now=now,
         changes=changed)  # fmt: skip
    raise_pages(session)
    session.flush()
    for event in events_at_venue(session, venue.id):
        retell(session, event, now=now)


def _check(session: Session, to: VenueChange) -> None:
    metropolis = session.installation.metropolis
    if not to.name.strip():
        raise Invalid.of("name", "required")
    if to.kind not in metropolis.venue_kinds:
        raise Invalid.of("kind", "unknown_value", value=to.kind)
    for code in to.accessibility:
        if code not in metropolis.accessibility:
            raise Invalid.of("accessibility", "unknown_value", value=code)
