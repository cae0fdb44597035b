"""Questions about the register of organisations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import aliased, joinedload

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import NotFound
from calendar_service.domain.events import EventTerm
from calendar_service.domain.network.organisations import Organisation, OrganisationRole
from calendar_service.domain.territory.places import District


def known_to(viewer: Viewer) -> ColumnElement[bool]:
    """Officers know every entry, everybody else the public ones."""
    return true() if viewer.is_officer else Organisation.public.is_(True)


def organisation_by_slug(session: Session, slug: str, *, viewer: Viewer) -> Organisation:
    """The entry with a slug; of a merged one, the one that replaced it. Raises NotFound, also for what is hidden."""
    question = select(Organisation).where(Organisation.slug == slug, known_to(viewer))
    found = session.scalars(question.options(joinedload(Organisation.district))).one_or_none()
    while found is not None and found.replaced_by_id is not None:
        question = select(Organisation).where(Organisation.id == found.replaced_by_id, known_to(viewer))
        found = session.scalars(question.options(joinedload(Organisation.district))).one_or_none()
    if found is None:
        raise NotFound("organisation")
    return found


def organisations_by_slug(
    session: Session, districts: Sequence[str], *, viewer: Viewer, after: str = "", limit: int
) -> Sequence[Organisation]:
    """Entries by slug, of these districts or of all, merged ones left out."""
    question = (
        select(Organisation).join(District, District.id == Organisation.district_id)
        .where(Organisation.replaced_by_id.is_(None), Organisation.slug > after, known_to(viewer))
        .order_by(Organisation.slug).limit(limit).options(joinedload(Organisation.district))
    )  # fmt: skip
    if districts:
        question = question.where(District.slug.in_(districts))
    return session.scalars(question).all()


def every_organisation(session: Session, *, viewer: Viewer, limit: int = 5_000) -> Sequence[Organisation]:
    """The whole register as somebody sees it, by name, merged ones left out."""
    question = select(Organisation).where(Organisation.replaced_by_id.is_(None), known_to(viewer))
    loaded = question.options(joinedload(Organisation.district))
    return session.scalars(loaded.order_by(Organisation.name, Organisation.id).limit(limit)).all()


def organisations_named(session: Session, slugs: Iterable[str]) -> Sequence[Organisation]:
    """The entries with these slugs, merged and hidden ones included, with their districts."""
    question = select(Organisation).where(Organisation.slug.in_(list(slugs)))
    return session.scalars(question.options(joinedload(Organisation.district))).all()


def slugs_known(session: Session, slugs: Iterable[str], viewer: Viewer) -> Sequence[str]:
    """Those of these slugs that somebody may know of."""
    question = select(Organisation.slug).where(Organisation.slug.in_(list(slugs)), known_to(viewer))
    return session.scalars(question).all()


def organisation_slugs_like(session: Session, stem: str) -> set[str]:
    """Slugs that are the stem or the stem and a number."""
    like = (Organisation.slug == stem) | Organisation.slug.like(stem + "-%")
    return set(session.scalars(select(Organisation.slug).where(like)))


def events_with(session: Session, slug: str) -> Sequence[int]:
    """The ids of the events in which an organisation takes part."""
    carried = select(EventTerm.event_id).where(EventTerm.kind.in_(list(OrganisationRole)), EventTerm.slug == slug)
    return session.scalars(carried.order_by(EventTerm.event_id)).all()


def taking_part(slugs: Sequence[str]) -> Select[int]:
    """The ids of the events in which one of these organisations, or what it was merged into, takes part."""
    other = aliased(Organisation)
    present = (
        select(func.coalesce(other.slug, Organisation.slug)).select_from(Organisation)
        .outerjoin(other, other.id == Organisation.replaced_by_id).where(Organisation.slug.in_(slugs))
    )  # fmt: skip
    return select(EventTerm.event_id).where(EventTerm.kind.in_(list(OrganisationRole)), EventTerm.slug.in_(present))
