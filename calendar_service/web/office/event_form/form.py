"""The event's form and the draft that it means: from one to the other and back, problems included.

The draft's names are the API's (`services.drafts`); the form splits what people say in parts: a date and an
hour, a venue of the list or a new one, a repetition in words. What the form does not show stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.events import Event
from calendar_service.domain.finding.names import label_of
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.recurrence import Rule
from calendar_service.services.drafts import EventDraft, draft_of, read_draft
from calendar_service.services.events.remarks import NAME, remark
from calendar_service.web.office.event_form import parties, poster
from calendar_service.web.office.event_form.when import repetition
from calendar_service.web.office.event_form.when.times import put_time, show_time
from calendar_service.web.office.forms import Data, Form

TEXTS = ("summary", "abstract", "description", "price_text", "booking_url", "place_note", "online_url",
         "internal_note", "date_reason")  # fmt: skip
"""Fields that are the same in both, empty when nothing was said."""
SAID = ("lang", "format", "age_from", "age_to", "expected_attendance", "hold_shows")
"""Fields that are None (or their default) when nothing was said."""
LISTS = ("disciplines", "audiences", "accessibility", "languages")
CHOICES = ("outdoors", "public_space")
"""Yes, no, or not said."""
MADE = ("venue_name", "venue_address", "venue_point")

ORDER = (
    "host", "summary", "said", "start_date", "start_time", "end_time", "end_date", "repeat", "interval", "weekdays",
    "until", "count", "rdates", "venue_name", "venue_kind", "venue_address", "venue_point", "place_note", "online_url",
    "disciplines", "format", "audiences", "age_from", "age_to", "organisations", "price", "price_text", "booking_url",
    "image_file", "image_alt", "image_credit", "description", "abstract", "accessibility", "outdoors", "public_space",
    "languages", "lang", "expected_attendance", "internal_note", "hold_until", "hold_shows",
)  # fmt: skip
"""The form's fields as they follow each other on the page: what is wrong is said from the top to the bottom."""
ELSEWHERE = {"exdates": "rdates", "venue": "venue_name"}
"""Fields of the draft whose problems are said at another one of the form."""

