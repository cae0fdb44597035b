"""Asks libical (GNOME, KDE, Cyrus) what it sees in a calendar; runs in Debian's own Python. As `ask_python.py`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import_module("gi").require_version("ICalGLib", "3.0")
ical: Any = import_module("gi.repository.ICalGLib")

UTC = ical.Timezone.get_utc_timezone()


def components(parent: Any, kind: Any) -> Iterator[Any]:  # noqa: ANN401 - gi has no types
    found = parent.get_first_component(kind)
    while found is not None:
        yield found
        found = parent.get_next_component(kind)


def properties(component: Any, kind: Any) -> Iterator[Any]:  # noqa: ANN401
    found = component.get_first_property(kind)
    while found is not None:
        yield found
        found = component.get_next_property(kind)


def in_utc(time: Any, zone: Any) -> str:  # noqa: ANN401
    """The moment in UTC by the calendar's own VTIMEZONE, or the bare date."""
    text: str = time.as_ical_string()
    if time.is_date():
        return text[:8]
    wall = ical.Time.new_from_string(text.removesuffix("Z"))
    wall.set_timezone(zone)
    return str(wall.convert_to_zone(UTC).as_ical_string())


def zone_of(event: Any, zones: dict[str, Any]) -> Any:  # noqa: ANN401
    """The zone that its start names; every other time of it must name the same."""
    start = event.get_first_property(ical.PropertyKind.DTSTART_PROPERTY)
    name = start.get_first_parameter(ical.ParameterKind.TZID_PARAMETER)
    return zones[name.get_tzid()] if name is not None else UTC


def errors(calendar: Any) -> Iterator[str]:  # noqa: ANN401
    for component in [calendar, *components(calendar, ical.ComponentKind.ANY_COMPONENT)]:
        for each in properties(component, ical.PropertyKind.XLICERROR_PROPERTY):
            yield each.as_ical_string().strip()


def own_zones(calendar: Any) -> dict[str, Any]:  # noqa: ANN401
    zones = {}
    for each in components(calendar, ical.ComponentKind.VTIMEZONE_COMPONENT):
        zone = ical.Timezone.new()
        zone.set_component(each.clone())
        zones[zone.get_tzid()] = zone
    return zones


def dates_of(event: Any) -> Iterator[Any]:  # noqa: ANN401
    start = event.get_dtstart()
    rule = event.get_first_property(ical.PropertyKind.RRULE_PROPERTY)
    if rule is None:
        yield start
        return
    excluded = {each.get_exdate().as_ical_string() for each in properties(event, ical.PropertyKind.EXDATE_PROPERTY)}
    # On the wall clock: with a zone, libical 3.0 moves midnights of months in which a midnight is skipped.
    wall = ical.Time.new_from_string(start.as_ical_string())
    iterator = ical.RecurIterator.new(rule.get_rrule(), wall)
    found = iterator.next()
    while found is not None and not found.is_null_time():
        if found.as_ical_string() not in excluded:
            yield found
        found = iterator.next()


def main(path: str, first: str, last: str) -> None:
    calendar = ical.Component.new_from_string(Path(path).read_bytes().decode())
    wrong = sorted(set(errors(calendar)))
    zones = own_zones(calendar)
    events = list(components(calendar, ical.ComponentKind.VEVENT_COMPONENT))
    moved = {
        (each.get_uid(), in_utc(each.get_recurrenceid(), zone_of(each, zones)))
        for each in events
        if each.get_first_property(ical.PropertyKind.RECURRENCEID_PROPERTY) is not None
    }
    edges = [each.replace("-", "") for each in (first, last)]
    seen = []
    for event in events:
        override = event.get_first_property(ical.PropertyKind.RECURRENCEID_PROPERTY) is not None
        for time in dates_of(event):
            start = in_utc(time, zone_of(event, zones))
            replaced = not override and (event.get_uid(), start) in moved
            if not replaced and edges[0] <= start[:8] < edges[1]:
                seen.append([event.get_uid(), start, event.get_summary()])
    answer = {"refused": "; ".join(wrong)[:500] or None, "events": len(events), "dates": sorted(seen)}
    sys.stdout.write(json.dumps(answer))


main(*sys.argv[1:])
