"""Venues by what people type in the form of an event."""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import district_by_slug, every_venue, venues_in
from calendar_service.domain.errors import NotFound
from calendar_service.domain.finding import names
from calendar_service.domain.territory.places import Venue
from calendar_service.text import fold


def named(session: Session, text: str, *, home: str) -> Venue | None:
    """The venue that somebody in a district means by what she typed."""
    return names.named(_near(session, text, home), text, home=home)


def alike(session: Session, text: str, *, home: str) -> list[Venue]:
    """Those of the district that it might be, written otherwise; the likest first."""
    return names.alike(_near(session, text, home), text)


def alike_venues(session: Session, venue: Venue) -> list[Venue]:
    """The others of its district that it might be."""
    others = [each for each in venues_in(session, [venue.district_id]) if each.id != venue.id]
    return names.alike(others, venue.name)


def suggestions(session: Session, text: str, *, home: str) -> list[str]:
    """What venues of the whole metropolis are called that hold these words; the district's own first."""
    return names.suggested(every_venue(session), text, home=home, said=lambda each: f"{each.name} {each.address}")


def _near(session: Session, text: str, home: str) -> Sequence[Venue]:
    """The venues of the district, and of the one that stands in brackets."""
    try:
        ids = {district_by_slug(session, home).id}
    except NotFound:
        return []
    if there := names.district_in(text):
        district = next((each for each in session.installation.metropolis.districts if fold(each.name) == there), None)
        ids |= {district_by_slug(session, district.slug).id} if district else set()
    return venues_in(session, sorted(ids))
