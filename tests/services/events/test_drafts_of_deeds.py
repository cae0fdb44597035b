"""What may be entered beside an event: its first status, one of its dates, a deed; and all of it as JSON Schema."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import HoldShows
from calendar_service.domain.territory.files import read_metropolis
from calendar_service.services import drafts
from calendar_service.services.drafts import input_schemas, read_deed, read_draft


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (drafts.FirstStatus, {"status": "cancelled"}, [("status", "unknown_choice")]),
        (drafts.FirstStatus, {"host": 3, "hold_until": "mañana"},
         [("host", "wrong_type"), ("hold_until", "draft_moment")]),
        (drafts.HoldDraft, {"hold_until": "2026-12-05T19:30"}, [("hold_until", "draft_moment")]),
        (drafts.HoldDraft, {"until": "2026-12-05"}, [("until", "draft_unknown_field")]),
        (drafts.CancelDraft, {"withdraw": 1}, [("withdraw", "wrong_type")]),
        (drafts.CohostsDraft, {"districts": []}, [("districts", "required")]),
        (drafts.CohostAnswer, {"state": "invited"}, [("state", "unknown_choice")]),
        (drafts.DateDraft, {"status": "tentative", "start": "19:30"},
         [("start", "draft_moment"), ("status", "unknown_choice")]),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_with_a_deed_is_named_field_by_field_s40(
    kind: type[BaseModel], data: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_deed(kind, data)
    assert [(each.field, each.code) for each in refused.value.problems] == expected


def test_a_day_is_read_as_a_day() -> None:
    assert read_deed(drafts.HoldDraft, {"hold_until": "2026-12-05"}).hold_until == date(2026, 12, 5)


def test_a_reason_is_cleaned_as_all_text_is_s34() -> None:
    assert read_deed(drafts.CancelDraft, {"reason": " llu\x00via "}).reason == "lluvia"


def test_how_much_a_hold_shows_is_given_as_a_word_even_to_the_strict_reader() -> None:
    draft = read_draft({"summary": "Retreta", "start": "2026-12-05T19:30", "hold_shows": "full"},
                       metropolis=read_metropolis(SHIPPED_METROPOLIS))  # fmt: skip
    assert draft.hold_shows is HoldShows.FULL
    with pytest.raises(Invalid) as refused:
        read_draft({"summary": "Retreta", "start": "2026-12-05T19:30", "hold_shows": "all"},
                   metropolis=read_metropolis(SHIPPED_METROPOLIS))  # fmt: skip
    assert [(each.field, each.code) for each in refused.value.problems] == [("hold_shows", "unknown_choice")]


@pytest.mark.parametrize("price", ["1e3", "1_000", "١٥", "1000000", "1,5"])
def test_a_price_is_plain_digits(price: str) -> None:
    data = {"summary": "Retreta", "start": "2026-12-05T19:30", "price": price}
    with pytest.raises(Invalid):
        read_draft(data, metropolis=read_metropolis(SHIPPED_METROPOLIS))


def test_each_description_is_a_schema_that_refers_to_the_others() -> None:
    made = input_schemas(prefix="#/there/")
    assert {each.__name__ for each in drafts.INPUTS} <= made.keys()
    assert {"$ref": "#/there/VenueDraft"} in made["DateDraft"]["properties"]["venue"]["anyOf"]
    assert made["PostedDraft"]["required"] == ["summary", "start"]
