"""The form of an event that is there: revised, and where that was the wish published or held in the same deed."""

from __future__ import annotations

from datetime import date

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import DomainError, Stale, WrongState
from calendar_service.domain.events import Status
from calendar_service.domain.times.dates import rule_of
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import own_event
from calendar_service.services.desk import desk
from calendar_service.services.drafts import EventDraft, draft_of
from calendar_service.services.events.comparing import differences
from calendar_service.services.events.reverting import base_of, last_revision
from calendar_service.services.events.revising import revise
from calendar_service.services.parties import parties_of
from calendar_service.services.status import statuses
from calendar_service.web.office.event_form.form import form_of
from calendar_service.web.office.event_form.form_page import (
    SAID,
    FormPage,
    again,
    looked,
    meant,
    sent,
    shown,
    warned,
    wish,
)
from calendar_service.web.office.event_form.picking import picks, settle
from calendar_service.web.office.event_form.plan import plan_if_any
from calendar_service.web.office.event_form.poster import BODY
from calendar_service.web.office.events.saying import Saying
from calendar_service.web.office.forms import Form, revision_seen, seen

room = Room("revising")


@room.get("/office/events/<slug>/edit", policy=Policy.OFFICER)
def edit(slug: str) -> Response:
    """The form as the event stands."""
    with asking.reading() as session:
        event = own_event(session, slug, viewer=asking.viewer())
        last = last_revision(session, event)
    if event.slug != slug:
        return moved(to.office("events", event.slug, "edit"))
    if event.withdrawn:
        raise WrongState("event_withdrawn")
    form = form_of(event, rule=rule_of(event))
    form["seen"], form["revision"] = str(event.version), str(last)
    if event.status == Status.TENTATIVE and event.hold_until:
        form["hold_until"] = event.hold_until.isoformat()
    return shown(FormPage(form=form, event=event, plan=plan_if_any(form, base=draft_of(event))))


@room.post("/office/events/<slug>/edit", policy=Policy.OFFICER, body=BODY, resumes=True)
def save(slug: str) -> Response:
    """Save what was typed, or show its dates first. Who saw an older text is shown both (rule 8)."""
    with asking.reading() as session:
        event = own_event(session, slug, viewer=asking.viewer())
    asked = sent(event)
    if answer := looked(asked):
        return answer
    try:
        draft, until = meant(asked)
    except DomainError as wrong:
        return again(asked, wrong)
    if answer := warned(asked):
        return answer
    try:
        slug = _save(slug, draft, asked.form, until=until)
    except Stale:
        return _compared(slug, draft, asked.form)
    except DomainError as wrong:
        return again(asked, wrong)
    return see_other(to.office("events", slug), said=SAID[wish(asked.form)])


def _save(slug: str, draft: EventDraft, form: Form, *, until: date | None) -> str:
    """One deed; gives the slug, which follows a draft's title."""
    viewer, now = asking.viewer(), asking.now()
    with asking.deed() as session:
        event = own_event(session, slug, viewer=viewer)
        revise(session, event, draft, seen=seen(form), by=viewer, now=now)
        if wish(form) == "publish" and event.status != Status.CONFIRMED:
            statuses.confirm(session, event, by=viewer, now=now)
        elif wish(form) == "hold":
            statuses.hold(session, event, until=until, by=viewer, now=now)
        return event.slug


def _compared(slug: str, draft: EventDraft, form: Form) -> Response:
    """Both texts side by side; the form goes on from what was typed, with the version of now (R4)."""
    viewer = asking.viewer()
    with asking.house().rehearsal() as session:
        event = own_event(session, slug, viewer=viewer)
        saw = base_of(session, event, revision_seen(form))
        form["seen"] = str(event.version)
        form["revision"] = str(last_revision(session, event))
        names = {each.slug: each.name for each in desk.venues(session, viewer=viewer)}
        names |= {event.venue.slug: event.venue.name} if event.venue else {}
        parties = parties_of(session, event)
        changes = differences(session, event, draft, by=viewer, now=asking.now())
        names |= {event.venue.slug: event.venue.name} if event.venue else {}
        parties = {**parties, **parties_of(session, event)}
        allies = {slug: each.name for slug, each in parties.items()}
    with asking.reading() as session:
        event = own_event(session, slug, viewer=viewer)
    saying = Saying(start=draft.starts, all_day=draft.is_all_day, timezone=event.timezone, venues=names,
                    parties=allies)  # fmt: skip
    both = picks(changes, saying, seen=saw)
    settle(form, event, both)
    plan = plan_if_any(form, base=draft_of(event))
    return shown(FormPage(form=form, event=event, wrong=Stale(), plan=plan, compared=both))
