"""From what a program sends to the event as entered: whole (PUT), or as a merge patch (PATCH, RFC 7396)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calendar_service.api.document.schemas import EVENT, NOT_TAKEN
from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.events import Event, Status
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.services.drafts import EventDraft, draft_of, read_draft

Json = dict[str, Any]

READ_ONLY = frozenset(EVENT) - frozenset(EventDraft.model_fields)
"""Fields that are told and never taken; they may come back as they were told (S14)."""


def entered(data: Mapping[str, Any], *, metropolis: Metropolis, complete: bool) -> EventDraft:
    """A draft as a program may enter one; `complete` where it must have all that a hold or a public event has.

    Raises Invalid with every problem.
    """
    problems = [Problem(field=name, code="draft_unknown_field") for name in sorted(NOT_TAKEN & data.keys())]
    taken = {name: value for name, value in data.items() if name not in NOT_TAKEN}
    try:
        draft = read_draft(taken, metropolis=metropolis, complete=complete)
    except Invalid as wrong:
        raise Invalid([*problems, *wrong.problems]) from wrong
    if problems:
        raise Invalid(problems)
    return draft


def replaced(event: Event, body: Mapping[str, Any], *, shown: Json, metropolis: Metropolis) -> EventDraft:
    """The event as a whole new text. What no program sees of it stays (S14). Raises Invalid."""
    return _checked(event, dict(body), body=body, shown=shown, metropolis=metropolis)


def patched(event: Event, body: Mapping[str, Any], *, shown: Json, metropolis: Metropolis) -> EventDraft:
    """The event with some fields changed; null takes a field away. Raises Invalid.

    Who changes from times to dates need not say so twice: `all_day` follows the new start.
    """
    base = {name: value for name, value in draft_of(event).items() if name not in NOT_TAKEN}
    if "start" in body:
        base.pop("all_day")
    return _checked(event, merge(base, body), body=body, shown=shown, metropolis=metropolis)


def merge(target: Any, patch: Any) -> Any:  # noqa: ANN401 - any JSON
    """RFC 7396, section 2."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def _checked(event: Event, data: Json, *, body: Mapping[str, Any], shown: Json, metropolis: Metropolis) -> EventDraft:
    back = READ_ONLY & body.keys()
    problems = [Problem(field=name, code="read_only") for name in sorted(back) if body[name] != shown[name]]
    try:
        draft = entered({name: value for name, value in data.items() if name not in back}, metropolis=metropolis,
                        complete=event.status != Status.DRAFT)  # fmt: skip
    except Invalid as wrong:
        raise Invalid([*problems, *wrong.problems]) from wrong
    if problems:
        raise Invalid(problems)
    return draft.model_copy(update={name: getattr(event, name) for name in NOT_TAKEN})
