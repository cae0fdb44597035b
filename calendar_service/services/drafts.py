"""What may be entered about an event: the one description for page, API and import alike.

`read_draft` reads a mapping with the API's field names and gives either a checked `EventDraft` or every problem at
once, each with its field and a code: what is wrong with one field hides nothing that is wrong with another. What the
database must be asked (does this venue exist?) is asked later.
The small models below it describe what the API takes beside an event: its first status, one of its dates, a deed.
`input_schemas` gives all of them as JSON Schema.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema

from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.events import Event, HoldShows
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import write_wall
from calendar_service.services.draft_checks import check
from calendar_service.services.draft_models import (
    AgreementDraft,
    CancelDraft,
    CohostAnswer,
    CohostsDraft,
    DateDraft,
    EventDraft,
    FirstStatus,
    HoldDraft,
    ImageDraft,
    NothingDraft,
    OutcomeDraft,
    PartyDraft,
    PostedDraft,
    ShareAnswer,
    ShareDraft,
    VenueDraft,
)

__all__ = [
    "AgreementDraft",
    "CancelDraft",
    "CohostAnswer",
    "CohostsDraft",
    "DateDraft",
    "EventDraft",
    "FirstStatus",
    "HoldDraft",
    "ImageDraft",
    "NothingDraft",
    "OutcomeDraft",
    "PartyDraft",
    "PostedDraft",
    "ShareAnswer",
    "ShareDraft",
    "VenueDraft",
    "draft_of",
    "image_of",
    "input_schemas",
    "read_deed",
    "read_draft",
]


def read_draft(
    data: Mapping[str, Any], *, metropolis: Metropolis, strict: bool = True, complete: bool = False
) -> EventDraft:
    """Check what was entered. `strict` refuses a number written as text, as the API must and a form cannot; `complete`
    asks for all that a hold or a public event must have.

    Raises Invalid with every problem.
    """
    try:
        draft, wrong = EventDraft.model_validate(dict(data), strict=strict), []
    except ValidationError as refused:
        wrong = _problems(refused)
        draft = _without(data, {each.field for each in wrong}, strict=strict)
    wrong += check(
        draft, metropolis=metropolis, timezone=draft.timezone or metropolis.timezone,
        faulty={each.field for each in wrong}, complete=complete,
    )  # fmt: skip
    if wrong:
        raise Invalid(wrong)
    return draft


STAND_INS: Mapping[str, str] = {"summary": "·", "start": "2000-01-01"}
"""What stands for a field that must be there and cannot be read: nothing is said of what hangs on it."""


def _without(data: Mapping[str, Any], faulty: Collection[str], *, strict: bool) -> EventDraft:
    """What was entered, but for the fields that cannot be read: so that the others are looked at, too."""
    sound = {name: value for name, value in data.items() if name not in faulty}
    return EventDraft.model_validate({**STAND_INS, **sound}, strict=strict)


Model = TypeVar("Model", bound=BaseModel)
INPUTS: tuple[type[BaseModel], ...] = (
    EventDraft, PostedDraft, DateDraft, HoldDraft, CancelDraft, CohostsDraft, CohostAnswer, ShareDraft, ShareAnswer,
    AgreementDraft, OutcomeDraft, NothingDraft,
)  # fmt: skip


def read_deed(kind: type[Model], data: Mapping[str, Any]) -> Model:
    """Check what belongs to a deed rather than to an event. Raises Invalid with every problem."""
    try:
        return kind.model_validate(dict(data), strict=True)
    except ValidationError as wrong:
        raise Invalid(_problems(wrong)) from wrong


def input_schemas(*, prefix: str) -> dict[str, Any]:
    """Every description of this module as JSON Schema 2020-12, by its name; they refer to each other by `prefix`."""
    pairs = [(each, "validation") for each in INPUTS]
    _, made = models_json_schema(pairs, ref_template=prefix + "{model}")  # type: ignore[arg-type]
    return dict(made["$defs"])


CODES: Mapping[str, str] = {
    "missing": "required", "extra_forbidden": "draft_unknown_field", "string_too_short": "required",
    "string_too_long": "too_long", "too_long": "too_many_values", "greater_than_equal": "number_range",
    "less_than_equal": "number_range", "draft_moment": "draft_moment", "draft_link": "draft_link",
    "draft_price": "draft_price", "draft_zone": "draft_zone", "too_short": "required",
    "literal_error": "unknown_choice", "is_instance_of": "unknown_choice", "enum": "unknown_choice",
    "int_parsing": "number_form", "int_type": "number_form", "int_from_float": "number_form",
}  # fmt: skip
VALUES: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "string_too_long": lambda context: {"limit": context["max_length"]},
    "too_long": lambda context: {"limit": context["max_length"]},
    "greater_than_equal": lambda context: {"low": context["ge"]},
    "less_than_equal": lambda context: {"high": context["le"]},
}


def _problems(wrong: ValidationError) -> list[Problem]:
    """Pydantic's errors as ours: one a field, since a person mends a field at a time."""
    found: dict[str, Problem] = {}
    for error in wrong.errors(include_url=False, include_input=False):
        kind = error["type"]
        parts = [str(each) for each in error["loc"] if each not in ("constrained-str", "VenueDraft", "str")]
        values = VALUES[kind](error.get("ctx", {})) if kind in VALUES else {}
        field = parts[0] if parts else ""
        found.setdefault(field, Problem(field=field, code=CODES.get(kind, "wrong_type"), values=values))
    return list(found.values())


def draft_of(event: Event) -> dict[str, Any]:
    """The event in the shape that `read_draft` takes: what an edit form shows and a PATCH merges into."""

    def moment(wall: datetime) -> str:
        return write_wall(wall, all_day=event.all_day)

    return {
        "summary": event.summary, "abstract": event.abstract, "description": event.description, "lang": event.lang,
        "start": moment(event.start), "end": moment(event.end) if event.end else None,
        "timezone": event.timezone, "all_day": event.all_day, "rrule": event.rrule,
        "rdates": [moment(each) for each in event.rdates], "exdates": [moment(each) for each in event.exdates],
        "disciplines": list(event.disciplines), "format": event.format, "audiences": list(event.audiences),
        "age_from": event.age_from, "age_to": event.age_to, "free": event.free,
        "price": None if event.price is None else str(event.price), "currency": event.currency,
        "price_text": event.price_text, "booking_url": event.booking_url,
        "venue": event.venue.slug if event.venue else None, "place_note": event.place_note,
        "online_url": event.online_url, "outdoors": event.outdoors, "public_space": event.public_space,
        "accessibility": list(event.accessibility), "languages": list(event.languages),
        "organisations": [{"slug": slug, "role": role} for slug, role in event.organisations],
        "image": image_of(event),
        "expected_attendance": event.expected_attendance, "internal_note": event.internal_note,
        "date_reason": event.date_reason,
        "hold_shows": HoldShows(event.hold_shows),
    }  # fmt: skip


def image_of(event: Event) -> dict[str, str] | None:
    """Its poster as a draft says it."""
    if event.picture is None:
        return None
    return {"url": event.picture.address, "alt": event.image_alt, "credit": event.image_credit}
