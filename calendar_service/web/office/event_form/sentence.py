"""When it is, typed as a sentence: understood into the fields of the form, where all of it can be seen and changed.

A sentence is heard once: `heard` is the one that stands in the fields already, so that a field changed afterwards
stays as it was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta

from calendar_service.domain.errors import Invalid
from calendar_service.domain.times import spoken, spoken_english
from calendar_service.domain.times.spoken import Misheard, Spoken
from calendar_service.web.office.event_form.plan import Plan, plan_if_any
from calendar_service.web.office.forms import Form

FIELD = "said"
ONE_DAY = timedelta(days=1)
Tongue = Callable[..., Spoken]
TONGUES: Mapping[str, Tongue] = {"es": spoken.understand, "en": spoken_english.understand}
"""Who understands each language of the pages."""
LISTS = ("weekdays", "rdate", "rtime", "exdates")


def hear(form: Form, *, today: date, language: str) -> Invalid | None:
    """Write a new sentence into the form's fields. Gives what is not understood of it in the language of the page."""
    text = form.get(FIELD, "").strip()
    if not text or text == form.get("heard", ""):
        return None
    try:
        meant = _understood(text, today=today, start=_day(form), language=language)
    except Misheard as wrong:
        return Invalid.of(FIELD, wrong.code, **wrong.values)
    _write(form, meant)
    if meant.without_holidays:
        _leave_out_holidays(form)
    form["heard"] = text
    missed = _missed(form, meant.without)
    return Invalid.of(FIELD, "form_said_no_date", day=missed[0]) if missed else None


def _understood(text: str, *, today: date, start: date | None, language: str) -> Spoken:
    """What it means in the language of the page, else in another: people type as they speak. Raises Misheard."""
    first = TONGUES.get(language, spoken.understand)
    try:
        return first(text, today=today, start=start)
    except Misheard as wrong:
        for other in TONGUES.values():
            if other is not first and (found := _heard_by(other, text, today=today, start=start)):
                return found
        raise wrong from None


def _heard_by(tongue: Tongue, text: str, *, today: date, start: date | None) -> Spoken | None:
    try:
        return tongue(text, today=today, start=start)
    except Misheard:
        return None


def _day(form: Form) -> date | None:
    try:
        return date.fromisoformat(form.get("start_date", ""))
    except ValueError:
        return None


def _write(form: Form, said: Spoken) -> None:
    """The sentence says all of the dates; of the hours only what it names."""
    for name in LISTS:
        form.setlist(name, [])
    fields = {
        "start_date": _iso(said.start) or form.get("start_date", ""), "end_date": _iso(said.last),
        "repeat": said.kind, "interval": str(said.interval) if said.interval > 1 else "",
        "until": _iso(said.until), "count": str(said.count or ""), "all_day": "1" if said.all_day else "",
    }  # fmt: skip
    for name, value in fields.items():
        form[name] = value
    if said.kind == "weekly":
        form.setlist("weekdays", list(said.weekdays))
    form.setlist("rdate", [each.isoformat() for each in said.dates])
    form.setlist("exdates", [each.isoformat() for each in said.without])
    for name, hour in (("start_time", said.begins), ("end_time", said.ends)):
        if hour is not None:
            form[name] = f"{hour:%H:%M}"


def _missed(form: Form, without: Collection[date]) -> list[date]:
    """Days to leave out that are no dates anyway. Of several in a row one may well be none: they are said as a time."""
    plan = _in_days(form)
    there = {each.value for each in plan.dates} if plan else set()
    alone = [each for each in without if each - ONE_DAY not in without and each + ONE_DAY not in without]
    return [each for each in alone if each.isoformat() not in there] if plan else []


def _in_days(form: Form) -> Plan | None:
    """The dates as days, whatever the hour: it may not be said yet."""
    days = Form(form)
    days["all_day"] = "1"
    return plan_if_any(days, base={})


def _leave_out_holidays(form: Form) -> None:
    """Take out the dates that fall on one."""
    plan = _in_days(form)
    feasts = [each.value for each in plan.dates if each.holiday] if plan else []
    form.setlist("exdates", list(dict.fromkeys([*form.getlist("exdates"), *feasts])))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