_AMOUNT = re.compile(r"(?:[^\W\d]{0,3}[/.$€£]{0,2}\s*)?(\d[\d.,]*)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_CENTS = re.compile(r"\d+,\d{1,2}")
_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*")


def read_event(
    form: Form, *, metropolis: Metropolis, base: Mapping[str, Any] | None = None, complete: bool = False
) -> EventDraft:
    """The draft that a form means. `base` is the event as it is: it fills what the form does not show. `complete` asks
    for all that a hold or a public event must have.

    Raises Invalid with every problem, its fields those of the form.
    """
    data, problems = data_of(form, base=base or {})
    try:
        draft = read_draft(data, metropolis=metropolis, strict=False, complete=complete)
    except Invalid as wrong:
        raise Invalid(_joined(problems, placed(wrong.problems, form))) from wrong
    if problems:
        raise Invalid(problems)
    return draft


def _joined(first: Sequence[Problem], second: Sequence[Problem]) -> list[Problem]:
    """One problem a field; what the form itself found comes first. A missing start is said once."""
    found = {each.field: each for each in reversed([*first, *second])}
    if "start_time" in found:
        found.pop("start_date", None)
    if "start_date" in found and "end_time" in found and found["end_time"].code == "draft_moment":
        found.pop("end_time")
    return [found[name] for name in dict.fromkeys(each.field for each in [*first, *second]) if name in found]


def data_of(form: Form, *, base: Mapping[str, Any]) -> tuple[Data, list[Problem]]:
    """What the form says, under the draft's names, and what cannot be read of it."""
    data: Data = dict(base)
    data |= {name: form.get(name, "") for name in TEXTS}
    data |= {name: form.get(name, "").strip() or None for name in SAID}
    data |= {name: list(dict.fromkeys(filter(None, form.getlist(name)))) for name in LISTS}
    data |= {name: {"1": True, "0": False}.get(form.get(name, "")) for name in CHOICES}
    data["hold_shows"] = data["hold_shows"] or "busy"
    data["free"] = form.get("free") == "1"
    data["price"] = _amount(form.get("price", ""))
    if data["price"] is None:
        data.pop("currency", None)
    poster.put(form, data)
    if "party" in form:
        data["organisations"] = parties.read(form)
    problems = [*put_time(form, data, base=base), *_put_place(form, data)]
    return data, problems


def _amount(text: str) -> str | None:
    """The amount as a decimal, whatever way it was typed: `15`, `S/ 15.50`, `15,50`, `1,500.00`."""
    text = text.strip()
    found = _AMOUNT.fullmatch(text)
    if not found:
        return text or None
    number = found[1]
    if _THOUSANDS.fullmatch(number):
        return number.replace(",", "")
    return number.replace(",", ".") if _CENTS.fullmatch(number) else number


# Where


def _put_place(form: Form, data: Data) -> list[Problem]:
    """The venue that there is, or a new one."""
    data["venue"] = form.get("venue") or None
    if data["venue"] or not any(form.get(name, "").strip() for name in MADE):
        return []
    problems: list[Problem] = []
    venue: Data = {"name": "·"}  # where a place was said, though not well, none is lacking
    for read in (_venue_name, _venue_address, _venue_point):
        try:
            venue |= read(form)
        except Invalid as wrong:
            problems += wrong.problems
    data["venue"] = venue | ({"kind": form["venue_kind"]} if form.get("venue_kind") else {})
    return problems


def _venue_name(form: Form) -> Data:
    name = form.get("venue_name", "")
    return {"name": remark(name, field="venue_name", limit=NAME, missing="form_venue_name_missing")}


def _venue_address(form: Form) -> Data:
    return {"address": remark(form.get("venue_address", ""), field="venue_address", limit=NAME)}


def _venue_point(form: Form) -> Data:
    latitude, longitude = read_point(form.get("venue_point", ""), field="venue_point")
    return {"lat": latitude, "lon": longitude}


def read_point(text: str, *, field: str) -> tuple[float | None, float | None]:
    """A position as maps give it to be copied: latitude, longitude (WGS 84, degrees). Raises Invalid."""
    if not text.strip():
        return None, None
    found = _POINT.fullmatch(text)
    latitude, longitude = map(float, found.groups()) if found else (999.0, 999.0)
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 - degrees
        raise Invalid.of(field, "form_point")
    return latitude, longitude


# Problems, next to the form's own fields


def placed(problems: Sequence[Problem], form: Form) -> list[Problem]:
    """Problems of the draft as problems of the form."""
    all_day = form.get("all_day") == "1"
    return [Problem(field=_field(each, form, all_day), code=each.code, values=_values(each, all_day))
            for each in problems]  # fmt: skip


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Problems of the form as somebody meets them who goes down the page."""
    places = {name: place for place, name in enumerate(ORDER)}
    return sorted(problems, key=lambda each: places.get(each.field, len(places)))


def _field(problem: Problem, form: Form, all_day: bool) -> str:  # noqa: FBT001 - private
    match problem.field:
        case "start":
            return "start_time" if problem.code == "draft_needs_time" else "start_date"
        case "end":
            return "end_date" if all_day or problem.code == "draft_too_long" else "end_time"
        case "rrule":
            return repetition.place_of(problem, has_count=bool(form.get("count")))
        case "image":
            return poster.place_of(problem.code)
    return ELSEWHERE.get(problem.field, problem.field)


def _values(problem: Problem, all_day: bool) -> dict[str, Any]:  # noqa: FBT001 - private
    """Of an all-day event a first date is said without an hour."""
    return {
        name: value.date() if all_day and isinstance(value, datetime) else value
        for name, value in problem.values.items()
    }


# What the form shows of an event


def form_of(event: Event, *, rule: Rule | None) -> Form:
    """The form as it stands for an event; its venue and terms are loaded, `rule` is its own."""
    data = draft_of(event)
    form = repetition.fields_of(rule)
    for name in (*TEXTS, *SAID, "price"):
        form[name] = "" if data[name] is None else str(data[name])
    for name in LISTS:
        form.setlist(name, data[name])
    form["free"] = "1" if event.free else ""
    form["venue"] = data["venue"] or ""
    form["venue_name"] = label_of(event.venue, home=event.host.slug) if event.venue else ""
    form["outdoors"] = _yes_no(event.outdoors)
    follows = event.venue is not None and event.public_space == event.venue.public_space
    form["public_space"] = "" if follows else _yes_no(event.public_space)
    show_time(form, event)
    poster.show(form, event)
    parties.show(form, event)
    return form


def _yes_no(value: bool | None) -> str:  # noqa: FBT001 - one of three
    return "" if value is None else "1" if value else "0"
