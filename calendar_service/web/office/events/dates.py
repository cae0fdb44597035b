"""One date of an event: moved, elsewhere, cancelled, or again as the event says."""

from __future__ import annotations

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.errors import DomainError, Invalid, Mendable, NotFound
from calendar_service.domain.events import Event
from calendar_service.domain.times.dates import Date, dates_of
from calendar_service.domain.times.moments import read_wall
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, notices, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import own_event
from calendar_service.services.desk import desk
from calendar_service.services.events.remarks import REASON, remark
from calendar_service.services.events.revising import Change, change_occurrence, undo_occurrence
from calendar_service.web.office.event_form.choices import venue_groups
from calendar_service.web.office.event_form.form import placed
from calendar_service.web.office.event_form.when.times import read_span, show_span
from calendar_service.web.office.events.event import date_line
from calendar_service.web.office.forms import Form, page_after, seen
from calendar_service.words import mark

room = Room("dates")
notices(
    date_changed=mark("Fecha cambiada. Para deshacerlo, ábrela en la lista de fechas."),
    date_cancelled=mark("Fecha cancelada; las demás siguen en pie. Para deshacerlo, ábrela en la lista de fechas."),
    date_undone=mark("La fecha vuelve a ser como dice el evento."),
)
SAID = {"change": "date-changed", "cancel": "date-cancelled", "undo": "date-undone"}


@room.get("/office/events/<slug>/dates/<recurrence>", policy=Policy.OFFICER)
def one_date(slug: str, recurrence: str) -> Response:
    """The date as it stands."""
    with asking.reading() as session:
        event = own_event(session, slug, viewer=asking.viewer())
    if event.slug != slug:
        return moved(to.office("events", event.slug, "dates", recurrence))
    date = _date(event, recurrence)
    form = show_span(date.span)
    form["seen"] = str(event.version)
    form["venue"] = date.override.venue.slug if date.override and date.override.venue else ""
    form["reason"] = date.override.reason if date.override else ""
    return _shown(event, date, form)


@room.post("/office/events/<slug>/dates/<recurrence>", policy=Policy.OFFICER)
def change_date(slug: str, recurrence: str) -> Response:
    """Change it, cancel it, or undo that, as the button says."""
    form = Form(request.form)
    wish = form.get("do", "") if form.get("do") in SAID else "change"
    try:
        with asking.deed() as session:
            event = own_event(session, slug, viewer=asking.viewer())
            _do(session, event, recurrence, form, wish)
    except Mendable as wrong:
        return _again(slug, recurrence, form, wrong)
    return see_other(to.office("events", slug), said=SAID[wish])


def _do(session: Session, event: Event, recurrence: str, form: Form, wish: str) -> None:
    by, now = asking.viewer(), asking.now()
    if wish == "undo":
        undo_occurrence(session, event, recurrence, seen=seen(form), by=by, now=now)
        return
    change = _cancelled(form) if wish == "cancel" else _changed(event, _date(event, recurrence), form)
    change_occurrence(session, event, recurrence, change, seen=seen(form), by=by, now=now)


def _cancelled(form: Form) -> Change:
    reason = form.get("reason", "")
    said = remark(reason, field="reason", limit=REASON, multiline=True, missing="form_reason_missing")
    return Change(cancelled=True, reason=said)


def _changed(event: Event, date: Date, form: Form) -> Change:
    """Another time, another place; a time that is the event's own is no change of it. Raises Invalid."""
    start, end = (read_wall(each)[0] if each else None for each in read_span(form, all_day=event.all_day))
    reason = remark(form.get("reason", ""), field="reason", limit=REASON, multiline=True)
    usual = event.span.moved_to(date.original)
    venue = form.get("venue") or None
    if venue == (event.venue.slug if event.venue else None):
        venue = None
    if (start, end) == (usual.start, usual.end):
        if venue is None:
            raise Invalid.of("start_date", "form_nothing_changed")
        start = end = None
    return Change(start=start, end=end, venue=venue, reason=reason)


def _date(event: Event, recurrence: str) -> Date:
    """The date with an original time. Raises NotFound."""
    for each in dates_of(event):
        if each.recurrence_id == recurrence:
            return each
    raise NotFound("occurrence")


def _again(slug: str, recurrence: str, form: Form, wrong: DomainError) -> Response:
    """What was typed, beside the date as it is now; the next sending counts for that."""
    with asking.reading() as session:
        event = own_event(session, slug, viewer=asking.viewer())
    form["seen"] = str(event.version)
    form["all_day"] = "1" if event.all_day else ""
    if isinstance(wrong, Invalid):
        wrong = Invalid(placed(wrong.problems, form))
    return _shown(event, _date(event, recurrence), form, wrong=wrong)


def _shown(event: Event, date: Date, form: Form, *, wrong: DomainError | None = None) -> Response:
    words = asking.words()
    with asking.reading() as session:
        venues = desk.venues(session, viewer=asking.viewer())
    return page_after(
        "office/events/date.html", wrong, event=event, date=date, form=form,
        line=date_line(event, date), usual=words.span(event.span.moved_to(date.original), today=asking.today()),
        venues=venue_groups(venues, event.venue),
    )  # fmt: skip
