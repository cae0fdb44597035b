"""Questions about templates of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from calendar_service.db.engine import Session
from calendar_service.domain.errors import NotFound
from calendar_service.domain.posting.templates import Template


def templates_of(session: Session, district_ids: Iterable[int], *, limit: int) -> Sequence[Template]:
    """The templates of some districts, by name, with their districts."""
    question = select(Template).where(Template.district_id.in_(list(district_ids)))
    ordered = question.order_by(Template.folded, Template.id).limit(limit)
    return session.scalars(ordered.options(joinedload(Template.district))).all()


def template_by_id(session: Session, number: int, district_ids: Iterable[int]) -> Template:
    """One of the templates of some districts. Raises NotFound, also for those of others."""
    question = select(Template).where(Template.id == number, Template.district_id.in_(list(district_ids)))
    found = session.scalars(question.options(joinedload(Template.district))).one_or_none()
    if found is None:
        raise NotFound("template")
    return found


def count_templates(session: Session, district_id: int) -> int:
    """How many templates a district has."""
    return session.scalar(select(func.count()).where(Template.district_id == district_id)) or 0


def is_called(session: Session, district_id: int, folded: str, *, but: int | None) -> bool:
    """Whether a district has a template of this name, other than the one with the id `but`."""
    question = select(Template.id).where(Template.district_id == district_id, Template.folded == folded)
    return session.scalars(question.where(Template.id != (but or 0))).first() is not None
