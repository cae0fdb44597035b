"""How a venue changed, and the way back to what it said (R25)."""

from __future__ import annotations

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid, Stale
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import places
from calendar_service.services.venues import changing
from calendar_service.web.office import changes
from calendar_service.web.office.changes import Said
from calendar_service.web.office.forms import seen
from calendar_service.web.office.register.venues import FIELDS, form_of, in_words, own

room = Room("venue_history")


@room.get("/office/venues/<slug>/history", policy=Policy.OFFICER)
def history(slug: str) -> Response:
    """The latest changes, the last first."""
    found = own(slug)
    return moved(to.office("venues", found.slug, "history")) if found.slug != slug else _shown(slug)


def _shown(slug: str, *, wrong: Invalid | Stale | None = None) -> Response:
    found = own(slug)
    with asking.reading() as session:
        steps = changing.steps(session, found)
    return changes.history(
        changes.entries(steps, FIELDS, _in_words), name=found.name, here=to.office("venues", slug, "history"),
        back=to.office("venues", slug), seen=found.version, wrong=wrong,
    )  # fmt: skip


def _in_words(said: Said) -> Said:
    return in_words(form_of(changing.read_plain(said)))


@room.post("/office/venues/<slug>/history/<int:number>", policy=Policy.OFFICER)
def go_back(slug: str, number: int) -> Response:
    """Let it say again what it said before a change."""
    try:
        with asking.deed() as session:
            found = places.venue(session, slug, viewer=asking.viewer())
            changing.go_back(session, found, number, seen=seen(request.form), by=asking.viewer(), now=asking.now())
    except (Invalid, Stale) as wrong:
        return _shown(slug, wrong=wrong)
    return see_other(to.office("venues", slug), said="gone-back")
