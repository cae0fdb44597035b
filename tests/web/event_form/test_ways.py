"""Without a script the button of a better date says it, and the form is as if it had been typed."""

from __future__ import annotations

import pytest

from calendar_service.web.office.event_form.when import ways
from calendar_service.web.office.forms import Form

SERIES = [("start_date", "2026-12-26"), ("start_time", "19:30"), ("end_time", "23:00"), ("until", "2027-01-30"),
          ("weekdays", "SA"), ("weekdays", "SU"), ("rdate", "2027-02-06"), ("rdate", ""), ("rtime", ""),
          ("said", "cada sábado")]  # fmt: skip


def test_a_series_moves_as_a_whole_with_its_weekdays_its_end_and_its_hours() -> None:
    form = Form([*SERIES, ("way", "shift 7 2"), ("title", "x")])
    ways.take(form)
    assert form.to_dict(flat=False) == {
        "start_date": ["2027-01-02"], "start_time": ["21:30"], "end_time": ["01:00"], "until": ["2027-02-06"],
        "weekdays": ["SA", "SU"], "rdate": ["2027-02-13", ""], "rtime": [""], "said": [""], "title": ["x"],
    }  # fmt: skip
    form.add("way", "shift -1 0")
    ways.take(form)
    assert (form["start_date"], form.getlist("weekdays")) == ("2027-01-01", ["FR", "SA"])


def test_another_first_day_and_a_date_of_the_list_that_moves() -> None:
    form = Form({"start_date": "2026-12-05", "end_date": "2026-12-06", "way": "date 2026-12-12 2026-12-13"})
    ways.take(form)
    assert (form["start_date"], form["end_date"]) == ("2026-12-12", "2026-12-13")
    form = Form({"start_date": "2026-12-05", "way": "move 2026-12-12 2026-12-13"})
    ways.take(form)
    assert (form["move_from"], form["move_day"], form["move_hour"]) == ("2026-12-12", "2026-12-13", "")


@pytest.mark.parametrize("way", ["", "shift", "shift x 1", "shift 9999 1", "date", "else 1 2"])
def test_what_no_button_says_changes_nothing(way: str) -> None:
    form = Form({"start_date": "2026-12-05", "way": way})
    ways.take(form)
    assert form.to_dict() == {"start_date": "2026-12-05"}
