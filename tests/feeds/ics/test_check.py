"""The guard sees what is wrong in written bytes, each fault by itself (decisions 1 and 8, S34)."""

from __future__ import annotations

from datetime import datetime, timedelta

import icalendar
import pytest

from feeds.ics.calendar import Head, join
from feeds.ics.check import UnfitError, check_events, check_head, read_lines
from tests.feeds.entries import a_venue, an_entry, written

GOOD = written(an_entry(venue=a_venue(), disciplines=("bandas",)))[""]
SERIES = written(an_entry(rrule="FREQ=WEEKLY;COUNT=5", exdates=(datetime(2026, 12, 12, 19, 30),)))[""]
DAYS = written(an_entry(all_day=True, start=datetime(2026, 12, 5), end=None, rrule="FREQ=WEEKLY;UNTIL=20270130"))[""]
HEAD = Head(
    prodid="-//X//Y//ES", uid_domain="x.example", key="/feeds/all.ics", timezone="America/Lima", name="Cultura, y más",
    description="Uno; dos", url="https://x.example/", source="https://x.example/feeds/all.ics",
)  # fmt: skip


@pytest.mark.parametrize("text", [GOOD, SERIES, DAYS])
def test_what_we_write_passes(text: str) -> None:
    check_events(text)
    check_events(text + text)


