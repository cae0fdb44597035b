"""The list of events: what a selection finds, day by day."""

from __future__ import annotations

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.finding.agenda import Sort
from calendar_service.domain.finding.selection import Selection
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import browsing, counting
from calendar_service.services.agenda.sorting import offered, read_sort
from calendar_service.web.public.browsing.choosing import read_choice
from calendar_service.web.public.browsing.filters import filters, near_me, quick
from calendar_service.web.public.browsing.nothing import ways_on, wider
from calendar_service.web.public.browsing.rows import Rows
from calendar_service.web.public.browsing.understanding import titled, understood
from calendar_service.words import mark

room = Room("events")
LITTLE = 3
"""Dates, up to which it is said where there are more."""
SORTS = {Sort.DATE: mark("por fecha"), Sort.RANK: mark("por parecido"), Sort.NEAR: mark("por cercanía")}


@room.get("/events", policy=Policy.PUBLIC, repeats=True)
def listing() -> Response:
    """A page of the list; what cannot be taken is a hint, never a refusal."""
    with asking.reading() as session:
        typed = read_choice(session, here=to.events)
        choice, heard = understood(session, typed)
        sort = read_sort(request.args.get("sort", ""), choice.selection)
        rows = Rows(near=choice.selection.near)
        unbounded = choice.selection.from_day is None
        found = browsing.find(
            session, choice.selection, now=asking.now(), page=asking.page_number(), past=not unbounded, sort=sort
        )
        tally = counting.tally(session, choice.selection, found.dates, now=asking.now())
        return page(
            "public/browsing/events.html", choice=choice, found=found,
            days=[] if sort is not Sort.DATE else rows.agenda(found),
            best_rows=[] if sort is Sort.DATE else rows.rows(found.lines), sort=sort,
            near_me=near_me(choice.selection), sorts=sorts(choice.selection, sort),
            running=rows.running(found.running), filters=filters(choice.selection, tally),
            quick=quick(choice.selection, tally),
            counted=browsing.COUNTED, understood=heard, titled=titled(session, heard, found),
            wider=wider(session, choice, found=found.total) if 0 < found.total <= LITTLE else [],
            ways_on=None if found.total else ways_on(session, choice, found=len(found.running)),
        )  # fmt: skip


def sorts(selection: Selection, chosen: Sort) -> list[tuple[str, str, bool]]:
    """In which orders the list can be: what each is called, where it stands, whether it is this one."""
    words, query = asking.words(), selection.query()
    orders = offered(selection)
    return [
        (words.t(SORTS[each]), to.events(query, sort=each), each is chosen) for each in (orders if orders[1:] else ())
    ]
