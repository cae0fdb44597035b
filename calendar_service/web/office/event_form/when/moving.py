"""A date of the list that is moved before anything is saved: it is taken out, and stands alone on another day."""

from __future__ import annotations

from calendar_service.web.office.event_form.when.times import rows_of
from calendar_service.web.office.forms import Form

FIELDS = ("move_from", "move_day", "move_hour")
MOST = 60
"""Of so many dates each can be moved; of more, one at a time once it is posted."""


def move(form: Form) -> None:
    """Do what the rows of the list say, once: they are empty afterwards."""
    rows = list(zip(*(form.getlist(name) for name in FIELDS), strict=False))
    for name in FIELDS:
        form.poplist(name)
    for value, day, hour in rows:
        if day.strip():
            _move(form, value, day.strip(), hour.strip())


def _move(form: Form, value: str, day: str, hour: str) -> None:
    """`value` is the date as the list writes it: with its hour where that is not the start's."""
    usual = form.get("start_time", "").strip()
    old_day, _, old_hour = value.partition("T")
    hour = hour or old_hour
    kept = [row for row in rows_of(form) if any(row) and (row[0], row[1] or usual) != (old_day, old_hour or usual)]
    if len(kept) == len([row for row in rows_of(form) if any(row)]):
        form.add("exdates", value)
    kept.append((day, "" if hour == usual else hour))
    form.setlist("rdate", [each for each, _ in kept])
    form.setlist("rtime", [each for _, each in kept])
