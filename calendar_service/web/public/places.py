"""Districts, clusters and venues: what each is, and what is on there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.errors import NotFound
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.publication import cluster_scope, district_scope
from calendar_service.domain.territory.places import District, Venue
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import browsing, mapping, places
from calendar_service.services.agenda.browsing import Found
from calendar_service.services.syndication import following
from calendar_service.services.syndication.leaving_out import unknown_if_damaged
from calendar_service.web.public import structured_places
from calendar_service.web.public.browsing.city_map import drawn, sketch
from calendar_service.web.public.browsing.rows import Rows, access_of
from calendar_service.web.public.event.links import directions

room = Room("places")
COUNTED_DAYS = 30


@room.get("/districts", policy=Policy.PUBLIC, repeats=True)
def districts() -> Response:
    """All districts, by zone, with how much is on in each."""
    with asking.reading() as session:
        counts = mapping.dates_by_district(session, _ahead(), now=asking.now())
    return page("public/districts.html", map=drawn(counts, href=to.district), days=COUNTED_DAYS)


def _ahead() -> Selection:
    today = asking.today()
    return Selection(from_day=today, to_day=today + timedelta(days=COUNTED_DAYS))


@room.get("/districts/<slug>", policy=Policy.PUBLIC, repeats=True)
def district(slug: str) -> Response:
    """A district: what its municipality hosts and co-hosts, and who is next door."""
    selection = Selection(districts=(slug,))
    with asking.reading() as session:
        around = places.district_with_surroundings(session, slug)
        found = browsing.each_once(session, selection, now=asking.now())
        return page(
            "public/district.html", structured=structured_places.district(around.district),
            district=around.district, around=around, sketch=sketch(slug),
            followers=_followers(session, district_scope(slug), {around.district.id}),
            **_listed(found, selection, around.district.name),
        )  # fmt: skip


@room.get("/clusters", policy=Policy.PUBLIC, repeats=True)
def clusters() -> Response:
    """All clusters that there are."""
    with asking.reading() as session:
        every = [(each, _members(each)) for each in places.existing_clusters(session)]
        found = [(each, members, sketch(*(one.slug for one in members))) for each, members in every]
        return page("public/clusters.html", clusters=found)


@room.get("/clusters/<slug>", policy=Policy.PUBLIC, repeats=True)
def cluster(slug: str) -> Response:
    """A cluster: its members and their agenda, each joint event once."""
    selection = Selection(clusters=(slug,))
    with asking.reading() as session:
        found = places.existing_cluster(session, slug)
        members = _members(found)
        agenda = browsing.each_once(session, selection, now=asking.now())
        followers = _followers(session, cluster_scope(slug), {each.id for each in members})
        return page(
            "public/cluster.html", structured=structured_places.cluster(found, members),
            cluster=found, members=members, sketch=sketch(*(each.slug for each in members)),
            followers=followers, **_listed(agenda, selection),
        )  # fmt: skip


def _followers(session: Session, scope: str, districts: set[int]) -> int:
    """How many calendars follow it, for its own officers; nought for anybody else, who is told nothing."""
    if not districts & asking.viewer().districts:
        return 0
    return following.followed(session, [scope], now=asking.now()).get(scope, 0)


def _members(cluster: Cluster) -> list[District]:
    return sorted((each.district for each in cluster.accepted), key=lambda each: each.slug)


@room.get("/venues/<slug>", policy=Policy.PUBLIC, repeats=True)
def venue(slug: str) -> Response:
    """A venue: where it is, how one gets in, what is on. A merged one leads to what replaced it."""
    with asking.reading() as session, unknown_if_damaged(slug, of="pages", said=lambda: NotFound("venue")):
        found = places.venue(session, slug)
        if found.slug != slug:
            return moved(to.venue(found.slug))
        selection = Selection(venues=(slug,))
        agenda = browsing.each_once(session, selection, now=asking.now())
        return page(
            "public/venue.html",
            structured=structured_places.venue(found),
            venue=found,
            kind=_kind(found),
            access=access_of(found.accessibility),
            directions=directions(found),
            sketch=sketch(found.district.slug),
            **_listed(agenda, selection, found.name, found.district.name),
        )


def _listed(found: Found, selection: Selection, *told: str) -> dict[str, Any]:
    rows = Rows(told=told)
    return {
        "found": found, "days": rows.agenda(found), "running": rows.running(found.running),
        "query": selection.query(),
    }  # fmt: skip


def _kind(venue: Venue) -> str:
    return asking.metropolis().venue_kinds.label(venue.kind, asking.language())
