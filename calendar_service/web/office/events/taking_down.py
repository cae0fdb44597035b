"""A facilitator takes a harmful event off the public pages, or puts it back."""

from __future__ import annotations

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import Mendable, NotFound
from calendar_service.domain.events import Event
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import event_for
from calendar_service.services.events.remarks import REASON, remark
from calendar_service.services.status import taking_down
from calendar_service.web.office.forms import EMPTY, again
from calendar_service.web.office.forms import typed as field
from calendar_service.words import mark

room = Room("taking-down")
FORM = "office/events/take_down.html"
notices(
    taken_down=mark("Ya no se ve en las páginas públicas. Su municipalidad fue avisada con el motivo."),
    put_back=mark("Se ve de nuevo. Su municipalidad fue avisada."),
)


@room.get("/office/taken-down", policy=Policy.FACILITATOR)
def every() -> Response:
    """What the network does not show at present."""
    with asking.reading() as session:
        found = taking_down.taken_down(session, by=asking.viewer())
    return page("office/events/taken_down.html", events=found)


@room.get("/office/events/<slug>/take-down", policy=Policy.FACILITATOR)
def asked(slug: str) -> Response:
    """What would happen, and why: the reason is asked for."""
    event = _event(slug)
    return moved(to.office("events", event.slug, "take-down")) if event.slug != slug else _form(event)


def _event(slug: str) -> Event:
    with asking.reading() as session:
        event, _ = event_for(session, slug, viewer=asking.viewer())
    if not event.is_public or event.withdrawn:
        raise NotFound("event")
    return event


def _form(event: Event) -> Response:
    return page(FORM, event=event, **EMPTY)


@room.post("/office/events/<slug>/take-down", policy=Policy.FACILITATOR)
def taken(slug: str) -> Response:
    """Take it off."""
    try:
        reason = remark(field("reason"), field="reason", limit=REASON, multiline=True, missing="form_reason_missing")
        with asking.deed() as session:
            event, _ = event_for(session, slug, viewer=asking.viewer())
            taking_down.take_down(session, event, reason=reason, by=asking.viewer(), now=asking.now())
    except Mendable as wrong:
        return again(FORM, wrong, event=_event(slug))
    return see_other(to.office("taken-down"), said="taken-down")


@room.post("/office/events/<slug>/put-back", policy=Policy.FACILITATOR)
def put_back(slug: str) -> Response:
    """Show it again."""
    with asking.deed() as session:
        event, _ = event_for(session, slug, viewer=asking.viewer())
        taking_down.put_back(session, event, by=asking.viewer(), now=asking.now())
    return see_other(to.office("taken-down"), said="put-back")
