"""What we fold is what icalendar folds, byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st
from icalendar.parser import Contentline

from feeds.ics import values
from feeds.ics.folding import folded, text_of

LETTERS = st.text(st.sampled_from("aZ\\\\^,;ñé€😀 "), min_size=1, max_size=400)


@given(LETTERS)
def test_a_line_is_folded_where_icalendar_folds_it(line: str) -> None:
    assert folded(line.encode()) == Contentline(line).to_ical()  # type: ignore[no-untyped-call]


class Place(icalendar.Component):
    """A component within an event (RFC 9073)."""

    name = "VLOCATION"


@given(LETTERS, st.sampled_from(["America/Lima", "UTC", "Europe/Madrid"]), st.booleans())
def test_a_component_is_written_as_icalendar_writes_it(said: str, zone: str, all_day: bool) -> None:
    event, wall = icalendar.Event(), datetime(2026, 12, 5, 19, 30)
    event.add("DTSTAMP", values.instant(wall.replace(tzinfo=UTC)))
    event.add("DTSTART", values.moment(wall, zone=zone, all_day=all_day))
    event.add("EXDATE", values.moments([wall, wall + timedelta(days=7)], zone=zone, all_day=all_day))
    event.add("RRULE", values.rule("FREQ=WEEKLY;COUNT=4;BYDAY=SA"))
    event.add("SUMMARY", values.text(said))
    event.add("CATEGORIES", values.texts([said, "Música, danza"]))
    event.add("GEO", values.Position((-12.15, -77.02)))
    event.add("X-APPLE-STRUCTURED-LOCATION", values.uri("geo:-12.150000,-77.020000", **{"X-TITLE": "Casa: «Ñ»; 2"}))
    place = Place()
    place.add("NAME", values.text("Casa"))
    event.add_component(place)
    assert text_of(event) == event.to_ical(sorted=False).decode()
