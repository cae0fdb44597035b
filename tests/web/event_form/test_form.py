"""The event's form: what it means as a draft, what it shows of an event, and next to which field it complains."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.db.engine import Database
from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import HoldShows, Status
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.dates import rule_of
from calendar_service.services.draft_checks import dates_of
from calendar_service.services.drafts import EventDraft, draft_of, read_draft
from calendar_service.web.office.event_form.form import form_of, read_event
from calendar_service.web.office.forms import Form
from tests.builders import an_event, an_officer

pytestmark = pytest.mark.one_database

LEAST = {"summary": "Retreta", "start_date": "2026-12-05", "start_time": "19:30"}


@pytest.fixture(scope="module")
def metropolis() -> Metropolis:
    """The shipped metropolis, without a database."""
    return read_metropolis(SHIPPED_METROPOLIS)


def filled(**fields: str | list[str]) -> Form:
    """The least form with these fields typed in; a list is a field that stands several times."""
    form: Form = MultiDict()
    for name, value in {**LEAST, **fields}.items():
        form.setlist(name, [value] if isinstance(value, str) else value)
    return form


def meant(metropolis: Metropolis, **fields: str | list[str]) -> EventDraft:
    """The draft that the form means."""
    return read_event(filled(**fields), metropolis=metropolis)


def refused(metropolis: Metropolis, **fields: str | list[str]) -> list[tuple[str, str]]:
    """The form's fields that are complained about, and how."""
    with pytest.raises(Invalid) as wrong:
        meant(metropolis, **fields)
    return [(each.field, each.code) for each in wrong.value.problems]


def days(draft: EventDraft) -> list[str]:
    """The dates of a draft."""
    return [f"{each.start:%d/%m %H:%M}" for each in dates_of(draft, timezone="America/Lima")]


def test_a_date_and_an_hour_are_a_start_and_an_end_needs_only_its_hour(metropolis: Metropolis) -> None:
    draft = meant(metropolis, end_time="21:00")
    assert (draft.start, draft.end, draft.is_all_day) == ("2026-12-05T19:30", "2026-12-05T21:00", False)


def test_an_end_in_the_small_hours_is_the_next_morning(metropolis: Metropolis) -> None:
    assert meant(metropolis, end_time="01:00").end == "2026-12-06T01:00"
    assert refused(metropolis, end_time="07:30") == [("end_time", "draft_end_before_start")]


