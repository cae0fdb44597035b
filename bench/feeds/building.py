"""The plain way to make a feed: ORM rows through icalendar, as one would write it first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as VEvent
from sqlalchemy import select, true

from calendar_service.db.queries.events import whole_event_options
from calendar_service.domain.access import ANYBODY, visible_to
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.network.clusters import Cluster, ClusterMember
from calendar_service.domain.territory.places import District
from calendar_service.services.house import House


def built(house: House, path: str) -> bytes:
    """A feed from scratch: /district/<slug>, /cluster/<slug>, /all/all."""
    _, kind, slug = path.split("/")
    calendar = Calendar()
    calendar.add("prodid", "-//bench//plain//")
    calendar.add("version", "2.0")
    with house.reading() as session:
        today = house.now().date()
        inside = select(Occurrence.event_id).where(
            Occurrence.last_day >= today - timedelta(days=30), Occurrence.first_day <= today + timedelta(days=400)
        )
        question = select(Event).where(visible_to(ANYBODY), Event.id.in_(inside)).options(*whole_event_options())
        for event in session.scalars(question.where(_hosts(kind, slug))):
            calendar.add_component(_vevent(event))
    written: bytes = calendar.to_ical()
    return written


def _hosts(kind: str, slug: str) -> Any:  # noqa: ANN401 - a clause
    members = select(ClusterMember.district_id).join(Cluster).where(Cluster.slug == slug)
    district = select(District.id).where(District.slug == slug)
    return true() if slug == "all" else Event.host_id.in_(members if kind == "cluster" else district)


def _vevent(event: Event) -> VEvent:
    zone = ZoneInfo(event.timezone)
    found = VEvent()
    found.add("uid", event.uid)
    found.add("dtstamp", event.last_modified)
    found.add("summary", event.summary)
    found.add("description", event.description)
    found.add("sequence", event.sequence)
    found.add("status", event.status.upper())
    found.add("categories", list(event.disciplines))
    if event.all_day:
        found.add("dtstart", event.start.date())
        found.add("dtend", (event.end or event.start).date() + timedelta(days=1))
    else:
        found.add("dtstart", event.start.replace(tzinfo=zone))
        found.add("dtend", (event.end or event.start).replace(tzinfo=zone))
    if event.rrule:
        found.add("rrule", dict(part.split("=") for part in event.rrule.split(";")))
    if event.venue:
        found.add("location", f"{event.venue.name}, {event.venue.address}")
        found.add("geo", (event.venue.latitude, event.venue.longitude))
    return found
