"""The events of an officer's districts, on four shelves: coming, holds, drafts, past."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.desk import desk
from calendar_service.services.desk.desk import Shelf
from calendar_service.web.office.events.lines import lines
from calendar_service.words import mark

room = Room("listing")
LONGEST = 100
SHELVES: Mapping[Shelf, str] = {
    Shelf.COMING: mark("Próximos"),
    Shelf.HOLDS: mark("Reservas"),
    Shelf.DRAFTS: mark("Borradores"),
    Shelf.PAST: mark("Pasados"),
}


@room.get("/office/events", policy=Policy.OFFICER)
def listing() -> Response:
    """A page of one shelf: `?show=` and `?page=`; of what holds the words of `?q=`."""
    wished = request.args.get("show", "")
    shelf = Shelf(wished) if wished in set(Shelf) else Shelf.COMING
    q = " ".join(request.args.get("q", "").split())[:LONGEST]
    with asking.reading() as session:
        found = desk.events(
            session, viewer=asking.viewer(), shelf=shelf, now=asking.now(), page=asking.page_number(), q=q
        )
    return page("office/events/list.html", found=found, lines=lines(found.rows), shelves=SHELVES, q=q, longest=LONGEST)
