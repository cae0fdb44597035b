"""VEVENTs from an event (RFC 5545 §3.6.1, RFC 7986): the texts of which every feed is joined.

What depends on who reads (alarms, cancelled shown as confirmed) is not here: it is added to the kept text.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from calendar_service import addresses
from calendar_service.domain.events import Event, Status
from calendar_service.domain.times.dates import Date
from calendar_service.domain.times.moments import ASSUMED_LENGTH, ONE_DAY, Span, to_wall
from feeds.ics import values
from feeds.ics.check import check_events
from feeds.ics.folding import Component
from feeds.ics.irregular import Part, parts_of, whole_of
from feeds.ics.rich import enrich
from feeds.wording import Wording, contact, place

RENDERER = 3
"""Rises with every change of what this file writes: texts kept by another version are rendered anew."""

MAP_RADIUS = "70"


def event_texts(event: Event, wording: Wording) -> dict[str, str]:
    """The text of every part of an event, whole lines with CRLF, by the part's recurrence id.

    The event is wholly loaded. Raises BadRule or UnfitError for one that must not enter a feed.
    """
    return {part.recurrence_id: part_text(event, part, wording) for part in parts_of(event)}


def whole_text(event: Event, wording: Wording) -> str:
    """An event in one entry and its overrides, RDATE and all: for archives, never for feeds. Raises UnfitError."""
    part = whole_of(event)
    written = _tombstones(event, part, wording) if event.is_bare else _components(event, part, wording)
    return _text_of(written, whole=True)


def part_text(event: Event, part: Part, wording: Wording) -> str:
    """The VEVENTs of one part. Raises UnfitError."""
    written = _tombstones(event, part, wording) if event.is_bare else _components(event, part, wording)
    return _text_of(written)


def _text_of(written: list[Component], *, whole: bool = False) -> str:
    text = "".join(each.text for each in written)
    check_events(text, whole=whole)
    return text


def _components(event: Event, part: Part, wording: Wording) -> list[Component]:
    first, *overrides = part.dates
    master = _vevent(event, part, first, wording)
    return [master, *(_vevent(event, part, each, wording, overrides=True) for each in overrides)]


def busy_texts(event: Event, wording: Wording) -> list[str]:
    """A hold of which a reader may not know the title: hours, what it is, for whom, how big (CONTRACT, `busy`).

    Raises BadRule or UnfitError.
    """
    return [_text_of(list(_busy(event, part, wording))) for part in parts_of(event)]


def _busy(event: Event, part: Part, wording: Wording) -> Iterator[Component]:
    for date in part.dates:
        yield _busy_at(event, part, date, wording, overrides=date is not part.dates[0])


def _busy_at(event: Event, part: Part, date: Date, wording: Wording, *, overrides: bool) -> Component:
    component = Component("VEVENT")
    _identify(component, event, part)
    _place_in_time(component, event, part, date, overrides=overrides)
    component.add("STATUS", values.word("CANCELLED" if date.cancelled else "TENTATIVE"))
    component.add("SUMMARY", values.text(wording.busy(event)))
    if about := wording.about_hold(event):
        component.add("DESCRIPTION", values.text(about))
    if kind := wording.kind(event):
        component.add("CATEGORIES", values.texts(*kind))
    component.add("CLASS", values.word("PRIVATE"))
    component.add("TRANSP", values.word("TRANSPARENT"))
    return component


def _tombstones(event: Event, part: Part, wording: Wording) -> list[Component]:
    """A withdrawn event, or one taken down: nothing of its text, only that it is off (RFC 5546 §3.2.5 asks no more)."""
    component = Component("VEVENT")
    _identify(component, event, part)
    start, _ = _written(part.dates[0].span, repeats=part.repeats)
    component.add("DTSTART", values.moment(start, zone=event.timezone, all_day=event.all_day))
    component.add("STATUS", values.word("CANCELLED"))
    component.add("SUMMARY", values.text(wording.cancelled))
    return [component]


def _vevent(event: Event, part: Part, date: Date, wording: Wording, *, overrides: bool = False) -> Component:
    component = Component("VEVENT")
    _identify(component, event, part)
    component.add("CREATED", values.instant(event.created))
    _place_in_time(component, event, part, date, overrides=overrides)
    _describe(component, event, date, wording)
    _locate(component, event, date)
    _relate(component, event, part, date, wording)
    if wording.rich:
        enrich(component, event, date, wording)
    return component


def _identify(component: Component, event: Event, part: Part) -> None:
    """Name the event and its version: one counter and one time for all its parts (rule 5)."""
    changed = values.instant(event.last_modified)
    component.add("UID", values.text(part.uid))
    component.add("DTSTAMP", changed)
    component.add("LAST-MODIFIED", changed)
    component.add("SEQUENCE", values.number(event.sequence))


def _place_in_time(component: Component, event: Event, part: Part, date: Date, *, overrides: bool) -> None:
    zone, all_day = event.timezone, event.all_day
    start, end = _written(date.span, repeats=part.repeats and not overrides)
    if overrides:
        component.add("RECURRENCE-ID", values.moment(date.original, zone=zone, all_day=all_day))
    component.add("DTSTART", values.moment(start, zone=zone, all_day=all_day))
    component.add("DTEND", values.moment(end, zone=zone, all_day=all_day))
    if not part.repeats or overrides:
        return
    made = {*part.rdates, *(part.rule.every_date() if part.rule else ())}
    if part.rule:
        component.add("RRULE", values.rule(part.rule.ical()))
    if part.rdates:
        component.add("RDATE", values.moments(part.rdates, zone=zone, all_day=all_day))
    if without := [each for each in event.exdates if each in made]:
        component.add("EXDATE", values.moments(without, zone=zone, all_day=all_day))


def _written(span: Span, *, repeats: bool) -> tuple[datetime, datetime]:
    """Start and exclusive end as wall clocks, the end always later (§3.8.2.2).

    A single date says the hour that the clocks really show; a series says its rule's, shown or not.
    """
    if span.all_day:
        return span.start, (span.end or span.start) + ONE_DAY
    if repeats:
        return span.start, span.start + (span.duration or ASSUMED_LENGTH)
    start, end = to_wall(span.start_utc, span.timezone), to_wall(span.end_utc, span.timezone)
    return start, end if end > start else start + ASSUMED_LENGTH


def _describe(component: Component, event: Event, date: Date, wording: Wording) -> None:
    cancelled = date.cancelled or event.status == Status.CANCELLED
    standing = "CONFIRMED" if event.is_public else "TENTATIVE"
    component.add("STATUS", values.word("CANCELLED" if cancelled else standing))
    component.add("SUMMARY", values.text(wording.summary(event, cancelled=cancelled)))
    component.add("DESCRIPTION", values.text(wording.description(event, date)))
    if categories := wording.categories(event):
        component.add("CATEGORIES", values.texts(*categories))


def _locate(component: Component, event: Event, date: Date) -> None:
    title, address = place(event, date.venue)
    if title:
        component.add("LOCATION", values.word(f"{title}\n{address}" if address else title))
    venue = date.venue
    if venue is None or venue.latitude is None or venue.longitude is None:
        return
    component.add("GEO", values.position(venue.latitude, venue.longitude))
    named = {"X-TITLE": title, "X-ADDRESS": address, "X-APPLE-RADIUS": MAP_RADIUS}
    point = f"geo:{venue.latitude:.6f},{venue.longitude:.6f}"
    given = {key: value for key, value in named.items() if value}
    component.add("X-APPLE-STRUCTURED-LOCATION", values.uri(point, **given))


def _relate(component: Component, event: Event, part: Part, date: Date, wording: Wording) -> None:
    component.add("URL", values.link(wording.url(event, date)))
    if event.online_url:
        component.add("CONFERENCE", values.uri(event.online_url))
    if event.picture:
        poster = wording.of(addresses.picture(event.picture.digest, "card"))
        component.add("IMAGE", values.uri(poster, DISPLAY="BADGE", FMTTYPE="image/jpeg"))
    component.add("CONTACT", values.word(contact(event.host)))
    component.add("CLASS", values.word("PUBLIC" if event.is_public else "PRIVATE"))
    component.add("TRANSP", values.word("TRANSPARENT"))
    component.add("X-MICROSOFT-CDO-BUSYSTATUS", values.word("FREE"))
    if part.uid != event.uid:
        component.add("RELATED-TO", values.text(event.uid))
