"""What newer standards can say of an event (RFC 9073, RFC 9253): for who asks for it, and in downloads of one event.

Not in feeds: most programs skip it, some take a nested UID or SUMMARY for the event's own.
"""

from __future__ import annotations

from uuid import NAMESPACE_DNS, uuid5

from calendar_service import addresses
from calendar_service.domain.events import Event
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.places import District, Venue
from calendar_service.domain.times.dates import Date
from feeds.ics import values
from feeds.ics.folding import Component
from feeds.wording import Wording


def enrich(component: Component, event: Event, date: Date, wording: Wording) -> None:
    """Add the page, what it is about, what belongs together, the place and the hosts."""
    component.add("LINK", values.uri(wording.url(event, date), LINKREL="alternate", FMTTYPE="text/html"))
    for slug in event.disciplines:
        component.add("CONCEPT", values.link(wording.of(addresses.events(_about(slug)))))
    component.add("REFID", values.text(event.uid))
    if date.venue is not None:
        component.add_component(_location(date.venue, wording))
    for district in (event.host, *(each.district for each in event.cohosts)):
        component.add_component(_participant(district, wording))


def _location(venue: Venue, wording: Wording) -> Component:
    """A place (RFC 9073 §7.2)."""
    nested = _known("VLOCATION", f"venue/{venue.slug}", wording)
    nested.add("NAME", values.text(venue.name))
    nested.add("LOCATION-TYPE", values.text(venue.kind))
    if venue.latitude is not None and venue.longitude is not None:
        nested.add("GEO", values.position(venue.latitude, venue.longitude))
    nested.add("URL", values.link(wording.of(addresses.venue(venue.slug))))
    return nested


def _participant(district: District, wording: Wording) -> Component:
    """A municipality that hosts, as one who takes part (RFC 9073 §7.1); never a person."""
    nested = _known("PARTICIPANT", f"district/{district.slug}", wording)
    nested.add("PARTICIPANT-TYPE", values.text("SPONSOR"))
    nested.add("SUMMARY", values.text(district.municipality))
    nested.add("URL", values.link(wording.of(addresses.district(district.slug))))
    return nested


def _known(name: str, key: str, wording: Wording) -> Component:
    """The component with a UID that is always the same."""
    nested = Component(name)
    domain = uuid5(NAMESPACE_DNS, wording.installation.metropolis.uid_domain)
    nested.add("UID", values.text(str(uuid5(domain, key))))
    return nested


def _about(discipline: str) -> str:
    return Selection(disciplines=(discipline,)).query()
