"""The audit log: who did what to what, when, from which channel (S44). Rows are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.journal import Audit

OPERATOR = Viewer(facilitator=True, channel="command")
"""Whoever has the machine: the command line acts as the network's facilitator, without an account."""
CLOCK = Viewer(channel="clock")
"""The service itself, when nobody asked: holds that lapse."""


def note(
    session: Session, *, by: Viewer, deed: str, subject: str, district_id: int | None = None, now: datetime,
    **details: Any,  # noqa: ANN401 - plain JSON
) -> None:  # fmt: skip
    """Add a row, in the transaction of the deed. `subject` names the thing, such as `event:festival-x`.

    `details` are plain JSON values: what changed, never a secret, a password or somebody's mail address (the one
    that a municipality shows to everybody is nobody's).
    """
    session.add(Audit(**said(by=by, deed=deed, subject=subject, district_id=district_id, now=now, **details)))


def said(
    *, by: Viewer, deed: str, subject: str, district_id: int | None = None, now: datetime,
    **details: Any,  # noqa: ANN401 - plain JSON
) -> dict[str, Any]:  # fmt: skip
    """The row that `note` adds, for deeds that add many at once (`note_all`)."""
    return {
        "at": now, "officer_id": by.officer_id, "channel": by.channel, "deed": deed, "subject": subject,
        "district_id": district_id, "details": details,
    }  # fmt: skip


def note_all(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add several rows at once."""
    if rows:
        session.connection().execute(insert(Audit), rows)
