"""A repetition as a form says it (every week on these days until then), and the rule (RFC 5545 §3.3.10) that it is.

The form's kinds follow from the start: "the same day each month", "the same weekday of the month". A rule that
the form cannot say (it came by a file or the API) is kept as it is, as the kind `rule`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from calendar_service.domain.errors import Problem
from calendar_service.domain.times.recurrence import Rule
from calendar_service.domain.times.rule_parts import WEEKDAYS
from calendar_service.web.office.forms import Form
from calendar_service.words import mark

KINDS: Mapping[str, str] = {
    "daily": mark("Cada día"),
    "weekly": mark("Cada semana"),
    "monthly-day": mark("Cada mes, el mismo día (por ejemplo, el 15)"),
    "monthly-weekday": mark("Cada mes, el mismo día de la semana (por ejemplo, el segundo sábado)"),
    "monthly-last": mark("Cada mes, el último de ese día de la semana (por ejemplo, el último domingo)"),
}
"""The repetitions that the form offers, besides none and one kept as it is."""

AS_IT_IS = "rule"
LAST = -1


def rrule_of(form: Mapping[str, str], weekdays: list[str], *, start: date) -> tuple[str | None, list[Problem]]:
    """The rule's text that a form means, None when it does not repeat, and what cannot be read of it."""
    kind = form.get("repeat", "")
    if not kind:
        return None, []
    if kind == AS_IT_IS:
        return form.get("rrule") or None, []
    if kind not in KINDS:
        return None, [Problem(field="repeat", code="unknown_choice")]
    parts, problems = _parts(kind, weekdays, start)
    _add_numbers(form, parts, problems)
    return ";".join(f"{name}={value}" for name, value in parts.items()), problems


def _parts(kind: str, weekdays: list[str], start: date) -> tuple[dict[str, str], list[Problem]]:
    day: str = WEEKDAYS[start.weekday()]
    match kind:
        case "weekly":
            chosen = ",".join(each for each in WEEKDAYS if each in weekdays)
            return {"FREQ": "WEEKLY", "BYDAY": chosen or day}, []
        case "monthly-day":
            return {"FREQ": "MONTHLY", "BYMONTHDAY": str(start.day)}, []
        case "monthly-weekday":
            return {"FREQ": "MONTHLY", "BYDAY": f"{_place(start)}{day}"}, []
        case "monthly-last":
            return {"FREQ": "MONTHLY", "BYDAY": f"{LAST}{day}"}, []
    return {"FREQ": "DAILY"}, []


def _place(day: date) -> int:
    """Which of its weekday in the month a day is: 1 to 5."""
    return (day.day - 1) // 7 + 1


def _add_numbers(form: Mapping[str, str], parts: dict[str, str], problems: list[Problem]) -> None:
    """The interval and the ends; only digits and dates get into the rule's text."""
    for field, name in (("interval", "INTERVAL"), ("count", "COUNT")):
        text = form.get(field, "").strip()
        if text and not (text.isascii() and text.isdigit()):
            problems.append(Problem(field=field, code="number_form"))
        elif text:
            parts[name] = text[:6]
    if until := form.get("until", "").strip():
        try:
            parts["UNTIL"] = f"{date.fromisoformat(until):%Y%m%d}"
        except ValueError:
            problems.append(Problem(field="until", code="draft_moment"))


PLACES: Mapping[str, str] = {
    "rule_interval": "interval", "rule_until_and_count": "until", "rule_endless": "until",
    "rule_until_before_start": "until", "rule_too_long": "until", "rule_start_not_in_rule": "start_date",
    "rule_start_year": "start_date",
}  # fmt: skip


def place_of(problem: Problem, *, has_count: bool) -> str:
    """The field of the form next to which a problem with the rule is said."""
    if problem.code == "rule_value" and problem.values.get("part") == "COUNT":
        return "count"
    if has_count and problem.code in ("rule_too_long", "rule_too_many"):
        return "count"
    return PLACES.get(problem.code, "repeat")


def fields_of(rule: Rule | None) -> Form:
    """What the form shows of a rule."""
    if rule is None:
        return Form()
    form = Form({"repeat": _kind_of(rule)})
    if form["repeat"] == AS_IT_IS:
        form["rrule"] = rule.text
        return form
    form.setlist("weekdays", [day for _, day in rule.byday] if rule.freq == "WEEKLY" else [])
    form["interval"] = str(rule.interval) if rule.interval > 1 else ""
    form["until"] = rule.until.date().isoformat() if rule.until else ""
    form["count"] = str(rule.count or "")
    return form


def _kind_of(rule: Rule) -> str:
    """The kind that says the rule wholly, `rule` when none does."""
    lists = _lists_of(rule)
    if rule.wkst != "MO":
        return AS_IT_IS
    if not lists:
        return {"DAILY": "daily", "WEEKLY": "weekly", "MONTHLY": "monthly-day"}.get(rule.freq, AS_IT_IS)
    for kind in KINDS:
        parts, _ = _parts(kind, [day for _, day in rule.byday], rule.start.date())
        if parts == {"FREQ": rule.freq, **lists}:
            return kind
    return AS_IT_IS


def _lists_of(rule: Rule) -> dict[str, str]:
    named = {"BYDAY": rule.byday, "BYMONTHDAY": rule.bymonthday, "BYSETPOS": rule.bysetpos, "BYMONTH": rule.bymonth}
    return {name: ",".join(map(str, values)) for name, values in named.items() if values}
