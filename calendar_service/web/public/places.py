"""Districts, clusters and venues: what each is, and what is on there."""

from __future__ import annotations

from typing import Any

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.places import Venue
from calendar_service.domain.selection import Selection
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import browsing, places
from calendar_service.services.agenda.browsing import Found
from calendar_service.web.public.links import directions
from calendar_service.web.public.rows import Rows

room = Room("places")
COUNTED_DAYS = 30


@room.get("/districts", policy=Policy.PUBLIC)
def districts() -> Response:
    """All districts, by zone, with how much is on in each."""
    with asking.reading() as session:
        every = places.all_districts(session)
        counts = browsing.counts_by_district(session, now=asking.now(), days=COUNTED_DAYS)
        zones = [(zone, [each for each in every if each.zone_slug == zone.slug]) for zone in asking.metropolis().zones]
        return page("public/districts.html", zones=zones, counts=counts, days=COUNTED_DAYS)


@room.get("/districts/<slug>", policy=Policy.PUBLIC)
def district(slug: str) -> Response:
    """A district: what its municipality hosts and co-hosts, and who is next door."""
    selection = Selection(districts=(slug,))
    with asking.reading() as session:
        around = places.district_with_surroundings(session, slug)
        found = browsing.find(session, selection, now=asking.now(), past=False)
        return page("public/district.html", district=around.district, around=around, **_listed(found, selection))


@room.get("/clusters", policy=Policy.PUBLIC)
def clusters() -> Response:
    """All clusters that there are."""
    with asking.reading() as session:
        return page("public/clusters.html", clusters=places.existing_clusters(session))


@room.get("/clusters/<slug>", policy=Policy.PUBLIC)
def cluster(slug: str) -> Response:
    """A cluster: its members and their agenda, each joint event once."""
    selection = Selection(clusters=(slug,))
    with asking.reading() as session:
        found = places.existing_cluster(session, slug)
        members = sorted((each.district for each in found.accepted), key=lambda each: each.slug)
        agenda = browsing.find(session, selection, now=asking.now(), past=False)
        return page("public/cluster.html", cluster=found, members=members, **_listed(agenda, selection))


@room.get("/venues/<slug>", policy=Policy.PUBLIC)
def venue(slug: str) -> Response:
    """A venue: where it is, how one gets in, what is on. A merged one leads to what replaced it."""
    with asking.reading() as session:
        found = places.venue(session, slug)
        if found.slug != slug:
            return moved(to.venue(found.slug))
        selection = Selection(venues=(slug,))
        agenda = browsing.find(session, selection, now=asking.now(), past=False)
        return page(
            "public/venue.html",
            venue=found,
            kind=_kind(found),
            access=_access(found),
            directions=directions(found),
            **_listed(agenda, selection),
        )


def _listed(found: Found, selection: Selection) -> dict[str, Any]:
    rows = Rows()
    return {
        "found": found, "days": rows.agenda(found), "running": rows.running(found.running),
        "query": selection.query(),
    }  # fmt: skip


def _kind(venue: Venue) -> str:
    return asking.metropolis().venue_kinds.label(venue.kind, asking.language())


def _access(venue: Venue) -> list[str]:
    vocabulary = asking.metropolis().accessibility
    return [vocabulary.label(code, asking.language()) for code in venue.accessibility]
