"""A new event: an empty form, and what becomes of it."""

from __future__ import annotations

import secrets
from dataclasses import replace

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.access import Sight
from calendar_service.domain.errors import DomainError, Duplicate, NotFound
from calendar_service.domain.events import Status
from calendar_service.entrance import asking
from calendar_service.entrance.answers import see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import event_for, event_with_uid_for
from calendar_service.services.events.posting import post
from calendar_service.services.naming import uid_once
from calendar_service.web.office.event_form.form_page import (
    SAID,
    FormPage,
    again,
    event_in,
    look,
    looked,
    meant,
    sent,
    shown,
    wish,
)
from calendar_service.web.office.event_form.plan import plan_if_any
from calendar_service.web.office.event_form.poster import BODY
from calendar_service.web.office.forms import Form
from calendar_service.web.office.posting.copying import copy_of
from calendar_service.web.office.posting.templates import form_from

room = Room("posting")
STATUSES = {"draft": Status.DRAFT, "save": Status.DRAFT, "hold": Status.TENTATIVE, "publish": Status.CONFIRMED}


@room.get("/office/events/new", policy=Policy.OFFICER)
def new() -> Response:
    """An empty form; `?district=` chooses one of hers, `?from=` copies an event, `?template=` begins with a template.

    Its key lets it be posted once.
    """
    form = Form({"host": request.args.get("district", ""), "audiences": asking.metropolis().default_audience})
    if copied := request.args.get("from"):
        form = _copied(copied)
    elif template := request.args.get("template"):
        form = form_from(template)
    form["key"] = secrets.token_urlsafe(12)
    return shown(FormPage(form=form, plan=plan_if_any(form, base={})))


def _copied(slug: str) -> Form:
    """The form of an event that she sees wholly: her own districts', or one that is public."""
    with asking.reading() as session:
        event, sight = event_for(session, slug, viewer=asking.viewer())
    if sight is Sight.BUSY or event.withdrawn:
        raise NotFound("event")
    form = copy_of(event, today=asking.today())
    if sight is not Sight.OWN:
        form["internal_note"] = form["expected_attendance"] = ""
    return form


@room.post("/office/events/new/when", policy=Policy.OFFICER, body=BODY)
def when() -> Response:
    """The part of the form that says when, as it comes of what was chosen: for a page that looks while one chooses."""
    asked = replace(sent(event_in(request.form)), template="office/event_form/when.html")
    return look(asked)


@room.post("/office/events/new", policy=Policy.OFFICER, body=BODY, resumes=True)
def create() -> Response:
    """Post what was typed, or show its dates first."""
    asked = sent()
    if answer := looked(asked):
        return answer
    try:
        slug = _post(asked)
    except DomainError as wrong:
        return again(asked, wrong)
    return see_other(to.office("events", slug), said=SAID[wish(asked.form)])


def _post(asked: FormPage) -> str:
    """Post, and give the event's slug: for a form that was sent before, the slug of the event that there is."""
    form, (draft, until) = asked.form, meant(asked)
    viewer = asking.viewer()
    uid = uid_once(asking.house().installation, f"{viewer.officer_id} {form.get('key', '')}")
    try:
        with asking.deed() as session:
            event = post(
                session, draft, host=form.get("host", ""), by=viewer, now=asking.now(),
                status=STATUSES[wish(form)], hold_until=until, uid=uid,
            )  # fmt: skip
            return event.slug
    except Duplicate:
        with asking.reading() as session:
            return event_with_uid_for(session, uid, viewer=viewer)[0].slug
