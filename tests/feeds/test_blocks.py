"""A calendar that comes again is told by its bytes: what says the same is passed over, everything else is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_service.domain.errors import Invalid
from calendar_service.domain.posting.drafts import Known, Reading, Receiver
from feeds.foreign.reader import read_ics
from tests.feeds.reading import LIMA, event, ics

SECOND = [line.replace("one@", "two@") for line in event()]
ALARM = ["BEGIN:VALARM", "UID:bell", "TRIGGER:-PT15M", "END:VALARM"]
TWICE = event("RRULE:FREQ=WEEKLY;COUNT=2")
MOVED = ["BEGIN:VEVENT", "UID:one@example", "RECURRENCE-ID;TZID=America/Lima:20261212T193000",
         "DTSTART;TZID=America/Lima:20261212T200000", "END:VEVENT"]  # fmt: skip
BESIDE = ["BEGIN:VEVENT", "UID:one-20261212T193000@example", "RELATED-TO:one@example",
          "DTSTART;TZID=America/Lima:20261212T200000", "SUMMARY:Concierto", "END:VEVENT"]  # fmt: skip


def after(data: bytes, receiver: Receiver = LIMA) -> Receiver:
    """The receiver, once it has taken a file in."""
    said = {
        each.key: Known(each.said, f"ours of {each.key}", "Título") for each in read_ics(data, receiver=receiver).drafts
    }
    return replace(receiver, known=said)


def summed(reading: Reading) -> tuple[list[str], list[str]]:
    """The keys that were passed over, and those that were read."""
    return [key for _, key, _ in reading.known], [each.key for each in reading.drafts]


@pytest.mark.parametrize("again", [
    ics(*event(*ALARM), *SECOND),
    ics(*event(*ALARM), "BEGIN:VEVENT", "DTSTAMP:20270101T000000Z", *SECOND[1:]),
])  # fmt: skip
def test_what_says_the_same_is_passed_over_whenever_it_was_exported(again: bytes) -> None:
    reading = read_ics(again, receiver=after(ics(*event(*ALARM), *SECOND)))
    assert summed(reading) == (["one@example", "two@example"], [])
    assert [row for row, *_ in reading.known] == [4, 14]
    assert reading.known[0][2].uid == "ours of one@example"


@pytest.mark.parametrize("again", [
    ics(*event(), *(line.replace("Concierto", "Taller") for line in SECOND)),
    ics(*event(), *SECOND[:-1], "LOCATION:Parque", "END:VEVENT"),
])  # fmt: skip
def test_what_says_something_else_is_read_and_stands_in_its_line(again: bytes) -> None:
    reading = read_ics(again, receiver=after(ics(*event(), *SECOND)))
    assert summed(reading) == (["one@example"], ["two@example"])
    assert reading.drafts[0].row == 10


def test_a_series_is_read_whole_when_one_of_its_dates_is_told_anew() -> None:
    known = after(ics(*TWICE, *MOVED, *SECOND))
    moved_on = [line.replace("T200000", "T203000") for line in MOVED]
    assert summed(read_ics(ics(*TWICE, *MOVED, *SECOND), receiver=known))[1] == []
    (draft,) = read_ics(ics(*TWICE, *moved_on, *SECOND), receiver=known).drafts
    assert [each.start for each in draft.overrides] == ["2026-12-12T20:30"]
    assert summed(read_ics(ics(*TWICE, *SECOND), receiver=known))[1] == ["one@example"]


def test_everything_is_read_anew_when_what_stands_around_it_or_how_it_is_taken_changes() -> None:
    known = after(ics(*event()))
    framed = ics("X-WR-TIMEZONE:Europe/Madrid", *event())
    assert summed(read_ics(framed, receiver=known)) == ([], ["one@example"])
    assert summed(read_ics(ics(*event()), receiver=replace(known, manner="as drafts"))) == ([], ["one@example"])


@pytest.mark.parametrize("data", [
    ics(*event(), *BESIDE),
    ics(*event()).replace(b"BEGIN:VEVENT", b"begin:vevent"),
    ics(*event()).replace(b"UID:one@example", b"UID:one@\r\n example"),
    ics(*event()).replace(b"SUMMARY", b"X-A:1\rSUMMARY"),
    ics(*event()) + ics(*SECOND),
    ics(*event(), *(line for line in SECOND if not line.startswith("UID"))),
], ids=["beside", "small letters", "folded UID", "lone CR", "two calendars", "no UID"])  # fmt: skip
def test_what_bytes_do_not_tell_apart_is_read_line_by_line(data: bytes) -> None:
    reading = read_ics(data, receiver=after(data))
    assert [each.said for each in reading.drafts] == [""] * len(reading.drafts) != []


def test_what_is_passed_over_counts_for_how_much_a_file_may_hold() -> None:
    known = replace(after(ics(*event(), *SECOND)), most=2)
    third = [line.replace("one@", "three@") for line in event()]
    assert len(read_ics(ics(*event(), *SECOND), receiver=known).known) == 2
    with pytest.raises(Invalid):
        read_ics(ics(*event(), *SECOND, *third), receiver=known)
