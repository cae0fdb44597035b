"""The bin of an officer's districts: drafts thrown away, which can be brought back for thirty days (R25)."""

from __future__ import annotations

from flask import Response

from calendar_service import addresses as to
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.status import binning
from calendar_service.words import mark

room = Room("bin")
notices(restored=mark("Recuperado: es un borrador otra vez."))


@room.get("/office/bin", policy=Policy.OFFICER)
def thrown_away() -> Response:
    """What lies in it, and until when."""
    with asking.reading() as session:
        found = binning.binned(session, by=asking.viewer())
    return page("office/events/bin.html", events=found, kept=binning.KEPT)


@room.post("/office/bin/<slug>/restore", policy=Policy.OFFICER)
def restored(slug: str) -> Response:
    """Take one out again."""
    with asking.deed() as session:
        event = binning.restore(session, slug, by=asking.viewer(), now=asking.now())
        path = to.office("events", event.slug)
    return see_other(path, said="restored")
