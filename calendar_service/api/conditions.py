"""If-Match: which version of an event the asker has seen (R4; RFC 9110 section 13.1.1)."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import PreconditionRequired

from calendar_service.domain.errors import Stale
from calendar_service.domain.events import Event

FIELD = "If-Match"
NEVER = 0
"""No event has this version."""


def require() -> None:
    """Raises PreconditionRequired when nothing was said about what was seen."""
    if FIELD not in request.headers:
        raise PreconditionRequired


def seen(event: Event) -> int | None:
    """The version that the asker has seen: the event's own or NEVER; None when nothing was said.

    A tag that a compressing proxy has weakened counts as well: it is of the same version.
    """
    if FIELD not in request.headers:
        return None
    return event.version if request.if_match.contains_weak(str(event.version)) else NEVER


def check(event: Event) -> None:
    """For deeds that take no version: raises Stale for who has seen another one."""
    if seen(event) == NEVER:
        raise Stale(current=event.version)
