"""Questions about imports that were done: an import is what somebody's file changed in a district at one instant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from calendar_service.db.engine import Session
from calendar_service.domain.events import Event
from calendar_service.domain.journal import Audit, Revision

MOST = 400


def runs_since(session: Session, district_ids: Collection[int], since: datetime) -> Sequence[Audit]:
    """The log's lines about imports into districts, and about imports undone, the latest first."""
    deeds = Audit.deed.in_(("import", "import-undone"))
    mine = (deeds, Audit.district_id.in_(district_ids), Audit.at > since)
    return session.scalars(select(Audit).where(*mine).order_by(Audit.id.desc()).limit(MOST)).all()


def run_numbered(session: Session, number: int, *, to_change: bool = False) -> Audit | None:
    """One line of the log that is about an import. `to_change`: nobody else undoes it meanwhile."""
    question = select(Audit).where(Audit.id == number, Audit.deed == "import")
    return session.scalars(question.with_for_update() if to_change else question).one_or_none()


def undone_so_far(session: Session, number: int) -> Sequence[Audit]:
    """The log's lines about the parts of an import that are undone already, in their order."""
    parts = (Audit.deed == "import-undoing", Audit.subject == f"import:{number}")
    return session.scalars(select(Audit).where(*parts).order_by(Audit.id).limit(MOST)).all()


def touched(session: Session, run: Audit, *, after: int, limit: int) -> list[tuple[int, int, int]]:
    """The events that an import wrote, by id: event, its first revision of it, its last."""
    same = Revision.officer_id.is_not_distinct_from(run.officer_id)
    written = [Revision.at == run.at, same, Event.host_id == run.district_id]
    if source := run.details.get("source"):
        written.append(Event.source_key == source)
    question = (
        select(Revision.event_id, func.min(Revision.number), func.max(Revision.number))
        .join(Event, Event.id == Revision.event_id).where(*written, Revision.event_id > after)
        .group_by(Revision.event_id).order_by(Revision.event_id).limit(limit)
    )  # fmt: skip
    return [(event_id, first, last) for event_id, first, last in session.execute(question)]