FAULTS = {
    "a raw line end in a text": ("SUMMARY:Retreta\r\n", "SUMMARY:Re\ntreta\r\n"),
    "a bare carriage return": ("SUMMARY:Retreta", "SUMMARY:Re\rtreta"),
    "a control character": ("SUMMARY:Retreta", "SUMMARY:Re\x07treta"),
    "a nul": ("SUMMARY:Retreta", "SUMMARY:Re\x00treta"),
    "a bidi override": ("SUMMARY:Retreta", "SUMMARY:Re\u202etreta"),
    "a byte order mark": ("SUMMARY:Retreta", "SUMMARY:\ufeffRetreta"),
    "an unescaped comma": ("SUMMARY:Retreta", "SUMMARY:N, x"),
    "an unescaped semicolon": ("SUMMARY:Retreta", "SUMMARY:N; x"),
    "an unknown escape": ("SUMMARY:Retreta", "SUMMARY:N\\x"),
    "a backslash at the end": ("SUMMARY:Retreta", "SUMMARY:N\\"),
    "an empty text": ("SUMMARY:Retreta", "SUMMARY:"),
    "a line of 76 octets": ("SUMMARY:Retreta", "SUMMARY:" + "a" * 68),
    "a line of 76 octets in 40 characters": ("SUMMARY:Retreta", "SUMMARY:" + "ñ" * 34),
    "no title": ("SUMMARY:Retreta\r\n", ""),
    "no counter": ("SEQUENCE:0\r\n", ""),
    "no UID": ("UID:", "X-UID:"),
    "a name in small letters": ("SUMMARY:Retreta", "summary:Retreta"),
    "two titles": ("SUMMARY:Retreta", "SUMMARY:Retreta\r\nSUMMARY:Retreta"),
    "a floating time": ("DTEND;TZID=America/Lima:", "DTEND:"),
    "another zone at the end": ("DTEND;TZID=America/Lima:", "DTEND;TZID=America/Bogota:"),
    "a date that ends with a time": ("DTSTART;TZID=America/Lima:20261205T193000", "DTSTART;VALUE=DATE:20261205"),
    "a 30th of February": ("20261205T193000", "20260230T193000"),
    "an hour 25": ("20261205T193000", "20261205T253000"),
    "an end before the start": ("20261205T210000", "20261205T180000"),
    "an end at the start": ("20261205T210000", "20261205T193000"),
    "a date where a moment belongs": ("DTSTAMP:20261120T150405Z", "DTSTAMP:20261120"),
    "a moment that is not UTC": ("CREATED:20261120T150405Z", "CREATED:20261120T150405"),
    "a position with a comma": ("GEO:-12.149700;-77.022300", "GEO:-12.149700,-77.022300"),
    "no position": ("GEO:-12.149700;-77.022300", "GEO:"),
    "nan as a position": ("GEO:-12.149700;-77.022300", "GEO:nan;nan"),
    "a script as a link": ("URL:https://agenda.example/events/retreta", "URL:javascript:alert(1)"),
    "a status of a task": ("STATUS:CONFIRMED", "STATUS:COMPLETED"),
    "a busy event": ("TRANSP:TRANSPARENT", "TRANSP:OPAQUE"),
    "an organizer": ("CLASS:PUBLIC", "CLASS:PUBLIC\r\nORGANIZER:mailto:a@b.example"),
    "somebody invited": ("CLASS:PUBLIC", "CLASS:PUBLIC\r\nATTENDEE:mailto:a@b.example"),
    "an RDATE": ("CLASS:PUBLIC", "CLASS:PUBLIC\r\nRDATE;TZID=America/Lima:20261208T193000"),
    "an alarm": ("END:VEVENT", "BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT"),
    "an entry within an entry": ("END:VEVENT", "BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VEVENT"),
    "no end": ("END:VEVENT\r\n", ""),
    "no last line end": ("END:VEVENT\r\n", "END:VEVENT"),
    "a line without a colon": ("CLASS:PUBLIC", "CLASS"),
    "a quotation mark in a parameter": ('X-ADDRESS\r\n ="', 'X-ADDRESS\r\n =""'),
    "a caret in a parameter": ('X-TITLE="Parque', 'X-TITLE="^nParque'),
    "an address without VALUE": ("VALUE=URI;", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused(fault: str) -> None:
    before, after = FAULTS[fault]
    assert before in GOOD, "the fault does not touch the text"
    with pytest.raises(UnfitError):
        check_events(GOOD.replace(before, after, 1))


def test_a_uid_is_short_and_plain() -> None:
    """RFC 7986 §5.3, FEEDS 1.2."""
    uid = GOOD.split("UID:")[1].split("\r\n")[0]
    longest = "\r\n ".join(["a" * 71, "a" * 74, "a" * 55])
    check_events(GOOD.replace(uid, longest, 1))
    for other in (f"{longest}a", "dañado@x.example", "a b@x.example"):
        with pytest.raises(UnfitError):
            check_events(GOOD.replace(uid, other, 1))


RULE_FAULTS = {
    "seconds": ("FREQ=WEEKLY", "FREQ=SECONDLY"),
    "no interval": ("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=0"),
    "two ends": ("COUNT=5", "COUNT=5;UNTIL=20270130T045959Z"),
    "no end": (";COUNT=5", ""),
    "a local end": ("COUNT=5", "UNTIL=20270130T235959"),
    "a date as the end of times": ("COUNT=5", "UNTIL=20270130"),
    "positions": ("COUNT=5", "COUNT=5;BYSETPOS=1"),
    "weeks of the year": ("COUNT=5", "COUNT=5;BYWEEKNO=20"),
    "the last day of a month": ("COUNT=5", "COUNT=5;BYMONTHDAY=-1"),
    "an exception in UTC": ("EXDATE;TZID=America/Lima:20261212T193000", "EXDATE:20261213T003000Z"),
    "an exception that is a date": ("EXDATE;TZID=America/Lima:20261212T193000", "EXDATE;VALUE=DATE:20261212"),
    "exceptions without a rule": ("RRULE:FREQ=WEEKLY;COUNT=5\r\n", ""),
    "a rule on an override": ("RRULE:", "RECURRENCE-ID;TZID=America/Lima:20261205T193000\r\nRRULE:"),
}


@pytest.mark.parametrize("fault", RULE_FAULTS)
def test_a_fault_in_a_series_is_refused(fault: str) -> None:
    before, after = RULE_FAULTS[fault]
    assert before in SERIES, "the fault does not touch the text"
    with pytest.raises(UnfitError):
        check_events(SERIES.replace(before, after, 1))


@pytest.mark.parametrize("text", ["", "SUMMARY:a\r\n", "BEGIN:VTODO\r\nEND:VTODO\r\n", "END:VEVENT\r\n"])
def test_what_is_no_entry_is_refused(text: str) -> None:
    with pytest.raises(UnfitError):
        check_events(text)


def test_a_series_of_days_that_ends_in_utc_is_refused() -> None:
    with pytest.raises(UnfitError):
        check_events(DAYS.replace("UNTIL=20270130", "UNTIL=20270130T045959Z"))


def head_text(body: str) -> str:
    return body.removeprefix("BEGIN:VCALENDAR\r\n")


def test_the_head_that_we_write_passes() -> None:
    check_head(head_text(join(HEAD, [], zones=(), year=2026).before.decode()).replace("uid:", "UID:"))


def by_the_friendly_api(**given: object) -> str:
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//X//Y//ES")
    for name, value in given.items():
        setattr(calendar, name, value)
    return head_text(calendar.to_ical(sorted=False).decode()).removesuffix("END:VCALENDAR\r\n")


@pytest.mark.parametrize(
    "given",
    [
        {"calendar_name": "N, x"},
        {"refresh_interval": timedelta(hours=1)},
        {"source": "https://x.example/a.ics"},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_icalendar_writes_wrong_by_its_friendly_names_is_refused(given: dict[str, object]) -> None:
    """FEEDS finding 0.1: should a newer icalendar write these right, this says so."""
    with pytest.raises(UnfitError):
        check_head(by_the_friendly_api(**given))


def test_a_head_without_its_version_first_is_refused() -> None:
    with pytest.raises(UnfitError):
        check_head("PRODID:-//X//Y//ES\r\nVERSION:2.0\r\n")


def test_lines_are_read_unfolded() -> None:
    (line,) = read_lines("SUMMARY;LANGUAGE=es:uno \r\n dos\r\n")
    assert (line.name, line.value, line.parameters) == ("SUMMARY", "uno dos", {"LANGUAGE": "es"})
