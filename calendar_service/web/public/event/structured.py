"""An event as schema.org says it (JSON-LD), for search engines: what the page shows, nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from calendar_service import addresses as to
from calendar_service.domain.events import Event, Occurrence, Status, TermKind
from calendar_service.domain.network.organisations import Organisation
from calendar_service.domain.territory.places import Venue
from calendar_service.domain.times.moments import read_recurrence_id
from calendar_service.entrance import asking
from calendar_service.prose import unmarked
from calendar_service.web.public.event.structured_dates import series
from calendar_service.web.public.structured_places import absolute, municipality, place

SCHEMA = "https://schema.org/"
NOBODY: Mapping[str, Organisation] = {}


def event(
    event: Event, shown: Occurrence, *, path: str, coming: Sequence[Occurrence] = (),
    parties: Mapping[str, Organisation] = NOBODY,
) -> dict[str, Any]:  # fmt: skip
    """The date that is shown, as an Event; empty values are left out. `coming` are the dates of a whole series,
    `parties` the organisations that take part, by slug.
    """
    hosts = [municipality(each) for each in (event.host, *(host.district for host in event.cohosts))]
    said = {
        "@context": SCHEMA.rstrip("/"), "@type": _type(event), "name": event.summary,
        "url": absolute(path), "description": event.abstract or unmarked(event.description), "inLanguage": event.lang,
        "startDate": _moment(event, shown.start), "endDate": _moment(event, shown.end) if shown.end else None,
        "eventStatus": SCHEMA + _status(shown), "previousStartDate": _previous(event, shown),
        "eventAttendanceMode": SCHEMA + _mode(event, shown), "location": _location(event, shown.venue),
        "organizer": [*hosts, *_taking_part(event, TermKind.ORGANISER, parties)],
        "contributor": _taking_part(event, TermKind.ALLY, parties),
        "isAccessibleForFree": event.free or None, "offers": _offer(event), "typicalAgeRange": _ages(event),
        "audience": _audience(event), "image": _image(event), **_series(event, coming, path=path),
    }  # fmt: skip
    return _filled(said)


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value not in (None, "", [])}


def _series(event: Event, coming: Sequence[Occurrence], *, path: str) -> dict[str, Any]:
    """A series as a whole, or what one of its dates belongs to."""
    if event.repeats and path != to.event(event.slug):
        return {"superEvent": {"@type": _type(event), "name": event.summary, "url": absolute(to.event(event.slug))}}
    return series(event, coming, said=lambda date: _date(event, date))


def _date(event: Event, date: Occurrence) -> dict[str, Any]:
    return _filled({
        "@type": _type(event), "name": event.summary,
        "url": absolute(to.event(event.slug, date.recurrence_id)), "startDate": _moment(event, date.start),
        "endDate": _moment(event, date.end) if date.end else None, "eventStatus": SCHEMA + _status(date),
        "previousStartDate": _previous(event, date), "location": _location(event, date.venue),
    })  # fmt: skip


def _audience(event: Event) -> list[dict[str, str]]:
    """For whom, in the page's words."""
    words, labels = asking.language(), asking.metropolis().audiences
    return [{"@type": "Audience", "audienceType": labels.label(each, words)} for each in event.audiences]


def _image(event: Event) -> dict[str, Any] | None:
    if event.picture is None:
        return None
    return _filled({
        "@type": "ImageObject", "url": absolute(event.picture.address), "width": event.picture.width,
        "height": event.picture.height, "caption": event.image_alt, "creditText": event.image_credit,
    })  # fmt: skip


def _type(event: Event) -> str:
    """The format's type when it says more than Event, else the discipline's."""
    metropolis = asking.metropolis()
    found = [
        metropolis.formats.by_slug.get(event.format or ""),
        *map(metropolis.disciplines.by_slug.get, event.disciplines),
    ]
    types = [each.more.get("schema_org_type", "") for each in found if each]
    return next((each for each in types if each not in ("", "Event")), "Event")


def _moment(event: Event, wall: datetime) -> str:
    if event.all_day:
        return wall.date().isoformat()
    return wall.replace(tzinfo=ZoneInfo(event.timezone)).isoformat()


def _status(shown: Occurrence) -> str:
    if shown.status == Status.CANCELLED:
        return "EventCancelled"
    return "EventRescheduled" if shown.was_moved else "EventScheduled"


def _previous(event: Event, shown: Occurrence) -> str | None:
    return _moment(event, read_recurrence_id(shown.recurrence_id)) if shown.was_moved else None


def _mode(event: Event, shown: Occurrence) -> str:
    placed = shown.venue is not None or bool(event.place_note)
    if event.online_url:
        return "MixedEventAttendanceMode" if placed else "OnlineEventAttendanceMode"
    return "OfflineEventAttendanceMode"


def _location(event: Event, venue: Venue | None) -> Any:  # noqa: ANN401 - a place, a virtual one, both
    found: list[dict[str, Any]] = []
    if venue:
        found.append(place(venue))
    elif event.place_note:
        found.append({"@type": "Place", "name": event.place_note, "address": event.host.name})
    if event.online_url:
        found.append({"@type": "VirtualLocation", "url": event.online_url})
    return found[0] if len(found) == 1 else found


def _offer(event: Event) -> dict[str, str] | None:
    if not event.free and event.price is None:
        return None
    offer = {"@type": "Offer", "price": "0" if event.free else str(event.price), "url": event.booking_url}
    offer["priceCurrency"] = event.currency or asking.metropolis().currency
    return {key: value for key, value in offer.items() if value}


def _ages(event: Event) -> str:
    if event.age_from is None and event.age_to is None:
        return ""
    return f"{event.age_from or 0}-{event.age_to if event.age_to is not None else ''}"


def _taking_part(event: Event, role: TermKind, parties: Mapping[str, Organisation]) -> list[dict[str, str]]:
    found = (parties[slug] for slug in event.terms_of(role) if slug in parties)
    return [{"@type": "Organization", "name": each.name, "url": absolute(to.organisation(each.slug))} for each in found]
