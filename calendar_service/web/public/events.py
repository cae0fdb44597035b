"""The list of events: what a selection finds, day by day."""

from __future__ import annotations

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import browsing, counting
from calendar_service.web.public.choosing import read_choice
from calendar_service.web.public.filters import filters, quick
from calendar_service.web.public.nothing import ways_on
from calendar_service.web.public.rows import Rows

room = Room("events")
MANY_DIGITS = 4


@room.get("/events", policy=Policy.PUBLIC, repeats=True)
def listing() -> Response:
    """A page of the list; what cannot be taken is a hint, never a refusal."""
    rows = Rows()
    with asking.reading() as session:
        choice = read_choice(session, here=to.events)
        unbounded = choice.selection.from_day is None
        found = browsing.find(session, choice.selection, now=asking.now(), page=_page_number(), past=not unbounded)
        tally = counting.tally(session, choice.selection, now=asking.now())
        return page(
            "public/events.html", choice=choice, found=found, days=rows.agenda(found),
            running=rows.running(found.running), filters=filters(choice.selection, tally),
            quick=quick(choice.selection, tally),
            counted=browsing.COUNTED, ways_on=ways_on(session, choice) if found.is_empty else None,
        )  # fmt: skip


def _page_number() -> int:
    given = request.args.get("page", "1")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= MANY_DIGITS else 1
