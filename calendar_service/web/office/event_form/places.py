"""Where it is, as its form says it: the name of a venue, typed; known, or new and made in place."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request

from calendar_service.domain.errors import Invalid
from calendar_service.domain.finding.names import label_of
from calendar_service.domain.territory.places import Venue
from calendar_service.entrance import asking
from calendar_service.entrance.answers import text
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.venues import names
from calendar_service.web.office.forms import Form

room = Room("places")
NEW = "new"


@room.get("/office/venues/suggestions", policy=Policy.OFFICER)
def suggestions() -> Response:
    """What the venues are called that hold the words of `?q=`, a line each; `?home=` is the district's slug."""
    wished, home = request.args.get("q", "")[:80], request.args.get("home", "")
    with asking.reading() as session:
        found = names.suggestions(session, wished, home=home) if len(wished.strip()) > 1 else []
    return text("\n".join(found))


def settle(form: Form) -> tuple[Sequence[Venue], Invalid | None]:
    """Write the slug of the venue that is meant into the form. Gives those that a new one is like, which is a question
    until it is answered.
    """
    if "venue_name" not in form:
        return (), None
    typed, home, is_one = form["venue_name"].strip(), form.get("host", ""), form.get("venue_is", "")
    form["venue"] = ""
    if not typed:
        return (), None
    with asking.reading() as session:
        if found := names.named(session, typed, home=home):
            form["venue"] = found.slug
            return (), None
        like = names.alike(session, typed, home=home)
    if chosen := next((each for each in like if each.slug == is_one), None):
        form["venue"], form["venue_name"] = chosen.slug, label_of(chosen, home=home)
        return (), None
    return like, Invalid.of("venue_name", "form_venue_alike") if like and is_one != NEW else None
