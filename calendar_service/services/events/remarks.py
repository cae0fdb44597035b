"""What people add in their own words beside an event: a reason, a contribution, the name of a cluster."""

from __future__ import annotations

from calendar_service.domain.errors import Invalid
from calendar_service.text import clean

REASON = 500
CONTRIBUTION = 500
NAME = 120


def remark(text: str, *, field: str, limit: int, multiline: bool = False, missing: str = "") -> str:
    """The text as it is kept. `missing` is the code of its sentence where it may not be empty. Raises Invalid."""
    cleaned = clean(text, multiline=multiline)
    if not cleaned and missing:
        raise Invalid.of(field, missing)
    if len(cleaned) > limit:
        raise Invalid.of(field, "too_long", limit=limit)
    return cleaned
