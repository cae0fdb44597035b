"""An event once more: last year's festival as the form of this year's, its dates moved by whole weeks."""

from __future__ import annotations

from datetime import date, timedelta

from calendar_service.domain.events import Event
from calendar_service.domain.times.dates import rule_of
from calendar_service.web.office.event_form.form import form_of
from calendar_service.web.office.forms import Form

WEEK, YEAR = timedelta(weeks=1), timedelta(weeks=52)
"""Whole weeks keep the day of the week, which is what people go by."""
DATED = ("start_date", "end_date", "until", "rdate", "exdates")


def copy_of(event: Event, *, today: date) -> Form:
    """The form of a new event that says what another says, on the first such days to come. Its venue and terms are
    loaded.
    """
    form = form_of(event, rule=rule_of(event))
    ahead = _shift(event.span.first_day, today)
    for name in DATED:
        form.setlist(name, [_moved(each, ahead) for each in form.getlist(name)])
    form["host"], form["date_reason"] = event.host.slug, ""
    return form


def _shift(first: date, today: date) -> timedelta:
    """What is over comes back in as many years as it takes; what is yet to come, a week later."""
    years = max(0, -((first - today) // YEAR))
    return YEAR * years if years else WEEK


def _moved(text: str, ahead: timedelta) -> str:
    """A day, or a day with an hour."""
    day, mark, hour = text.partition("T")
    return f"{(date.fromisoformat(day) + ahead).isoformat()}{mark}{hour}" if day else text
