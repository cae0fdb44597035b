"""A weekly series that goes to other weekdays by one change: the first date follows the weekdays, or they follow it.

Its end and the dates taken out go along, each within its week (Monday to Sunday). Dates that are over stay behind: the
series goes on from the first one to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from calendar_service.domain.times.recurrence import Rule
from calendar_service.domain.times.rule_parts import WEEKDAYS
from calendar_service.domain.times.standing_in import week_of
from calendar_service.web.office.event_form.when.repetition import fields_of
from calendar_service.web.office.event_form.when.times import day_of
from calendar_service.web.office.forms import Form

Places = Mapping[str, str]
"""For weekdays that are none any more the one in their place."""


def follow(form: Form, rule: Rule, *, today: date) -> None:
    """Write into the form what goes along with the weekdays, or with the first date, that somebody changed; `rule` is
    that of the event as it stands.
    """
    start = day_of(form.get("start_date", ""))
    if start is None or form.get("repeat") != "weekly" or fields_of(rule)["repeat"] != "weekly":
        return
    was, chosen = _days_of(rule), _in_order(form.getlist("weekdays"))
    here = str(WEEKDAYS[start.weekday()])
    if here not in (chosen or [here]):
        if chosen == was:
            chosen = _shifted(was, start.weekday() - rule.start.weekday())
        elif start == rule.start.date():
            _begin(form, rule, chosen, today=today)
        form.setlist("weekdays", chosen)
    if (now := chosen or [here]) != was:
        form["said"] = form["heard"] = ""
        _take_along(form, _places(was, now))


def _days_of(rule: Rule) -> list[str]:
    return _in_order(each.day for each in rule.byday) or [WEEKDAYS[rule.start.weekday()]]


def _in_order(days: Iterable[str]) -> list[str]:
    chosen = set(days)
    return [each for each in WEEKDAYS if each in chosen]


def _shifted(days: Sequence[str], by: int) -> list[str]:
    return _in_order(WEEKDAYS[([*WEEKDAYS].index(each) + by) % 7] for each in days)


def _places(was: Sequence[str], now: Sequence[str]) -> Places:
    gone, come = [each for each in was if each not in now], [each for each in now if each not in was]
    return dict(zip(gone, come, strict=True)) if len(gone) == len(come) else {}


def _begin(form: Form, rule: Rule, chosen: Sequence[str], *, today: date) -> None:
    """The first date: in the week of the first one still to come, or the next in which there is one."""
    dates = [each.date() for each in rule.dates()]
    ahead = [each for each in dates if each >= today] or dates[:1]
    places = {each: each if each in chosen else chosen[0] for each in WEEKDAYS} | dict(_places(_days_of(rule), chosen))
    first = min(_moved(each, places) for each in ahead if week_of(each) == week_of(ahead[0]))
    if first < today <= ahead[0]:
        first += timedelta(weeks=rule.interval)
    form["start_date"] = first.isoformat()
    if rule.count and form.get("count") == str(rule.count):
        form["count"] = str(len(ahead))


def _take_along(form: Form, places: Places) -> None:
    until = day_of(form.get("until", ""))
    form["until"] = _moved(until, places).isoformat() if until else ""
    form.setlist("exdates", [_exception_moved(each, places) for each in form.getlist("exdates")])


def _exception_moved(text: str, places: Places) -> str:
    day, mark, hour = text.partition("T")
    there = day_of(day)
    return f"{_moved(there, places).isoformat()}{mark}{hour}" if there else text


def _moved(day: date, places: Places) -> date:
    here = WEEKDAYS[day.weekday()]
    return _in_week(day, places.get(here, here))


def _in_week(day: date, weekday: str) -> date:
    return day + timedelta(days=[*WEEKDAYS].index(weekday) - day.weekday())
