"""When it is, typed as a sentence: understood into the fields of the form, where all of it can be seen and changed.

A sentence is heard once: `heard` is the one that stands in the fields already, so that a field changed afterwards
stays as it was changed.
"""

from __future__ import annotations

from datetime import date

from werkzeug.datastructures import MultiDict

from calendar_service.domain.errors import Invalid
from calendar_service.domain.times.spoken import Misheard, Spoken, understand
from calendar_service.web.office.events.plan import plan_if_any

Form = MultiDict[str, str]
FIELD = "said"
LISTS = ("weekdays", "rdate", "rtime", "exdates")


def hear(form: Form, *, today: date) -> Invalid | None:
    """Write a new sentence into the form's fields. Gives what is not understood of it."""
    text = form.get(FIELD, "").strip()
    if not text or text == form.get("heard", ""):
        return None
    try:
        spoken = understand(text, today=today, start=_day(form))
    except Misheard as wrong:
        return Invalid.of(FIELD, wrong.code, **wrong.values)
    _write(form, spoken)
    if spoken.without_holidays:
        _leave_out_holidays(form)
    form["heard"] = text
    return None


def _day(form: Form) -> date | None:
    try:
        return date.fromisoformat(form.get("start_date", ""))
    except ValueError:
        return None


def _write(form: Form, spoken: Spoken) -> None:
    """The sentence says all of the dates; of the hours only what it names."""
    for name in LISTS:
        form.setlist(name, [])
    fields = {
        "start_date": _iso(spoken.start) or form.get("start_date", ""), "end_date": _iso(spoken.last),
        "repeat": spoken.kind, "interval": str(spoken.interval) if spoken.interval > 1 else "",
        "until": _iso(spoken.until), "count": str(spoken.count or ""), "all_day": "1" if spoken.all_day else "",
    }  # fmt: skip
    for name, value in fields.items():
        form[name] = value
    if spoken.kind == "weekly":
        form.setlist("weekdays", list(spoken.weekdays))
    form.setlist("rdate", [each.isoformat() for each in spoken.dates])
    form.setlist("exdates", [each.isoformat() for each in spoken.without])
    for name, hour in (("start_time", spoken.begins), ("end_time", spoken.ends)):
        if hour is not None:
            form[name] = f"{hour:%H:%M}"


def _leave_out_holidays(form: Form) -> None:
    """Take out the dates that fall on one. They are days, whatever the hour: it may not be said yet."""
    days = Form(form)
    days["all_day"] = "1"
    plan = plan_if_any(days, base={})
    feasts = [each.value for each in plan.dates if each.holiday] if plan else []
    form.setlist("exdates", list(dict.fromkeys([*form.getlist("exdates"), *feasts])))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
