"""Kept texts, written by whoever comes first or last: an officer's deed, a feed that misses one, the clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries.syndication.feeds import insert
from calendar_service.domain.publication import KeptText

KEY = ("event_id", "variant", "part")


def put_texts(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write them over what another process has kept of the same meanwhile: that is no reason to refuse a deed."""
    if not rows:
        return
    written = insert(session)(KeptText.__table__)
    said = {name: written.excluded[name] for name in rows[0] if name not in KEY}
    session.connection().execute(written.on_conflict_do_update(index_elements=list(KEY), set_=said), rows)
