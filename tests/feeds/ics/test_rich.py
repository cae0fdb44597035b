"""What newer standards say of an event (RFC 9073, RFC 9253), for who asks and in downloads (decision 10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import icalendar
import pytest

from feeds.ics.check import UnfitError, check_events
from tests.feeds.entries import SPANISH, UID, a_venue, an_entry, written

RICH = replace(SPANISH, rich=True)
EVENT: dict[str, Any] = {"venue": a_venue(), "disciplines": ("bandas", "danza"), "cohosts": ("surco",)}


def rich() -> Any:  # noqa: ANN401 - icalendar's values are of many types
    (text,) = written(an_entry(**EVENT), RICH).values()
    return icalendar.Event.from_ical(text)


def test_a_feed_says_nothing_of_it_by_itself() -> None:
    text = written(an_entry(**EVENT))[""]
    for word in ("LINK", "CONCEPT", "REFID", "VLOCATION", "PARTICIPANT"):
        assert word not in text


def test_it_names_the_page_the_disciplines_and_the_whole() -> None:
    event = rich()
    assert str(event["LINK"].params) == "Parameters({'VALUE': 'URI', 'LINKREL': 'alternate', 'FMTTYPE': 'text/html'})"
    assert [str(each) for each in event["CONCEPT"]] == [
        "https://agenda.example/events?discipline=bandas", "https://agenda.example/events?discipline=danza",
    ]  # fmt: skip
    assert str(event["REFID"]) == UID


def test_the_place_and_the_municipalities_are_components_of_their_own() -> None:
    location, host, cohost = rich().subcomponents
    assert (location.name, str(location["NAME"])) == ("VLOCATION", "Parque Municipal")
    assert str(location["URL"]) == "https://agenda.example/venues/parque"
    assert [str(each["SUMMARY"]) for each in (host, cohost)] == ["Municipalidad de Barranco", "Municipalidad de Surco"]
    assert {each.name for each in (host, cohost)} == {"PARTICIPANT"}
    assert len({str(each["UID"]) for each in (location, host, cohost)}) == 3


def test_they_are_the_same_each_time() -> None:
    assert rich().to_ical() == rich().to_ical()


def test_dates_that_stand_alone_name_their_event() -> None:
    texts = written(an_entry(rdates=(datetime(2026, 12, 8, 18),)), RICH)
    assert [text.count(f"REFID:{UID}") for text in texts.values()] == [1, 1]


def test_a_withdrawn_event_is_bare_in_every_profile() -> None:
    (text,) = written(an_entry(withdrawn=True, status="cancelled", **EVENT), RICH).values()
    assert text == written(an_entry(withdrawn=True, status="cancelled"))[""]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("PARTICIPANT-TYPE:SPONSOR", "CALENDAR-ADDRESS:mailto:a@b.example"),
        ("BEGIN:PARTICIPANT", "BEGIN:VALARM"),
        ("LOCATION-TYPE:parque\r\n", "LOCATION-TYPE:\r\n"),
        ('LINKREL="alternate"', 'LINKREL="^x"'),
    ],
)
def test_the_guard_looks_into_them_too(before: str, after: str) -> None:
    (text,) = written(an_entry(**EVENT), RICH).values()
    check_events(text)
    assert before in text
    with pytest.raises(UnfitError):
        check_events(text.replace(before, after, 1))
