"""Whether the process is alive: no database, no secrets (R12)."""

from __future__ import annotations

from flask import Response

from calendar_service.entrance.answers import text
from calendar_service.entrance.doors import Policy, Room

room = Room("health")


@room.get("/healthz", policy=Policy.PUBLIC)
def healthz() -> Response:
    """Answers as long as the process can."""
    return text("ok\n")
