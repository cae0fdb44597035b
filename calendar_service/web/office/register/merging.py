"""A venue that stands twice: looked at before it is done, done, undone for thirty days."""

from __future__ import annotations

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, Stale
from calendar_service.domain.territory.places import Venue
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import places
from calendar_service.services.venues import merging, names
from calendar_service.web.office.forms import EMPTY, again, seen, typed
from calendar_service.words import mark

room = Room("merging")
PAGE = "office/register/venue_merge.html"
notices(
    venues_merged=mark("Ahora son un solo lugar. Puedes deshacerlo durante treinta días, abajo."),
    venues_parted=mark("Deshecho: son dos lugares otra vez."),
)


@room.get("/office/venues/<slug>/merge", policy=Policy.OFFICER)
def look(slug: str) -> Response:
    """What would become of it; `?into=` is the other, by slug or as one types it."""
    try:
        return page(PAGE, **EMPTY | _shown(slug, request.args.get("into", "")))
    except Invalid as wrong:
        return again(PAGE, wrong, **_shown(slug, "") | {"typed": request.args})


def _shown(slug: str, into: str) -> dict[str, object]:
    with asking.reading() as session:
        venue = _own(session, slug)
        other = _other(session, into, venue) if into else None
        return {
            "venue": venue, "other": other, "events": merging.count_events(session, venue),
            "alike": names.alike_venues(session, venue),
        }  # fmt: skip


def _own(session: Session, slug: str) -> Venue:
    found = places.venue(session, slug, viewer=asking.viewer())
    if not merging.may_merge(asking.viewer(), found):
        raise Forbidden("not_manager")
    return found


def _other(session: Session, into: str, venue: Venue) -> Venue:
    """The venue that is meant. Raises Invalid."""
    try:
        found = places.venue(session, into, viewer=asking.viewer())
    except NotFound:
        named = names.named(session, into, home=venue.district.slug)
        if named is None:
            raise Invalid.of("into", "venue_unknown") from None
        found = named
    if found.id == venue.id:
        raise Invalid.of("into", "venue_itself")
    return found


@room.post("/office/venues/<slug>/merge", policy=Policy.OFFICER)
def merged(slug: str) -> Response:
    """Let the other stand for it."""
    into = typed("into")
    try:
        with asking.deed() as session:
            venue = _own(session, slug)
            other = _other(session, into, venue)
            merging.merge(session, venue, other, seen=seen(request.form), by=asking.viewer(), now=asking.now())
    except (Invalid, Stale) as wrong:
        return again(PAGE, wrong, **_shown(slug, ""))
    return see_other(to.office("venues"), said="venues-merged")


@room.post("/office/venues/merges/<int:number>/undo", policy=Policy.OFFICER)
def parted(number: int) -> Response:
    """Let both stand again."""
    with asking.deed() as session:
        merging.undo(session, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("venues"), said="venues-parted")
