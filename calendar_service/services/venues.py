"""Venues: found by slug, made in place, changed with all that shows them."""

from __future__ import annotations

from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.places import district_by_slug, venue_by_slug, venue_slugs_like, venues_in
from calendar_service.domain.errors import Invalid, NotFound, Problem
from calendar_service.domain.places import District, Venue
from calendar_service.services.drafts import VenueDraft
from calendar_service.services.naming import free_slug
from calendar_service.text import fold, slugify


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
        raise Invalid([Problem(field=field, code="unknown_value", values={"value": wanted.kind})])
    for venue in venues_in(session, [district.id]):
        if fold(venue.name) == fold(wanted.name):
            return venue
    return _make(session, wanted, district, now=now)


def _known(session: Session, slug: str, field: str) -> Venue:
    try:
        return venue_by_slug(session, slug)
    except NotFound as wrong:
        raise Invalid([Problem(field=field, code="unknown_value", values={"value": slug})]) from wrong


def _district(session: Session, wanted: VenueDraft, host: District, field: str) -> District:
    if wanted.district is None or wanted.district == host.slug:
        return host
    try:
        return district_by_slug(session, wanted.district)
    except NotFound as wrong:
        problem = Problem(field=field, code="unknown_value", values={"value": wanted.district})
        raise Invalid([problem]) from wrong


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
