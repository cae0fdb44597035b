"""A weekly series goes to another weekday by one change: of the weekdays, or of its first date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import pytest

from calendar_service.domain.times.recurrence import Rule
from calendar_service.web.office.event_form.when import following
from calendar_service.web.office.event_form.when.repetition import fields_of
from calendar_service.web.office.forms import Form

TUESDAY = datetime(2026, 12, 1, 16)
TODAY = date(2026, 11, 28)


def changed(rule: str, typed: Mapping[str, str | list[str]], *, today: date = TODAY) -> str:
    """A form as it is shown for a rule, changed by hand: its first date, weekdays, end, and what is taken out."""
    read = Rule.read(rule, start=TUESDAY, all_day=False, timezone="America/Lima")
    form: Form = fields_of(read)
    form["start_date"] = f"{TUESDAY:%Y-%m-%d}"
    for name, value in typed.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    for _ in range(2):  # a page that looks while one chooses sends it again as it became
        following.follow(form, read, today=today)
    days = ",".join(form.getlist("weekdays"))
    return " ".join(filter(None, [form["start_date"], days, form["until"], form["count"], *form.getlist("exdates")]))


UNTIL = "FREQ=WEEKLY;UNTIL=20261229T235959;BYDAY=TU"
TWO = "FREQ=WEEKLY;COUNT=8;BYDAY=TU,TH"


@pytest.mark.parametrize(
    ("rule", "typed", "expected"),
    [
        (UNTIL, {"weekdays": ["TH"], "exdates": ["2026-12-15"]}, "2026-12-03 TH 2026-12-31 2026-12-17"),
        (UNTIL, {"start_date": "2026-12-03", "exdates": ["2026-12-15"]}, "2026-12-03 TH 2026-12-31 2026-12-17"),
        (UNTIL, {"weekdays": ["MO"]}, "2026-11-30 MO 2026-12-28"),
        (UNTIL, {"weekdays": ["TH"], "until": "2026-12-30"}, "2026-12-03 TH 2026-12-30"),
        (UNTIL, {"weekdays": ["TU", "TH"], "exdates": ["2026-12-15"]}, "2026-12-01 TU,TH 2026-12-29 2026-12-15"),
        (UNTIL, {"start_date": "2026-12-08"}, "2026-12-08 TU 2026-12-29"),
        (UNTIL, {"weekdays": ["TH"], "repeat": ""}, "2026-12-01 TH 2026-12-29"),
        ("FREQ=WEEKLY;COUNT=4", {"start_date": "2026-12-03"}, "2026-12-03 4"),
        ("FREQ=WEEKLY;COUNT=4", {"weekdays": ["TH"]}, "2026-12-03 TH 4"),
        (TWO, {"weekdays": ["TH", "FR"], "exdates": ["2026-12-08T16:30", "2026-12-10"]},
         "2026-12-03 TH,FR 8 2026-12-11T16:30 2026-12-10"),
        (TWO, {"start_date": "2026-12-02"}, "2026-12-02 WE,FR 8"),
    ],
)  # fmt: skip
def test_the_rest_of_a_series_follows_the_one_thing_that_was_changed(
    rule: str, typed: dict[str, str | list[str]], expected: str
) -> None:
    assert changed(rule, typed) == expected


def test_a_series_that_has_begun_goes_on_from_its_next_date_and_keeps_the_number_of_those_to_come() -> None:
    rule = "FREQ=WEEKLY;COUNT=8;BYDAY=TU"
    assert changed(rule, {"weekdays": ["TH"]}, today=date(2026, 12, 16)) == "2026-12-24 TH 5"
    assert changed(rule, {"weekdays": ["MO"]}, today=date(2026, 12, 22)) == "2026-12-28 MO 5"
