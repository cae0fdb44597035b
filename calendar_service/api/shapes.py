"""Nouns as JSON. Every field is always there: null, empty or [] when it does not apply or the asker may not see it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from calendar_service import addresses as to
from calendar_service.api.document.schemas import EVENT
from calendar_service.domain.access import HELD, Sight, Viewer, is_involved, sight
from calendar_service.domain.events import Event, Occurrence, Override, Status
from calendar_service.domain.finding.agenda import Date
from calendar_service.domain.network.clusters import Cluster, Consent
from calendar_service.domain.network.organisations import Organisation
from calendar_service.domain.network.sharing import Share, StandingShare
from calendar_service.domain.posting.outcomes import Outcome
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.territory.places import District, Venue
from calendar_service.domain.times.moments import read_recurrence_id, write_wall
from calendar_service.domain.vocabulary import Term
from calendar_service.services.drafts import draft_of, image_of

Json = dict[str, Any]

BARE: Json = {
    "slug": None, "url": None, "hold_shows": None, "reason": "", "summary": None, "abstract": "", "description": "",
    "lang": None, "disciplines": [], "format": None, "audiences": [], "age_from": None, "age_to": None, "free": None,
    "price": None, "currency": "", "price_text": "", "booking_url": "", "venue": None, "place_note": "",
    "online_url": "", "outdoors": None, "public_space": None, "accessibility": [], "languages": [],
    "organisations": [], "image": None, "expected_attendance": None, "date_reason": "",
}  # fmt: skip
"""What is said of an event whose words are not shown: a hold of others', or what was withdrawn or taken down."""

WORDED = (Sight.FULL, Sight.OWN)

HIDDEN = frozenset({"internal_note", "date_reason", "hold_shows", "expected_attendance"})
"""Fields of a draft that not everybody who sees an event sees."""


def event_json(event: Event, *, viewer: Viewer, base_url: str) -> Json:
    """An event as much as the viewer sees of it. It is wholly loaded, and `sight` is not `nothing`."""
    seen, written = sight(viewer, event), draft_of(event)
    worded = seen in WORDED and not event.withdrawn
    told = BARE | _frame(event, viewer, written, worded=worded)
    if worded:
        told |= {name: value for name, value in written.items() if name not in HIDDEN}
        told |= _told(event, viewer=viewer, seen=seen, base_url=base_url)
    elif seen is Sight.BUSY:
        told |= {name: written[name] for name in HELD}
    return {name: told[name] for name in EVENT}


def _frame(event: Event, viewer: Viewer, written: Json, *, worded: bool) -> Json:
    """Whose it is, when it is, where it stands, which version this is."""
    return {
        "uid": event.uid, "status": str(Status.CANCELLED if event.is_off else event.status), "host": event.host.slug,
        "hold_until": event.hold_until.isoformat() if event.hold_until else None,
        "cohosts": _cohosts(event, viewer, worded=worded),
        **{name: written[name] for name in ("start", "end", "timezone", "all_day", "rrule", "rdates", "exdates")},
        "overrides": [_override(event, each, worded=worded) for each in event.overrides],
        "sequence": event.sequence, "version": event.version,
        "created": instant(event.created), "last_modified": instant(event.last_modified),
    }  # fmt: skip


def _told(event: Event, *, viewer: Viewer, seen: Sight, base_url: str) -> Json:
    """What no draft says: its address, why it is off; and what only its own districts or officers are told."""
    return {
        "slug": event.slug, "url": to.absolute(base_url, to.event(event.slug)), "reason": event.reason,
        "hold_shows": str(event.hold_shows) if seen is Sight.OWN else None,
        "expected_attendance": event.expected_attendance if viewer.is_officer else None,
        "date_reason": event.date_reason if viewer.is_officer else "",
        "image": _image(event, base_url=base_url),
    }  # fmt: skip


def _image(event: Event, *, base_url: str) -> Json | None:
    told = image_of(event)
    return told and told | {"url": to.absolute(base_url, told["url"])}


def _cohosts(event: Event, viewer: Viewer, *, worded: bool) -> list[Json]:
    """Those that accepted; whoever is involved also sees who was asked, declined or left (S15)."""
    involved = is_involved(viewer, event)
    return [
        {"district": each.district.slug, "state": str(each.state), "contribution": each.contribution if worded else ""}
        for each in event.hosts
        if involved or each.state == Consent.ACCEPTED
    ]


def _override(event: Event, override: Override, *, worded: bool) -> Json:
    original = read_recurrence_id(override.recurrence_id)
    return {
        "recurrence_id": write_wall(original, all_day=event.all_day),
        "start": _wall(override.start, event), "end": _wall(override.end, event), "status": str(override.status),
        "venue": override.venue.slug if worded and override.venue else None,
        "reason": override.reason if worded else "",
    }  # fmt: skip


def _wall(moment: datetime | None, event: Event) -> str | None:
    return write_wall(moment, all_day=event.all_day) if moment else None