def test_all_day_needs_no_hour_and_ends_on_its_first_day_unless_told_otherwise(metropolis: Metropolis) -> None:
    assert meant(metropolis, all_day="1").end == "2026-12-05"
    assert meant(metropolis, all_day="1", end_date="2026-12-20", end_time="18:00").end == "2026-12-20"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"repeat": "daily", "count": "3"}, ["05/12 19:30", "06/12 19:30", "07/12 19:30"]),
        ({"repeat": "weekly", "until": "2026-12-19"}, ["05/12 19:30", "12/12 19:30", "19/12 19:30"]),
        ({"repeat": "weekly", "interval": "2", "count": "2"}, ["05/12 19:30", "19/12 19:30"]),
        ({"repeat": "weekly", "weekdays": ["SA", "SU"], "count": "3"}, ["05/12 19:30", "06/12 19:30", "12/12 19:30"]),
        ({"repeat": "monthly-day", "count": "2"}, ["05/12 19:30", "05/01 19:30"]),
        ({"repeat": "monthly-weekday", "count": "2"}, ["05/12 19:30", "02/01 19:30"]),
        ({"repeat": "monthly-last", "count": "2", "start_date": "2026-12-27"}, ["27/12 19:30", "31/01 19:30"]),
        (
            {"repeat": "weekly", "count": "3", "exdates": ["2026-12-12"], "start_time": "20:00"},
            ["05/12 20:00", "19/12 20:00"],
        ),
        (
            {"rdate": ["2026-12-08", "", "2026-12-11"], "rtime": ["", "", "11:00"]},
            ["05/12 19:30", "08/12 19:30", "11/12 11:00"],
        ),
    ],
)
def test_a_repetition_said_in_the_form_makes_its_dates(
    metropolis: Metropolis, fields: dict[str, Any], expected: list[str]
) -> None:
    assert days(meant(metropolis, **fields)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"summary": " "}, [("summary", "required")]),
        ({"start_date": ""}, [("start_date", "required")]),
        ({"start_time": ""}, [("start_time", "draft_needs_time")]),
        ({"start_date": "mañana"}, [("start_date", "draft_moment")]),
        ({"start_date": "mañana", "end_time": "21:00"}, [("start_date", "draft_moment")]),
        ({"end_date": "2026-12-06"}, [("end_time", "draft_needs_time")]),
        ({"repeat": "weekly"}, [("until", "rule_endless")]),
        ({"repeat": "weekly", "until": "2026-12-01"}, [("until", "rule_until_before_start")]),
        ({"repeat": "weekly", "until": "2027-01-01", "count": "3"}, [("until", "rule_until_and_count")]),
        ({"repeat": "weekly", "weekdays": ["SU"], "count": "2"}, [("start_date", "rule_start_not_in_rule")]),
        ({"repeat": "weekly", "interval": "100", "count": "2"}, [("interval", "rule_interval")]),
        ({"repeat": "weekly", "interval": "2;COUNT=9"}, [("interval", "number_form"), ("until", "rule_endless")]),
        ({"repeat": "daily", "count": "5000"}, [("count", "rule_too_many")]),
        ({"repeat": "hourly"}, [("repeat", "unknown_choice")]),
        ({"repeat": "rule", "rrule": "FREQ=SECONDLY;COUNT=3"}, [("repeat", "rule_frequency")]),
        ({"repeat": "daily", "count": "1", "exdates": ["2026-12-05"]}, [("repeat", "rule_never")]),
        ({"rdate": [""], "rtime": ["11:00"]}, [("rdates", "form_extra_date")]),
        ({"venue_address": "Av. Grau 100"}, [("venue_name", "form_venue_name_missing")]),
        ({"venue_name": "Plaza", "venue_point": "por ahí"}, [("venue_point", "form_point")]),
        ({"price": "desde quince"}, [("price", "draft_price")]),
        ({"free": "1", "price": "15"}, [("price", "draft_free_with_price")]),
        ({"age_from": "doce"}, [("age_from", "number_form")]),
        ({"booking_url": "javascript:alert(1)"}, [("booking_url", "draft_link")]),
        ({"start_date": "", "end_date": "2026-12-06", "repeat": "weekly", "interval": "dos", "free": "1", "price": "5"},
         [("start_date", "required"), ("end_time", "draft_needs_time"), ("interval", "number_form"),
          ("until", "rule_endless"), ("price", "draft_free_with_price")]),
        ({"start_time": "", "rdate": [""], "rtime": ["11:00"], "age_from": "9", "age_to": "3"},
         [("start_time", "draft_needs_time"), ("rdates", "form_extra_date"), ("age_to", "draft_ages")]),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_next_to_the_fields_of_the_form(
    metropolis: Metropolis, fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert refused(metropolis, **fields) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("15", "15.00"), ("S/ 15.50", "15.50"), ("15,50", "15.50"), ("1,500", "1500.00"), ("s/.20", "20.00")],
)
def test_a_price_is_understood_as_people_type_it(metropolis: Metropolis, typed: str, expected: str) -> None:
    assert str(meant(metropolis, price=typed).price) == expected


def test_a_venue_is_made_in_place(metropolis: Metropolis) -> None:
    made = meant(metropolis, venue_name=" Losa  Bolognesi ", venue_kind="losa", venue_point="-12.1497, -77.0223").venue
    assert made is not None
    assert not isinstance(made, str)
    assert (made.name, made.kind, made.lat, made.lon) == ("Losa Bolognesi", "losa", -12.1497, -77.0223)


PLACES = {
    "summary", "start_date", "start_time", "end_time", "end_date", "repeat", "interval", "until", "count", "rdates",
    "venue_name", "venue_address", "venue_point", "place_note", "online_url", "disciplines", "format",
    "audiences", "age_from", "age_to", "price", "price_text", "booking_url", "description", "accessibility",
    "languages", "abstract", "lang", "expected_attendance", "internal_note", "hold_shows",
}  # fmt: skip
"""The fields at which the form says what is wrong."""
ODD = st.sampled_from([
    "", " ", "0", "1", "-1", "9" * 20, "2026-12-05", "2026-02-30", "9999-12-31", "0001-01-01", "24:00", "19:30", "7:30",
    "19:30:61", "\x00", "ñ" * 300, "<b>", "%s", "FREQ=DAILY;COUNT=3", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
    "http://[::1", "NaN", "1e5", "\u0661\u0662", "S/ 15", "weekly", "monthly-last", "rule", "SA", "es", "bandas", "T",
    "2026-12-05T19:30", "-12,-77", "2026-W49-6", "20261205", " 2026-12-05 ", "full",
])  # fmt: skip
TYPED = ("rdate", "rtime", "exdates", "weekdays", "rrule", "all_day", "free", "outdoors", "venue_kind", *sorted(PLACES))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(TYPED), st.lists(ODD, min_size=1, max_size=3), max_size=6))
def test_whatever_is_typed_is_taken_or_refused_at_a_field_that_there_is(
    metropolis: Metropolis, typed: dict[str, list[str]]
) -> None:
    found: set[str] = set()
    try:
        meant(metropolis, **typed)
    except Invalid as wrong:
        found = {each.field for each in wrong.problems}
    assert found <= PLACES


