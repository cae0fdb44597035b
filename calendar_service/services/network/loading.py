"""Loads or refreshes a metropolis from its files: slugs and codes stay, what officers edited is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from calendar_service.db.engine import Session
from calendar_service.db.queries.events import events_naming, events_with_terms
from calendar_service.domain.publication import EVERYTHING, Scope, district_scope
from calendar_service.domain.territory.metropolis import DistrictRecord, Metropolis
from calendar_service.domain.territory.places import District, Neighbour, Zone
from calendar_service.domain.vocabulary import TermRow, Vocabulary
from calendar_service.services.recording.changes import retell


def load(session: Session, metropolis: Metropolis, *, now: datetime) -> None:
    """Bring zones, districts, neighbours, terms and scopes to what the files say; doing it twice changes nothing.

    Events that carry a term whose labels changed, or name a district that is called otherwise, say so from now on.
    """
    _load_zones(session, metropolis)
    renamed = _load_districts(session, metropolis)
    session.flush()
    _load_neighbours(session, metropolis)
    _load_scopes(session, metropolis)
    changed = _load_terms(session, metropolis.vocabularies.values())
    told = events_with_terms(session, sorted(changed)) if changed else []
    named = events_naming(session, renamed) if renamed else []
    for event in dict.fromkeys((*told, *named)):
        retell(session, event, now=now)


def _load_zones(session: Session, metropolis: Metropolis) -> None:
    for sort, record in enumerate(metropolis.zones):
        session.merge(Zone(slug=record.slug, name=record.name, sort=sort))
    session.flush()


def _load_districts(session: Session, metropolis: Metropolis) -> list[int]:
    """Gives the ids of those that are called otherwise from now on."""
    known = {each.slug: each for each in session.scalars(select(District))}
    renamed = [
        known[each.slug].id for each in metropolis.districts
        if each.slug in known and known[each.slug].name != each.name
    ]  # fmt: skip
    for record in metropolis.districts:
        if district := known.get(record.slug):
            _refresh(district, record)
        else:
            session.add(_new(record, metropolis.timezone))
    return renamed


def _new(record: DistrictRecord, timezone: str) -> District:
    return District(
        slug=record.slug, code=record.code, name=record.name, municipality=record.municipality,
        zone_slug=record.zone, latitude=record.latitude, longitude=record.longitude,
        cell_column=record.cell[0], cell_row=record.cell[1], population=record.population,
        timezone=timezone, site=record.site,
    )  # fmt: skip


def _refresh(district: District, record: DistrictRecord) -> None:
    """What the files own; the site and the contact are the municipality's once it exists."""
    district.name, district.municipality, district.zone_slug = record.name, record.municipality, record.zone
    district.latitude, district.longitude = record.latitude, record.longitude
    district.cell_column, district.cell_row = record.cell
    district.population = record.population


def _load_neighbours(session: Session, metropolis: Metropolis) -> None:
    ids = dict(session.execute(select(District.code, District.id)).all())
    wanted = {(ids[each.code], ids[code]) for each in metropolis.districts for code in each.neighbours}
    found = {(one, other) for one, other in session.execute(select(Neighbour.district_id, Neighbour.neighbour_id))}
    session.add_all(Neighbour(district_id=one, neighbour_id=other) for one, other in sorted(wanted - found))
    for one, other in found - wanted:
        session.execute(delete(Neighbour).where(Neighbour.district_id == one, Neighbour.neighbour_id == other))


def _load_scopes(session: Session, metropolis: Metropolis) -> None:
    wanted = {EVERYTHING, *(district_scope(each.slug) for each in metropolis.districts)}
    found = set(session.scalars(select(Scope.key)))
    session.add_all(Scope(key=key) for key in sorted(wanted - found))


def _load_terms(session: Session, vocabularies: Iterable[Vocabulary]) -> set[tuple[str, str]]:
    known = {(each.kind, each.slug): each for each in session.scalars(select(TermRow))}
    changed: set[tuple[str, str]] = set()
    for vocabulary in vocabularies:
        for term in vocabulary.terms:
            row = known.get((vocabulary.kind, term.slug))
            if row is None:
                session.add(TermRow(kind=vocabulary.kind, slug=term.slug, labels=_plain(term.labels)))
            elif row.labels != _plain(term.labels):
                row.labels = _plain(term.labels)
                changed.add((vocabulary.kind, term.slug))
    return changed


def _plain(labels: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(labels.items()))
