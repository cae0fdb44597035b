"""What may be entered about an event, and which sentence stands next to which field when it may not."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.domain.errors import Invalid
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.services.draft_checks import dates_of
from calendar_service.services.drafts import read_draft

LEAST = {"summary": "Retreta", "start": "2026-12-05T19:30"}


@pytest.fixture(scope="module")
def lima_files() -> Metropolis:
    """The shipped metropolis, without a database."""
    return read_metropolis(SHIPPED_METROPOLIS)


def problems(metropolis: Metropolis, **fields: object) -> list[tuple[str, str]]:
    """The (field, code) of everything wrong with a draft."""
    with pytest.raises(Invalid) as refused:
        read_draft({**LEAST, **fields}, metropolis=metropolis)
    return [(each.field, each.code) for each in refused.value.problems]


def test_a_draft_needs_a_summary_and_a_start_and_hears_of_both_at_once(lima_files: Metropolis) -> None:
    with pytest.raises(Invalid) as refused:
        read_draft({}, metropolis=lima_files)
    assert [(each.field, each.code) for each in refused.value.problems] == [
        ("summary", "required"),
        ("start", "required"),
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"summary": " \u200b "}, [("summary", "required")]),
        ({"summary": "x" * 201}, [("summary", "too_long")]),
        ({"start": "2026-13-05T19:30"}, [("start", "draft_moment")]),
        ({"start": "2026-12-05T19:30-05:00"}, [("start", "draft_moment")]),
        ({"start": 20261205}, [("start", "draft_moment")]),
        ({"end": "2026-12-05T19:30"}, [("end", "draft_end_before_start")]),
        ({"end": "2026-12-04T21:00"}, [("end", "draft_end_before_start")]),
        ({"end": "2028-12-05T21:00"}, [("end", "draft_too_long")]),
        ({"end": "2026-12-06"}, [("end", "draft_needs_time")]),
        ({"all_day": True}, [("start", "draft_needs_date")]),
        ({"start": "2026-12-05", "all_day": False}, [("start", "draft_needs_time")]),
        ({"rdates": ["2026-12-06"]}, [("rdates", "draft_needs_time")]),
        ({"rrule": "FREQ=WEEKLY"}, [("rrule", "rule_endless")]),
        ({"rrule": "FREQ=SECONDLY;COUNT=2"}, [("rrule", "rule_frequency")]),
        ({"exdates": ["2026-12-05T19:30"]}, [("rdates", "rule_never")]),
        ({"disciplines": ["musica", "futbol"]}, [("disciplines", "unknown_value")]),
        ({"format": "partido"}, [("format", "unknown_value")]),
        ({"free": True, "price": "15.00"}, [("price", "draft_free_with_price")]),
        ({"price": "NaN"}, [("price", "draft_price")]),
        ({"price": "-1"}, [("price", "draft_price")]),
        ({"age_from": 12, "age_to": 6}, [("age_to", "draft_ages")]),
        ({"age_from": 121}, [("age_from", "number_range")]),
        ({"booking_url": "javascript:alert(1)"}, [("booking_url", "draft_link")]),
        ({"booking_url": "https://usuario@malo.example"}, [("booking_url", "draft_link")]),
        ({"online_url": "https://"}, [("online_url", "draft_link")]),
        ({"timezone": "../../etc/passwd"}, [("timezone", "draft_zone")]),
        ({"lang": "qu"}, [("lang", "unknown_value")]),
        ({"free": "sí"}, [("free", "wrong_type")]),
        ({"age_from": "12"}, [("age_from", "number_form")]),
        ({"uid": "mine@example.org"}, [("uid", "draft_unknown_field")]),
        ({"version": 3}, [("version", "draft_unknown_field")]),
        ({"host": "miraflores"}, [("host", "draft_unknown_field")]),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_field_by_field_s14_s40(
    lima_files: Metropolis, fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert problems(lima_files, **fields) == expected


def test_several_problems_are_told_together(lima_files: Metropolis) -> None:
    assert problems(lima_files, end="2026-12-04T21:00", format="partido", age_from=9, age_to=3) == [
        ("end", "draft_end_before_start"),
        ("format", "unknown_value"),
        ("age_to", "draft_ages"),
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"age_from": "doce", "end": "2026-12-04T21:00"},
         [("age_from", "number_form"), ("end", "draft_end_before_start")]),
        ({"summary": "", "rrule": "FREQ=WEEKLY"}, [("summary", "required"), ("rrule", "rule_endless")]),
        ({"start": "mañana", "rrule": "FREQ=WEEKLY", "free": True, "price": "15.00"},
         [("start", "draft_moment"), ("rrule", "rule_endless"), ("price", "draft_free_with_price")]),
        ({"booking_url": "x", "format": "partido"}, [("booking_url", "draft_link"), ("format", "unknown_value")]),
        ({"end": "2026-12-06", "rrule": "FREQ=WEEKLY"}, [("end", "draft_needs_time"), ("rrule", "rule_endless")]),
        ({"rdates": ["2026-12-06"], "end": "2026-12-04T21:00"},
         [("rdates", "draft_needs_time"), ("end", "draft_end_before_start")]),
        ({"timezone": "Lima", "colour": "red", "age_from": 9, "age_to": 3},
         [("timezone", "draft_zone"), ("colour", "draft_unknown_field"), ("age_to", "draft_ages")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_field_hides_nothing_that_is_wrong_between_others(
    lima_files: Metropolis, fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert problems(lima_files, **fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"price": "x"}, [("price", "draft_price"), ("end", "draft_end_missing"), ("venue", "draft_place_missing")]),
        ({"end": "x", "place_note": "Puerta 2"}, [("end", "draft_moment")]),
        ({"start": "2026-12-05", "venue": {"name": ""}}, [("venue", "wrong_type")]),
    ],
)
def test_what_a_public_event_lacks_is_said_with_the_rest(
    lima_files: Metropolis, fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_draft({**LEAST, **fields}, metropolis=lima_files, complete=True)
    assert [(each.field, each.code) for each in refused.value.problems] == expected


def test_text_is_cleaned_when_it_comes_in_s34(lima_files: Metropolis) -> None:
    draft = read_draft({**LEAST, "summary": " Noche\x00 de\n \u202emarinera "}, metropolis=lima_files)
    assert draft.summary == "Noche de marinera"


def test_the_form_may_give_numbers_as_text(lima_files: Metropolis) -> None:
    draft = read_draft({**LEAST, "age_from": "12", "free": "1"}, metropolis=lima_files, strict=False)
    assert (draft.age_from, draft.free) == (12, True)


def test_a_draft_tells_the_dates_that_it_would_have(lima_files: Metropolis) -> None:
    fields = {"end": "2026-12-05T21:00", "rrule": "FREQ=WEEKLY;COUNT=3", "exdates": ["2026-12-12T19:30"],
              "rdates": ["2026-12-08T11:00"]}  # fmt: skip
    draft = read_draft({**LEAST, **fields}, metropolis=lima_files)
    spans = dates_of(draft, timezone="America/Lima")
    assert [f"{each.start:%d %H:%M}-{each.end:%H:%M}" for each in spans] == [
        "05 19:30-21:00",
        "08 11:00-12:30",
        "19 19:30-21:00",
    ]
