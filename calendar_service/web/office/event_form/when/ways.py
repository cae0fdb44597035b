"""A better date that is chosen without a script: the button says it, and the form is as if it had been typed.

`date 2026-12-20` and `date 2026-12-20 2026-12-22` (a last day) begin elsewhere, `move 2026-12-12 2026-12-13` moves one
date of the list, `shift 7 -1` all of a series by days and hours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from calendar_service.domain.times.rule_parts import WEEKDAYS
from calendar_service.web.office.forms import Form

FIELD = "way"
DAYS, HOURS = ("start_date", "end_date", "until", "rdate"), ("start_time", "end_time", "rtime")
DIGITS = 3


def take(form: Form) -> None:
    """Do what the button says; what it cannot have said is passed over."""
    kind, *said = (form.poplist(FIELD) or [""])[-1].split() or [""]
    match kind, said:
        case "date", [start, *end]:
            _begin(form, start, *end)
        case "move", [value, day]:
            for name, text in (("move_from", value), ("move_day", day), ("move_hour", "")):
                form.add(name, text)
        case "shift", [days, hours] if _is_number(days) and _is_number(hours):
            _shift(form, int(days), int(hours))


def _begin(form: Form, start: str, end: str = "") -> None:
    form["start_date"] = start
    if form.get("end_date"):
        form["end_date"] = end


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isdigit() and digits.isascii() and len(digits) <= DIGITS


def _shift(form: Form, days: int, hours: int) -> None:
    """The days, the weekdays, the end of the series and its hours. The sentence that was typed is true no more."""
    form["said"] = ""
    changes: Sequence[tuple[Sequence[str], Callable[[str], str]]] = (
        (DAYS, lambda text: _later(text, days)), (HOURS, lambda text: _at(text, hours)),
        (("weekdays",), lambda text: _weekday(text, days)),
    )  # fmt: skip
    for names, change in changes:
        for name in form.keys() & set(names):
            form.setlist(name, [change(each) for each in form.getlist(name)])


def _later(text: str, days: int) -> str:
    try:
        return (date.fromisoformat(text) + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        return text


def _at(text: str, hours: int) -> str:
    hour, colon, rest = text.partition(":")
    return f"{(int(hour) + hours) % 24:02}:{rest}" if colon and hour.isdigit() else text


def _weekday(code: str, days: int) -> str:
    return WEEKDAYS[(WEEKDAYS.index(code) + days) % 7] if code in WEEKDAYS else code
