"""When an event takes place, as its form says it: dates and hours apart, single dates in rows, dates taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.events import Event
from calendar_service.domain.times.moments import Span, read_wall, write_wall
from calendar_service.domain.times.recurrence import Rule
from calendar_service.web.office.event_form.when import repetition
from calendar_service.web.office.forms import Data, Form

NIGHT_ENDS = time(6)
"""An end up to this hour that lies before the start is the next morning: 8 p. m. to 1 a. m."""

SOME_DAY = date(2000, 1, 1)
"""Stands for a first day that is not said: what is wrong with a repetition does not wait for it."""


def put_time(form: Form, data: Data, *, base: Mapping[str, Any]) -> list[Problem]:
    """Start, end, repetition, single dates and exceptions; `base` is the event as it is, empty for a new one."""
    data |= {"all_day": form.get("all_day") == "1", "rrule": None, "rdates": [], "exdates": []}
    data.pop("start", None)
    start, problem = _moment(form, "start_date", "start_time")
    data["end"], ends_wrong = _end(form)
    day = day_of(form.get("start_date", "")) or SOME_DAY
    rrule, rule_wrong = repetition.rrule_of(form, form.getlist("weekdays"), start=day)
    rows, rows_wrong = _extra_dates(form)
    data["rrule"] = base["rrule"] if rrule and rrule == _said_so_far(base) else rrule
    if start is not None:
        data["start"], data["rdates"], data["exdates"] = start, rows, _exceptions(form)
    return [*([problem] if problem else []), *ends_wrong, *rule_wrong, *rows_wrong]


def _said_so_far(base: Mapping[str, Any]) -> str | None:
    """How the form writes the rule that there is: who leaves it as shown keeps it to the letter."""
    if not base.get("rrule"):
        return None
    start, all_day = read_wall(base["start"])
    rule = Rule.read(base["rrule"], start=start, all_day=all_day, timezone=base["timezone"])
    shown = repetition.fields_of(rule)
    return repetition.rrule_of(shown, shown.getlist("weekdays"), start=start.date())[0]


def _moment(form: Form, on: str, at: str) -> tuple[str | None, Problem | None]:
    """A date and an hour as the draft writes them; of an all-day event the date alone."""
    day, hour = form.get(on, "").strip(), form.get(at, "").strip()
    if not day:
        return None, Problem(field=on, code="required")
    if form.get("all_day") == "1":
        return day, None
    return (f"{day}T{hour}", None) if hour else (None, Problem(field=at, code="draft_needs_time"))


def _end(form: Form) -> tuple[str | None, list[Problem]]:
    first, last = form.get("start_date", "").strip(), form.get("end_date", "").strip()
    if form.get("all_day") == "1":
        return last or first or None, []
    hour = form.get("end_time", "").strip()
    if not hour:
        return None, [Problem(field="end_time", code="draft_needs_time")] if last else []
    return f"{last or _night(first, form.get('start_time', ''), hour)}T{hour}", []


def _night(first: str, begins: str, ends: str) -> str:
    """The day on which an event ends when only the hour was said."""
    day, start, end = day_of(first), _hour(begins), _hour(ends)
    if day and start and end and end < start and end <= NIGHT_ENDS:
        return (day + timedelta(days=1)).isoformat()
    return first


def day_of(text: str) -> date | None:
    """A day as a field gives it; None where it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        return None


def read_span(form: Form, *, all_day: bool) -> tuple[str, str | None]:
    """Start and end of one date, as the draft writes them. Raises Invalid."""
    form["all_day"] = "1" if all_day else ""
    start, problem = _moment(form, "start_date", "start_time")
    end, problems = _end(form)
    problems = [*([problem] if problem else []), *problems]
    for field, written in (("start_date", start), ("end_time", end)):
        if written and not _is_wall(written):
            problems.append(Problem(field=field, code="draft_moment"))
    if problems or start is None:
        raise Invalid(problems)
    return start, end


def _is_wall(text: str) -> bool:
    try:
        read_wall(text)
    except ValueError:
        return False
    return True


def _extra_dates(form: Form) -> tuple[list[str], list[Problem]]:
    """The single dates: a row without an hour has that of the start."""
    found, problems = [], []
    usual, all_day = form.get("start_time", "").strip(), form.get("all_day") == "1"
    for day, hour in rows_of(form):
        if day:
            found.append(day if all_day else f"{day}T{hour or usual}")
        elif hour and not all_day:
            problems = [Problem(field="rdates", code="form_extra_date")]
    return found, problems


def rows_of(form: Form) -> Iterator[tuple[str, str]]:
    """The rows of single dates as typed: date and hour."""
    days, hours = (form.getlist(name) for name in ("rdate", "rtime"))
    hours += [""] * (len(days) - len(hours))
    return ((day.strip(), hour.strip()) for day, hour in zip(days, hours, strict=False))


def _exceptions(form: Form) -> list[str]:
    """The dates taken out. Those written without an hour follow the start's when that changes."""
    hour, all_day = form.get("start_time", "").strip(), form.get("all_day") == "1"
    given = dict.fromkeys(filter(None, form.getlist("exdates")))
    if all_day:
        return [each.partition("T")[0] for each in given]
    return [each if "T" in each else f"{each}T{hour}" for each in given]


# What the form shows of an event


def show_span(span: Span) -> Form:
    """The fields of a start and an end; the last day only where it is another."""
    form = Form({"start_date": span.start.date().isoformat(), "all_day": "1" if span.all_day else ""})
    if span.end and span.end.date() != span.start.date():
        form["end_date"] = span.end.date().isoformat()
    if not span.all_day:
        form["start_time"] = hour_of(span.start)
        form["end_time"] = hour_of(span.end) if span.end else ""
    return form


def show_time(form: Form, event: Event) -> None:
    """All that the form says of when an event is, but its repetition."""
    form.update(show_span(event.span))
    form.setlist("rdate", [each.date().isoformat() for each in event.rdates])
    form.setlist("rtime", ["" if same_hour(each, event) else hour_of(each) for each in event.rdates])
    form.setlist("exdates", [exception_of(each, event.start) for each in event.exdates])


def same_hour(moment: datetime, event: Event) -> bool:
    """Whether a date has the hour of the event's start."""
    return event.all_day or moment.time() == event.start.time()


def exception_of(moment: datetime, start: datetime) -> str:
    """A date taken out, as the form writes it: the day alone where it has the start's hour."""
    day = moment.date().isoformat()
    return day if moment.time() == start.time() else write_wall(moment, all_day=False)


def hour_of(moment: datetime) -> str:
    """The hour as a field takes it: `19:30`."""
    return write_wall(moment, all_day=False).partition("T")[2]
