"""Templates of one's own at the desk: kept of an event, listed, named anew, deleted."""

from __future__ import annotations

from typing import Any

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid, NotFound
from calendar_service.domain.events import Event
from calendar_service.domain.times.dates import rule_of
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import own_event
from calendar_service.services.desk import templates
from calendar_service.text import number_in
from calendar_service.web.office.event_form.form import form_of
from calendar_service.web.office.events.event import event_again
from calendar_service.web.office.forms import EMPTY, Form, again, typed
from calendar_service.words import mark

room = Room("templates")
LIST = "office/posting/templates.html"
DATES = ("start_date", "end_date", "until", "rdate", "rtime", "exdates")
notices(
    template_saved=mark("Plantilla guardada. La encuentras al publicar un evento."),
    template_renamed=mark("Plantilla renombrada."),
    template_deleted=mark("Plantilla eliminada. Los eventos que salieron de ella siguen igual."),
)


@room.get("/office/templates", policy=Policy.OFFICER)
def listing() -> Response:
    """Those of her districts, by name."""
    return page(LIST, renamed=None, **_listed(), **EMPTY)


def _listed() -> dict[str, Any]:
    with asking.reading() as session:
        return {"templates": templates.listed(session, viewer=asking.viewer())}


@room.post("/office/events/<slug>/template", policy=Policy.OFFICER)
def save(slug: str) -> Response:
    """Keep what an event says."""
    try:
        with asking.deed() as session:
            event = own_event(session, slug, viewer=asking.viewer())
            templates.save(session, event, typed("name"), by=asking.viewer(), now=asking.now())
    except Invalid as wrong:
        return event_again(slug, wrong)
    return see_other(to.office("templates"), said="template-saved")


@room.post("/office/templates/<int:number>", policy=Policy.OFFICER)
def rename(number: int) -> Response:
    """Call one otherwise."""
    try:
        with asking.deed() as session:
            templates.rename(session, number, typed("name"), by=asking.viewer(), now=asking.now())
    except Invalid as wrong:
        return again(LIST, wrong, renamed=number, **_listed())
    return see_other(to.office("templates"), said="template-renamed")


@room.post(
    "/office/templates/<int:number>/delete", policy=Policy.OFFICER,
    twice=mark("La plantilla se borra para toda tu municipalidad. Los eventos que salieron de ella siguen igual."),
)  # fmt: skip
def delete(number: int) -> Response:
    """Take one away."""
    with asking.deed() as session:
        templates.delete(session, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("templates"), said="template-deleted")


def form_from(named: str) -> Form:
    """The form of a new event as a template says it, its dates left open. Raises NotFound."""
    number = number_in(named)
    if number is None:
        raise NotFound("template")
    with asking.reading() as session:
        event = templates.event_of(session, number, by=asking.viewer(), now=asking.now())
    return _undated(event)


def _undated(event: Event) -> Form:
    form = form_of(event, rule=rule_of(event))
    for name in DATES:
        form.setlist(name, [])
    form["host"] = event.host.slug
    return form