def date_json(date: Date, *, base_url: str) -> Json:
    """One date, its words only where they may be read."""
    worded, original = date.worded, read_recurrence_id(date.recurrence_id)
    page = to.event(date.slug, date.recurrence_id if date.repeats else None)
    return {
        "event_uid": date.uid, "slug": date.slug if worded else None,
        "recurrence_id": write_wall(original, all_day=date.all_day),
        "start": write_wall(date.start, all_day=date.all_day),
        "end": write_wall(date.end, all_day=date.all_day) if date.end else None,
        "all_day": date.all_day, "timezone": date.timezone, "status": date.status,
        "summary": date.summary if worded else None, "venue": date.venue if worded else None, "host": date.host,
        "url": to.absolute(base_url, page) if worded else None,
    }  # fmt: skip


def district_json(district: District, *, metropolis: Metropolis, base_url: str) -> Json:
    """A district; its neighbours are slugs."""
    return {
        "slug": district.slug, "code": district.code, "name": district.name, "municipality": district.municipality,
        "zone": district.zone_slug, "lat": district.latitude, "lon": district.longitude,
        "population": district.population, "timezone": district.timezone, "site": district.site,
        "neighbours": _neighbours(metropolis, district.code),
        "url": to.absolute(base_url, to.district(district.slug)),
        "feed": to.absolute(base_url, to.feed_district(district.slug)),
    }  # fmt: skip


def _neighbours(metropolis: Metropolis, code: str) -> list[str]:
    by_code = {each.code: each for each in metropolis.districts}
    return sorted(by_code[each].slug for each in by_code[code].neighbours) if code in by_code else []


def cluster_json(cluster: Cluster, *, base_url: str) -> Json:
    """A cluster with the slugs of its members; they are loaded with their districts."""
    return {
        "slug": cluster.slug, "name": cluster.name, "theme": cluster.theme,
        "members": sorted(each.district.slug for each in cluster.accepted),
        "url": to.absolute(base_url, to.cluster(cluster.slug)),
        "feed": to.absolute(base_url, to.feed_cluster(cluster.slug)),
    }  # fmt: skip


def venue_json(venue: Venue, *, base_url: str) -> Json:
    """A venue; its district is loaded."""
    return {
        "slug": venue.slug, "name": venue.name, "kind": venue.kind, "address": venue.address,
        "district": venue.district.slug, "lat": venue.latitude, "lon": venue.longitude, "capacity": venue.capacity,
        "accessibility": list(venue.accessibility), "public_space": venue.public_space,
        "url": to.absolute(base_url, to.venue(venue.slug)),
    }  # fmt: skip


def organisation_json(organisation: Organisation, *, base_url: str) -> Json:
    """An entry of the register; its district is loaded."""
    return {
        "slug": organisation.slug, "name": organisation.name, "kind": organisation.kind,
        "district": organisation.district.slug, "disciplines": list(organisation.disciplines),
        "about": organisation.about, "site": organisation.site, "contact_address": organisation.contact_address,
        "contact_phone": organisation.contact_phone, "public": organisation.public,
        "verified": instant(organisation.verified) if organisation.verified else None,
        "url": to.absolute(base_url, to.organisation(organisation.slug)),
    }  # fmt: skip


def share_json(share: Share, *, base_url: str) -> Json:
    """What is shared with a district, and how that answered; its event is loaded with its host."""
    event = share.event
    return {
        "event_uid": event.uid, "slug": event.slug, "url": to.absolute(base_url, to.event(event.slug)),
        "summary": event.summary, "host": event.host.slug, "district": share.district.slug, "state": str(share.state),
        "text": share.text, "standing": share.standing, "proposed": instant(share.proposed),
        "answered": instant(share.answered) if share.answered else None,
    }  # fmt: skip


def outcome_json(date: Occurrence, event: Event, outcome: Outcome | None = None, *, noted: bool = True) -> Json:
    """What came of a date, null where nobody said it yet. `noted`: with the note, which only its host reads."""
    original = read_recurrence_id(date.recurrence_id)
    return {
        "event_uid": event.uid, "slug": event.slug, "summary": event.summary,
        "recurrence_id": write_wall(original, all_day=event.all_day),
        "start": write_wall(date.start, all_day=date.all_day),
        "end": write_wall(date.end, all_day=date.all_day) if date.end else None,
        "held": outcome.held if outcome else None, "people": outcome.people if outcome else None,
        "note": outcome.note if outcome and noted else "", "reported": instant(outcome.at) if outcome else None,
    }  # fmt: skip


def agreement_json(agreement: StandingShare) -> Json:
    """Who shows by itself what whom proposes; without a discipline, all of it."""
    return {
        "id": agreement.id, "giver": agreement.giver.slug, "receiver": agreement.receiver.slug,
        "discipline": agreement.discipline or None, "since": instant(agreement.since),
    }  # fmt: skip


def term_json(term: Term) -> Json:
    """A term of a vocabulary, its labels by language; ages where it is about ages."""
    return {
        "slug": term.slug, "labels": dict(term.labels), "parent": term.parent,
        "age_from": _number(term.more.get("age_min")), "age_to": _number(term.more.get("age_max")),
        "schema_type": term.more.get("schema_org_type") or None,
    }  # fmt: skip


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def instant(moment: datetime) -> str:
    """An instant as RFC 3339 says it, in UTC and whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