FULL: dict[str, Any] = {
    "abstract": "Valses", "description": "Con **banda**.\n\nTraer silla.", "format": "concierto",
    "audiences": ["familias", "ninez"], "disciplines": ["bandas", "musica", "danza", "teatro"], "age_from": 6,
    "age_to": 12, "free": False, "price": "15.50", "price_text": "Niños pagan la mitad",
    "booking_url": "https://entradas.example/x?a=1&b=2", "place_note": "Puerta 2", "online_url": "https://v.example/",
    "outdoors": False, "public_space": False, "accessibility": ["bano-accesible"], "languages": ["es", "qu"],
    "expected_attendance": 300, "internal_note": "Pedir toldo", "hold_shows": HoldShows.FULL, "lang": "en",
}  # fmt: skip
WHEN: dict[str, dict[str, Any]] = {
    "one date": {},
    "a night": {"end": "2026-12-06T02:00"},
    "several days": {"end": "2026-12-07T18:00"},
    "all day": {"start": "2026-12-05", "end": "2026-12-05"},
    "all day, several": {"start": "2026-12-05", "end": "2026-12-24"},
    "no end": {"end": None},
    "with seconds": {"start": "2026-12-05T19:30:15", "end": "2026-12-05T20:30:45"},
    "daily": {"rrule": "FREQ=DAILY;COUNT=3"},
    "weekly": {"rrule": "FREQ=WEEKLY;UNTIL=20261231T235959"},
    "weekly on days": {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SA;COUNT=5", "exdates": ["2026-12-15T19:30"]},
    "weekly, Sunday first": {"rrule": "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,SA;COUNT=5"},
    "monthly": {"rrule": "FREQ=MONTHLY;COUNT=3"},
    "monthly by day": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=5;COUNT=3"},
    "monthly by two days": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=5,20;COUNT=3"},
    "monthly by weekday": {"rrule": "FREQ=MONTHLY;BYDAY=1SA;COUNT=3"},
    "monthly, last": {"rrule": "FREQ=MONTHLY;BYDAY=-1SU;COUNT=3", "start": "2026-12-27T10:00",
                      "end": "2026-12-27T11:00"},
    "yearly": {"rrule": "FREQ=YEARLY;COUNT=2"},
    "odd": {"rrule": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "start": "2026-12-31T10:00",
            "end": "2026-12-31T11:00"},
    "single dates": {"rdates": ["2026-12-08T19:30", "2026-12-11T11:00"], "exdates": ["2026-12-11T11:00"]},
    "all day, weekly": {"start": "2026-12-05", "end": "2026-12-06", "rrule": "FREQ=WEEKLY;UNTIL=20261226",
                        "exdates": ["2026-12-12"], "rdates": ["2026-12-09"]},
    "another zone": {"timezone": "Europe/Madrid"},
}  # fmt: skip


@pytest.mark.parametrize("when", WHEN)
def test_saving_a_form_as_it_was_shown_changes_nothing_s14(lima: Database, now: datetime, when: str) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, status=Status.DRAFT, **{**FULL, **WHEN[when]})
        shown = form_of(event, rule=rule_of(event))
        metropolis = session.installation.metropolis
        draft = read_event(shown, metropolis=metropolis, base=draft_of(event))
        assert draft == read_draft(draft_of(event), metropolis=metropolis)


def test_whether_it_is_public_space_follows_the_venue_until_somebody_says_otherwise(
    lima: Database, now: datetime
) -> None:
    with lima.deed() as session:
        event = an_event(session, by=an_officer(session, now=now), now=now)
        assert event.public_space is True
        assert form_of(event, rule=None)["public_space"] == ""
        event.public_space = False
        assert form_of(event, rule=None)["public_space"] == "0"
