"""Writes an entered draft into an event, field by field: the one place that knows both shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

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
    there = venue or find_or_make(session, draft.venue, host=event.host, now=now)
    if event.venue is not there:
        event.venue = there
    metropolis = session.installation.metropolis
    event.say(
        **{name: getattr(draft, name) for name in PLAIN}, **_times(draft, timezone=draft.timezone or event.timezone),
        **_place(draft, there), lang=draft.lang or metropolis.language, languages=tuple(dict.fromkeys(draft.languages)),
        currency=draft.currency or (metropolis.currency if draft.price else ""),
    )  # fmt: skip
    _fill_image(session, event, draft.image, now=now)
    parties = _parts(joined(session, event, draft.organisations, by=by, now=now))
    _fill_terms(event, {
        TermKind.DISCIPLINE: draft.disciplines or [metropolis.default_discipline],
        TermKind.AUDIENCE: draft.audiences or [metropolis.default_audience],
        TermKind.ACCESSIBILITY: draft.accessibility, **parties,
    })  # fmt: skip


def _times(draft: EventDraft, *, timezone: str) -> dict[str, Any]:
    rule, start, all_day = rule_of(draft, timezone=timezone), draft.starts, draft.is_all_day
    return {
        "timezone": timezone, "start": start, "end": draft.ends or (start if all_day else None), "all_day": all_day,
        "rrule": rule.text if rule else None, "rdates": tuple(each for each in draft.walls("rdates") if each != start),
        "exdates": draft.walls("exdates"),
    }  # fmt: skip


def _place(draft: EventDraft, venue: Venue | None) -> dict[str, Any]:
    open_to_all = venue.public_space if draft.public_space is None and venue is not None else draft.public_space
    return {"venue_id": venue.id if venue else None, "outdoors": draft.outdoors, "public_space": open_to_all}


def _fill_image(session: Session, event: Event, image: ImageDraft | None, *, now: datetime) -> None:
    if image is None:
        if event.picture is not None:
            event.picture = None
        event.say(image_alt="", image_credit="")
        return
    address = image.url or (event.picture.address if event.picture else "")
    event.picture = picture_at(session, address, present=event.picture, now=now)
    event.say(image_alt=image.alt, image_credit=image.credit)


def _parts(parties: Iterable[PartyDraft]) -> dict[TermKind, Sequence[str]]:
    """Who organises is not an ally as well."""
    organisers = [each.slug for each in parties if each.role == "organiser"]
    allies = [each.slug for each in parties if each.role == "ally" and each.slug not in organisers]
    return dict(zip(PARTS, (organisers, allies), strict=True))


def _fill_terms(event: Event, wanted: Mapping[TermKind, Iterable[str]]) -> None:
    places = {(kind, slug): place for kind, slugs in wanted.items() for place, slug in enumerate(dict.fromkeys(slugs))}
    kept = {(each.kind, each.slug): each for each in event.terms}
    for key in kept.keys() - places.keys():
        event.terms.remove(kept[key])
    for (kind, slug), place in places.items():
        if known := kept.get((kind, slug)):
            known.position = place
        else:
            event.terms.append(EventTerm.untracked(kind=kind, slug=slug, position=place))
    event.terms.sort(key=lambda each: (each.kind, each.position))
