"""Writes an entered draft into an event, field by field: the one place that knows both shapes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import PARTS, Event, EventTerm, TermKind
from calendar_service.domain.territory.places import Venue
from calendar_service.services.draft_checks import rule_of
from calendar_service.services.drafts import EventDraft, ImageDraft, PartyDraft
from calendar_service.services.network.joining import joined
from calendar_service.services.pictures.keeping import picture_at
from calendar_service.services.venues.changing import find_or_make

PLAIN = (
    "summary", "abstract", "description", "format", "age_from", "age_to", "free", "price", "price_text",
    "booking_url", "place_note", "online_url", "expected_attendance", "internal_note", "date_reason",
    "hold_shows",
)  # fmt: skip
"""The fields that stand in both under one name and in one form."""


def fill(
    session: Session, event: Event, draft: EventDraft, *, by: Viewer, now: datetime, venue: Venue | None = None
) -> None:
    """Make the event say what the draft says; what the draft leaves open gets the metropolis's defaults.
    A `venue` that the draft names is looked up unless it is given.

    The event's host, terms and venue must be loaded. Raises Invalid for a venue or an
    organisation that nobody knows.
    """
    for name in PLAIN:
        if getattr(event, name) != (said := getattr(draft, name)):  # to write costs several times as much as to look
            setattr(event, name, said)
    _fill_time(event, draft)
    _fill_place(event, draft, venue or find_or_make(session, draft.venue, host=event.host, now=now))
    _fill_image(session, event, draft.image, now=now)
    metropolis = session.installation.metropolis
    event.lang = draft.lang or metropolis.language
    event.currency = draft.currency or (metropolis.currency if draft.price else "")
    event.languages = tuple(dict.fromkeys(draft.languages))
    _fill_terms(event, TermKind.DISCIPLINE, draft.disciplines or [metropolis.default_discipline])
    _fill_terms(event, TermKind.AUDIENCE, draft.audiences or [metropolis.default_audience])
    _fill_terms(event, TermKind.ACCESSIBILITY, draft.accessibility)
    _fill_parties(event, joined(session, event, draft.organisations, by=by, now=now))


def _fill_time(event: Event, draft: EventDraft) -> None:
    event.timezone = draft.timezone or event.timezone
    event.start, event.end, event.all_day = draft.starts, draft.ends, draft.is_all_day
    rule = rule_of(draft, timezone=event.timezone)
    event.rrule = rule.text if rule else None
    event.rdates = tuple(each for each in draft.walls("rdates") if each != draft.starts)
    event.exdates = draft.walls("exdates")
    if event.all_day and event.end is None:
        event.end = event.start


def _fill_place(event: Event, draft: EventDraft, venue: Venue | None) -> None:
    event.venue = venue
    event.venue_id = venue.id if venue else None
    event.outdoors = draft.outdoors
    event.public_space = draft.public_space
    if draft.public_space is None and venue is not None:
        event.public_space = venue.public_space


def _fill_image(session: Session, event: Event, image: ImageDraft | None, *, now: datetime) -> None:
    if image is None:
        event.picture, event.image_alt, event.image_credit = None, "", ""
        return
    address = image.url or (event.picture.address if event.picture else "")
    event.picture = picture_at(session, address, present=event.picture, now=now)
    event.image_alt, event.image_credit = image.alt, image.credit


def _fill_parties(event: Event, parties: Iterable[PartyDraft]) -> None:
    """Who organises is not an ally as well."""
    organisers = [each.slug for each in parties if each.role == "organiser"]
    allies = [each.slug for each in parties if each.role == "ally" and each.slug not in organisers]
    for role, slugs in zip(PARTS, (organisers, allies), strict=True):
        _fill_terms(event, role, slugs)


def _fill_terms(event: Event, kind: TermKind, slugs: Iterable[str]) -> None:
    wanted = list(dict.fromkeys(slugs))
    kept = {each.slug: each for each in event.terms if each.kind == kind}
    for slug in kept.keys() - set(wanted):
        event.terms.remove(kept[slug])
    for position, slug in enumerate(wanted):
        if slug in kept:
            kept[slug].position = position
        else:
            event.terms.append(EventTerm(kind=kind, slug=slug, position=position))
    event.terms.sort(key=lambda each: (each.kind, each.position))
