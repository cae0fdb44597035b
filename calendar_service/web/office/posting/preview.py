"""How an event will look: its line in the lists, its page, its entry in a calendar. Nothing is kept."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from calendar_service.domain.errors import DomainError
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.entrance.forms import forgery
from calendar_service.services.agenda import browsing
from calendar_service.services.desk.rehearsing import Rehearsed, rehearse
from calendar_service.services.mails.audience import FEW
from calendar_service.web.office.event_form.form_page import FormPage, again, event_in, looked, meant, sent
from calendar_service.web.office.event_form.poster import BODY
from calendar_service.web.public.event.page import shown_as

room = Room("preview")
UNKEPT = (forgery.FIELD, "do")


@room.post("/office/events/new/preview", policy=Policy.OFFICER, body=BODY)
def preview() -> Response:
    """The form's event as the public would see it; the form again where it means none."""
    asked = sent(event_in(request.form))
    if answer := looked(asked):
        return answer
    try:
        return _shown(asked)
    except DomainError as wrong:
        return again(asked, wrong)


def _shown(asked: FormPage) -> Response:
    draft, _ = meant(asked)
    viewer, now = asking.viewer(), asking.now()
    with asking.house().rehearsal() as session:
        found = rehearse(
            session, draft, slug=asked.event.slug if asked.event else "", host=asked.form.get("host", ""), by=viewer,
            now=now, language=asking.language(),
        )  # fmt: skip
        dates = browsing.dates_of(session, found.event, recurrence_id=None, now=now)
        context = shown_as(session, found.event, dates, one_date=False)
        return page("office/posting/preview.html", **{**context, **_beside(asked, found)})


def _beside(asked: FormPage, found: Rehearsed) -> dict[str, Any]:
    """What stands around the page: the calendar's entry, what is lacking, and the form to go on with."""
    return {
        "entry": found.entry, "lacking": found.lacking, "audience": found.audience, "few": FEW,
        "may_edit": False, "path": asked.path, "asked": asked.event,
        "kept_fields": [pair for pair in asked.form.items(multi=True) if pair[0] not in UNKEPT],
    }  # fmt: skip
