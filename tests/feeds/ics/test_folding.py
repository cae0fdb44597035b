"""What we write is what icalendar writes of the same, byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar.parser import Contentline
from icalendar.prop import vCategory, vDDDLists, vDDDTypes, vDuration, vInt, vRecur, vText, vUri

from feeds.ics import values
from feeds.ics.folding import Component, folded

LETTERS = st.text(st.sampled_from('aZ\\\\^,;:ñé€😀"\n\rN '), min_size=1, max_size=400)
WALLS = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)).map(lambda each: each.replace(microsecond=0))
ZONES = st.sampled_from(["America/Lima", "UTC", "Etc/UTC", "Etc/GMT+5", "Europe/London", "Europe/Madrid"])


@given(LETTERS.filter(lambda line: "\n" not in line))
def test_a_line_is_folded_where_icalendar_folds_it(line: str) -> None:
    assert folded(line.encode()) == Contentline(line).to_ical()  # type: ignore[no-untyped-call]


class Place(icalendar.Component):
    """A component within an event (RFC 9073)."""

    name = "VLOCATION"


@settings(deadline=None)
@given(LETTERS, WALLS, ZONES, st.booleans(), st.integers(0, 10**9))
def test_a_component_is_written_as_icalendar_writes_it(
    said: str, wall: datetime, zone: str, all_day: bool, number: int
) -> None:
    rule, address, title = "FREQ=WEEKLY;COUNT=4;BYDAY=SA", "https://agenda.example/ñ", "Casa: «Ñ»; 2"
    walls = [wall, wall + timedelta(days=7)]
    theirs, ours = icalendar.Event(), Component("VEVENT")

    def both(name: str, written: str, value: object, **parameters: str) -> None:
        ours.add(name, written)
        theirs.add(name, value, parameters=parameters)

    def moment(each: datetime) -> vDDDTypes:
        return vDDDTypes(each.date() if all_day else each.replace(tzinfo=ZoneInfo(zone)))

    dated = {"VALUE": "DATE"} if all_day else {}
    both("DTSTAMP", values.instant(wall.replace(tzinfo=UTC)), vDDDTypes(wall.replace(tzinfo=UTC)))
    both("SEQUENCE", values.number(number), vInt(number))
    both("DTSTART", values.moment(wall, zone=zone, all_day=all_day), moment(wall))
    both("EXDATE", values.moments(walls, zone=zone, all_day=all_day), vDDDLists([moment(each).dt for each in walls]),
         **dated)  # fmt: skip
    both("RRULE", values.rule(rule), vRecur.from_ical(rule))
    both("SUMMARY", values.text(said), vText(said))
    both("LOCATION", values.word(said), vText(said))
    both("CATEGORIES", values.texts(said, "Música, danza"), vCategory([said, "Música, danza"]))
    both("URL", values.link(address), vUri(address))
    both("CONFERENCE", values.uri(address, **{"X-TITLE": title}), vUri(address), VALUE="URI", **{"X-TITLE": title})
    both("REFRESH-INTERVAL", values.duration("PT1H"), vDuration(timedelta(hours=1)), VALUE="DURATION")
    place, spot = Place(), Component("VLOCATION")
    place.add("NAME", vText("Casa"))
    spot.add("NAME", values.text("Casa"))
    theirs.add_component(place)
    ours.add_component(spot)
    assert ours.text == theirs.to_ical(sorted=False).decode()
