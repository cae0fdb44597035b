"""Questions about the audit log (S44)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, or_, select, true

from calendar_service.db.engine import Session
from calendar_service.domain.journal import Asked, Audit
from calendar_service.domain.people import Membership, Officer
from calendar_service.domain.territory.places import District


def entries(
    session: Session, asked: Asked, *, managed: Iterable[int] | None, before: int | None, limit: int
) -> Sequence[Audit]:
    """Entries, the latest first, older than the one with the id `before`.

    `managed`: only what concerns these districts, or was done by their officers; None: all.
    """
    clauses = [*_asked(asked), true() if managed is None else _of_districts(list(managed))]
    if before is not None:
        clauses.append(Audit.id < before)
    return session.scalars(select(Audit).where(*clauses).order_by(Audit.id.desc()).limit(limit)).all()


def of_subject(session: Session, subject: str, deed: str, *, limit: int) -> Sequence[Audit]:
    """How often a deed was done to one thing, the latest first."""
    question = select(Audit).where(Audit.subject == subject, Audit.deed == deed)
    return session.scalars(question.order_by(Audit.id.desc()).limit(limit)).all()


def _asked(asked: Asked) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if asked.deed:
        clauses.append(Audit.deed.startswith(asked.deed, autoescape=True))
    if asked.subject:
        clauses.append(Audit.subject.startswith(asked.subject, autoescape=True))
    if asked.officer_id is not None:
        clauses.append(Audit.officer_id == asked.officer_id)
    if asked.since:
        clauses.append(Audit.at >= asked.since)
    if asked.until:
        clauses.append(Audit.at < asked.until)
    return clauses


def _of_districts(district_ids: list[int]) -> ColumnElement[bool]:
    officers = select(Membership.officer_id).where(Membership.district_id.in_(district_ids))
    own = (Audit.officer_id.in_(officers)) & Audit.district_id.is_(None)
    return or_(Audit.district_id.in_(district_ids), own)


def names_of(session: Session, officer_ids: Iterable[int]) -> Mapping[int, str]:
    """The names of officers."""
    question = select(Officer.id, Officer.name).where(Officer.id.in_(list(officer_ids)))
    return dict(session.execute(question).all())


def districts_of(session: Session, district_ids: Iterable[int]) -> Mapping[int, str]:
    """The names of districts."""
    question = select(District.id, District.name).where(District.id.in_(list(district_ids)))
    return dict(session.execute(question).all())
