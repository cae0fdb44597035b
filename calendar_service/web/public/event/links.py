"""Ways out of an event's page: into a calendar (a copy, at other people's sites), to a friend, to the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from calendar_service import addresses as to
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.territory.places import Venue
from calendar_service.domain.times.dates import rule_of
from calendar_service.domain.times.moments import Span
from calendar_service.domain.times.recurrence import Rule
from calendar_service.entrance import asking
from calendar_service.words import plain

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"
MICROSOFT = "https://outlook.office.com/calendar/0/deeplink/compose"
"""The same for accounts of work or school."""
WHATSAPP = "https://wa.me/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses; `directions` are pairs of a name and an address, none without a position."""

    download: str
    google: str
    outlook: str
    microsoft: str
    whatsapp: str
    page: str
    directions: tuple[tuple[str, str], ...]


def links(event: Event, shown: Occurrence, *, path: str, whole: bool) -> Links:
    """The ways out. `whole` is for the event with all its dates, else for the one that is shown."""
    page = to.absolute(asking.house().settings.base_url, path)
    span = Span(start=shown.start, end=shown.end, all_day=shown.all_day, timezone=event.timezone)
    recurrence_id = None if whole else shown.recurrence_id
    composed = _outlook(event, span, shown.venue, page)
    return Links(
        download=to.feed_event(event.slug, recurrence_id), page=page,
        google=_google(event, span, shown.venue, page, rule=rule_of(event) if whole else None),
        outlook=f"{OUTLOOK}?{composed}", microsoft=f"{MICROSOFT}?{composed}",
        whatsapp=whatsapp(event, span, shown.venue, page),
        directions=directions(shown.venue) if shown.venue else (),
    )  # fmt: skip


def _where(event: Event, venue: Venue | None) -> str:
    if venue is None:
        return event.place_note or event.online_url
    return ", ".join(part for part in (venue.name, venue.address, venue.district.name) if part)


def _google(event: Event, span: Span, venue: Venue | None, page: str, *, rule: Rule | None) -> str:
    """Of a series, the first date and its rule as feeds say it: Google counts on from there."""
    first = event.span if rule else span
    pairs = {
        "action": "TEMPLATE", "text": event.summary, "dates": _google_dates(first), "ctz": first.timezone,
        "details": page, "location": _where(event, venue),
    }  # fmt: skip
    if rule:
        pairs["recur"] = f"RRULE:{rule.ical()}"
    return f"{GOOGLE}?{urlencode(pairs)}"


def _google_dates(span: Span) -> str:
    if span.all_day:
        return f"{span.first_day:%Y%m%d}/{span.last_day + timedelta(days=1):%Y%m%d}"
    return f"{span.start:%Y%m%dT%H%M%S}/{span.start + span.duration:%Y%m%dT%H%M%S}"


def _outlook(event: Event, span: Span, venue: Venue | None, page: str) -> str:
    """What Outlook is asked with. Instants in UTC: an offset was seen not to work."""
    pairs = {
        "path": "/calendar/action/compose", "rru": "addevent", "subject": event.summary,
        "startdt": _instant(span.start_utc), "enddt": _instant(span.end_utc), "location": _where(event, venue),
        "body": page,
    }  # fmt: skip
    if span.all_day:
        last = span.last_day + timedelta(days=1)
        pairs |= {"startdt": span.first_day.isoformat(), "enddt": last.isoformat(), "allday": "true"}
    return urlencode(pairs, quote_via=quote)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def whatsapp(event: Event, span: Span, venue: Venue | None, page: str) -> str:
    """A message ready to send: what, when, where, its page."""
    when = plain(asking.words().span(span, today=asking.today()))
    lines = (f"*{event.summary}*", when, venue.name if venue else event.place_note, page)
    return f"{WHATSAPP}?{urlencode({'text': chr(10).join(line for line in lines if line)}, quote_via=quote)}"


def directions(venue: Venue) -> tuple[tuple[str, str], ...]:
    """Names and addresses of programs that lead to a venue; none without a position."""
    if venue.latitude is None or venue.longitude is None:
        return ()
    at = f"{venue.latitude:.6f},{venue.longitude:.6f}"
    latitude, longitude = at.split(",")
    return (
        ("Google Maps", f"https://www.google.com/maps/dir/?api=1&destination={at}"),
        ("Waze", f"https://waze.com/ul?ll={at}&navigate=yes"),
        (
            "OpenStreetMap",
            f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}",
        ),
        (asking.words().t("Otra app"), f"geo:{at}?q={at}({quote(venue.name)})"),
    )
