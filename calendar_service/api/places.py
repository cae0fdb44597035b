"""Districts, clusters, venues and organisations."""

from __future__ import annotations

from flask import Response

from calendar_service.api import questions
from calendar_service.api.answers import json_answer, written
from calendar_service.api.document.operations import ApiRoom, Parameter, Says
from calendar_service.api.events import shown
from calendar_service.api.shapes import cluster_json, district_json, organisation_json, venue_json
from calendar_service.entrance import asking
from calendar_service.services.agenda import listing, places
from calendar_service.words import mark

room = ApiRoom("places")

HOME = Parameter(name="district", says=mark("Distritos en los que está."), schema=questions.SLUG, repeats=True)


@room.get("/districts", Says(summary=mark("Todos los distritos"), gives="Districts"))
def list_districts() -> Response:
    """By name."""
    questions.nothing()
    metropolis, base_url = asking.metropolis(), asking.house().settings.base_url
    with asking.reading() as session:
        found = places.all_districts(session)
        items = [district_json(each, metropolis=metropolis, base_url=base_url) for each in found]
    return json_answer({"items": items, "next_cursor": None})


@room.get("/clusters", Says(summary=mark("Las agrupaciones de distritos que existen"), gives="Clusters"))
def list_clusters() -> Response:
    """By name; one that was only proposed is not there yet."""
    questions.nothing()
    with asking.reading() as session:
        found = places.existing_clusters(session)
        items = [cluster_json(each, base_url=asking.house().settings.base_url) for each in found]
    return json_answer({"items": items, "next_cursor": None})


@room.get("/venues", Says(summary=mark("Los lugares"), query=(HOME, *questions.PAGING), gives="Venues"))
def list_venues() -> Response:
    """By slug."""
    districts, limit, after = questions.districts_and_page()
    base_url = asking.house().settings.base_url
    with asking.reading() as session:
        page = listing.venues(session, districts, viewer=asking.viewer(), limit=limit, after=after)
        items = shown.apart(page.items, lambda each: venue_json(each, base_url=base_url), name=lambda each: each.slug)
    return written(shown.page_of(items, page.next_cursor))


@room.get(
    "/organisations",
    Says(summary=mark("El registro de organizaciones"), query=(HOME, *questions.PAGING), gives="Organisations"),
)
def list_organisations() -> Response:
    """By slug; an officer's token also shows those that are not public."""
    districts, limit, after = questions.districts_and_page()
    with asking.reading() as session:
        page = listing.organisations(session, districts, viewer=asking.viewer(), limit=limit, after=after)
        items = [organisation_json(each, base_url=asking.house().settings.base_url) for each in page.items]
    return json_answer({"items": items, "next_cursor": page.next_cursor})
