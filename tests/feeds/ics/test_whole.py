"""An event in one entry, RDATE and all: what `export` writes and no feed may say (FEEDS decision 4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import icalendar
import pytest
import recurring_ical_events

from calendar_service.domain.events import Event, Status
from calendar_service.domain.posting.drafts import Receiver
from feeds.foreign.reader import read_ics
from feeds.ics.calendar import join
from feeds.ics.check import UnfitError, check_events
from feeds.ics.writing import whole_text
from tests.feeds.entries import LIMA, SPANISH, UID, an_entry, an_override, vevents
from tests.feeds.ics.test_calendar import CHANGED, HEAD

TUESDAY, THURSDAY = datetime(2026, 12, 8, 18), datetime(2026, 12, 17, 18)
RECEIVER = Receiver(metropolis=LIMA.metropolis, timezone="America/Lima", most=10)


def archived(event: Event) -> bytes:
    return join(HEAD, [whole_text(event, SPANISH).encode()], zones=("America/Lima",), year=2026).written(CHANGED)


def dates_in(body: bytes) -> list[str]:
    """What another program makes of it."""
    calendar = icalendar.Calendar.from_ical(body)
    found = recurring_ical_events.of(calendar).between((2026, 1, 1), (2028, 1, 1))
    return sorted(f"{each['DTSTART'].dt:%Y%m%dT%H%M} {each['SUMMARY']}" for each in found)


def test_an_archive_says_irregular_dates_in_one_entry() -> None:
    """The start is named again: some readers would drop it."""
    event = an_entry(rdates=(TUESDAY, THURSDAY))
    (entry,) = vevents(whole_text(event, SPANISH))
    assert (entry["UID"].value, entry["DTSTART"].value) == (UID, "20261205T193000")
    assert entry["RDATE"].value == "20261205T193000,20261208T180000,20261217T180000"
    assert entry["RDATE"].parameters == {"TZID": "America/Lima"}
    assert dates_in(archived(event)) == [
        "20261205T1930 Retreta", "20261208T1800 Retreta", "20261217T1800 Retreta",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"rdates": (TUESDAY, THURSDAY)},
        {"rdates": (TUESDAY, THURSDAY), "exdates": (datetime(2026, 12, 5, 19, 30),)},
        {"rrule": "FREQ=WEEKLY;COUNT=4", "rdates": (TUESDAY,), "exdates": (datetime(2026, 12, 19, 19, 30),)},
        {"rrule": "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1,3;COUNT=6"},
        {"all_day": True, "start": datetime(2026, 12, 5), "end": None, "rdates": (datetime(2026, 12, 8),)},
    ],
    ids=repr,
)
def test_an_archive_is_read_back_as_the_event_has_it(fields: dict[str, Any]) -> None:
    event = an_entry(**fields)
    (draft,) = read_ics(archived(event), receiver=RECEIVER).drafts
    form = "%Y-%m-%d" if event.all_day else "%Y-%m-%dT%H:%M"
    rdates = {datetime.fromisoformat(each) for each in draft.fields.get("rdates", ())} - {event.start}
    assert (draft.key, draft.fields["start"]) == (UID, f"{event.start:{form}}")
    assert rdates == set(event.rdates)
    assert [f"{each:{form}}" for each in event.exdates] == list(draft.fields.get("exdates", ()))
    assert bool(draft.rules) == bool(event.rrule)


def test_a_date_that_differs_is_an_override_of_the_one_entry() -> None:
    moved = an_override("20261208T1800", start=datetime(2026, 12, 9, 18), end=datetime(2026, 12, 9, 20))
    off = an_override("20261217T1800", status=Status.CANCELLED)
    event = an_entry(rdates=(TUESDAY, THURSDAY), overrides=(moved, off))
    assert [each.get("RECURRENCE-ID", each["DTSTART"]).value for each in vevents(whole_text(event, SPANISH))] == [
        "20261205T193000", "20261208T180000", "20261217T180000",
    ]  # fmt: skip
    assert dates_in(archived(event)) == [
        "20261205T1930 Retreta", "20261209T1800 Retreta", "20261217T1800 CANCELADO: Retreta",
    ]  # fmt: skip


def test_no_feed_may_say_so() -> None:
    with pytest.raises(UnfitError):
        check_events(whole_text(an_entry(rdates=(TUESDAY,)), SPANISH))
