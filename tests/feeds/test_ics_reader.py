"""Reading somebody else's iCalendar: every row of what others send, an oddity a test."""

from __future__ import annotations

import time

import pytest

from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Status
from calendar_service.domain.posting.drafts import Receiver
from feeds.foreign.reader import read_ics
from tests.feeds.reading import LIMA, event, ics, only, read, remarks


def refused(data: bytes, *, most: int = 100) -> str:
    """The code with which a file is refused."""
    receiver = Receiver(metropolis=LIMA.metropolis, timezone=LIMA.timezone, most=most)
    with pytest.raises(Invalid) as wrong:
        read_ics(data, receiver=receiver)
    return wrong.value.problems[0].code


# --- form -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r", "\r\n\r\n"])
def test_any_line_ends_and_blank_lines_are_taken(newline: str) -> None:
    (draft,) = read_ics(ics(*event(), newline=newline), receiver=LIMA).drafts
    assert (draft.key, draft.fields["summary"], draft.refusals) == ("one@example", "Concierto", ())


def test_a_fold_inside_a_character_is_undone_before_decoding() -> None:
    data = ics(*event()).replace(b"Concierto", "Peña criolla".encode()).replace(b"Pe\xc3", b"Pe\xc3\r\n ")
    assert read_ics(data, receiver=LIMA).drafts[0].fields["summary"] == "Peña criolla"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_no_part_of_the_text(encoding: str) -> None:
    data = ics(*event()).decode().replace("Concierto", "Peña").encode(encoding)
    assert read_ics(data, receiver=LIMA).drafts[0].fields["summary"] == "Peña"


def test_windows_letters_are_read_and_said() -> None:
    reading = read_ics(ics(*event()).replace(b"Concierto", b"Pe\xf1a \x93criolla\x94"), receiver=LIMA)
    assert reading.drafts[0].fields["summary"] == "Peña “criolla”"
    assert [each.code for each in reading.remarks] == ["import_encoding"]


def test_a_file_that_is_cut_short_is_refused_whole() -> None:
    whole = ics(*event())
    assert refused(whole[: len(whole) // 2]) == "import_cut_short"


def test_what_ends_without_having_begun_is_refused() -> None:
    assert refused(ics("END:VEVENT")) == "import_unbalanced"
    assert refused(ics(*event()) + b"END:VCALENDAR\r\n") == "import_unbalanced"


def test_a_web_page_is_told_from_a_calendar() -> None:
    assert refused(b"<!DOCTYPE html>\n<html><p>Agenda</p></html>") == "import_web_page"
    assert refused(b'{"items": []}') == "import_not_a_calendar"
    assert refused(b"") == "import_not_a_calendar"


def test_too_many_events_or_levels_are_refused_s35() -> None:
    assert refused(ics(*event(), *event()), most=1) == "import_too_many"
    assert refused(b"BEGIN:VCALENDAR\n" * 100_000) == "import_too_deep"


def test_two_calendars_in_one_file_are_both_read() -> None:
    other = [line.replace("one@", "two@") for line in event()]
    reading = read_ics(ics(*event()) + ics(*other), receiver=LIMA)
    assert [each.key for each in reading.drafts] == ["one@example", "two@example"]


def test_a_line_that_nobody_understands_is_named_and_the_event_kept() -> None:
    draft = only(*event("this line has no colon"))
    assert remarks(draft) == [("", "import_line_unread")]
    assert draft.remarks[0].values == {"line": 9}


def test_people_alarms_attachments_and_tasks_are_left_out_s35() -> None:
    draft = only(
        *event("ATTENDEE;CN=Rosa:mailto:rosa@example.org", "ORGANIZER:mailto:x@example.org", "ATTACH:data:,x",
               "BEGIN:VALARM", "DESCRIPTION:Alarma", "TRIGGER:-PT5M", "END:VALARM"),
        "BEGIN:VTODO", "UID:task", "SUMMARY:Tarea", "END:VTODO",
    )  # fmt: skip
    assert "Rosa" not in repr(draft)
    assert draft.fields["description"] == ""


def test_an_event_inside_an_event_is_no_event() -> None:
    inner = [line.replace("one@", "two@") for line in event()]
    assert only(*event()[:-1], *inner, "END:VEVENT").key == "one@example"


# --- identity -------------------------------------------------------------------------------------------------


def test_of_two_events_with_one_uid_the_later_revision_counts() -> None:
    draft = only(*event("SEQUENCE:1"), *(line.replace("Concierto", "Gran concierto") for line in event("SEQUENCE:2")))
    assert draft.fields["summary"] == "Gran concierto"
    assert only(*event("SEQUENCE:99999999999")).sequence == 0


def test_an_event_without_a_uid_is_known_by_its_start_and_title() -> None:
    nameless = [line for line in event() if not line.startswith("UID")]
    assert only(*nameless).key == "20261205T193000 Concierto"


# --- time -----------------------------------------------------------------------------------------------------


def times(*lines: str) -> tuple[object, ...]:
    """Start, end and zone of an event whose time is said by these lines."""
    fields = only("BEGIN:VEVENT", "UID:x", "SUMMARY:X", *lines, "END:VEVENT").fields
    return fields["start"], fields["end"], fields["timezone"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART:20261206T003000Z", "DTEND:20261206T020000Z"], ("2026-12-05T19:30", "2026-12-05T21:00")),
        (["DTSTART:20261205T193000", "DTEND:20261205T210000"], ("2026-12-05T19:30", "2026-12-05T21:00")),
        (["DTSTART:20261205T193000", "DURATION:PT1H30M"], ("2026-12-05T19:30", "2026-12-05T21:00")),
        (["DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261208"], ("2026-12-05", "2026-12-07")),
        (["DTSTART;VALUE=DATE:20261205"], ("2026-12-05", "2026-12-05")),
        (["DTSTART:20261205", "DTEND:20261205"], ("2026-12-05", "2026-12-05")),
        (["DTSTART;VALUE=DATE:20261205T193000", "DTEND:20261205T210000"], ("2026-12-05T19:30", "2026-12-05T21:00")),
        (["DTSTART:20261205", "DTEND:20261206T180000"], ("2026-12-05", "2026-12-06")),
    ],
)
def test_times_are_told_on_the_districts_clocks(lines: list[str], expected: tuple[str, str]) -> None:
    assert times(*lines) == (*expected, "America/Lima")


def test_an_end_that_is_missing_or_too_early_is_assumed_and_said() -> None:
    missing = only(*event(end=""))
    assert (missing.fields["end"], remarks(missing)) == ("2026-12-05T20:30", [("end", "import_end_assumed")])
    early = only(*event(end="DTEND;TZID=America/Lima:20261205T180000"))
    assert (early.fields["end"], remarks(early)) == ("2026-12-05T20:30", [("end", "import_end_before_start")])
    long = only(*event(end="DURATION:P9999D"))
    assert (long.fields["end"], remarks(long)) == ("2028-01-09T19:30", [("end", "import_end_cut")])


@pytest.mark.parametrize(
    "value",
    ["2026-01-05T18:00Z", "20260230T100000", "20260105T250000", "20260105T100060", "180000", "PT1H", "", "00000101"],
)
def test_a_start_that_is_no_moment_refuses_its_event_alone(value: str) -> None:
    bad = ["BEGIN:VEVENT", "UID:bad", f"DTSTART:{value}", "SUMMARY:X", "END:VEVENT"]
    good, wrong = read(*event(), *bad).drafts
    assert (good.refusals, remarks(wrong)) == ((), [("start", "import_bad_moment")])
    assert wrong.refusals[0].values["line"] == 12


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("America/Santiago", "America/Santiago"),
        ("america/santiago", "America/Santiago"),
        ("US/Eastern", "US/Eastern"),
        ("/mozilla.org/20070129_1/America/New_York", "America/New_York"),
        ("SA Pacific Standard Time", "America/Lima"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ('"(UTC-05:00) Bogota, Lima, Quito"', "America/Lima"),
        ('"(UTC-05:00) Eastern Time (US and Canada)"', "America/New_York"),
    ],
)
def test_names_of_zones_are_understood_as_other_programs_write_them(tzid: str, zone: str) -> None:
    assert times(f"DTSTART;TZID={tzid}:20261205T193000", "DURATION:PT1H")[2] == zone


@pytest.mark.parametrize("tzid", ["Mi zona", "../../etc/passwd", "Factory"])
def test_a_zone_that_nobody_knows_is_read_as_ours_and_said(tzid: str) -> None:
    reading = read("BEGIN:VEVENT", "UID:x", f"DTSTART;TZID={tzid}:20261205T193000", "END:VEVENT")
    assert reading.drafts[0].fields["timezone"] == "America/Lima"
    assert [(each.code, each.values["name"]) for each in reading.remarks] == [("import_zone_unknown", tzid)]


CUSTOM = (
    "BEGIN:VTIMEZONE", "TZID:Customized Time Zone",
    "BEGIN:STANDARD", "DTSTART:16010101T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
    "BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT", "END:VTIMEZONE",
)  # fmt: skip


def test_a_zone_of_its_own_is_known_by_its_offsets() -> None:
    reading = read(*CUSTOM, "BEGIN:VEVENT", "UID:x", "DTSTART;TZID=Customized Time Zone:20260705T193000", "END:VEVENT")
    assert reading.drafts[0].fields["timezone"].startswith("Europe/")
    assert reading.remarks == ()


def test_the_calendars_zone_counts_for_times_that_name_none() -> None:
    zone = read("X-WR-TIMEZONE:America/Santiago", "BEGIN:VEVENT", "DTSTART:20261205T193000", "END:VEVENT")
    assert zone.drafts[0].fields["timezone"] == "America/Santiago"
    bad = read("X-WR-TIMEZONE:Marte", "BEGIN:VEVENT", "DTSTART:20261205T193000", "END:VEVENT")
    assert bad.drafts[0].fields["timezone"] == "America/Lima"


# --- dates that differ ----------------------------------------------------------------------------------------

WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=4"


def override(*lines: str) -> list[str]:
    return ["BEGIN:VEVENT", "UID:one@example", "SUMMARY:Concierto", *lines, "END:VEVENT"]


def test_overrides_belong_to_their_event_in_whatever_zone_they_name_it() -> None:
    draft = only(
        *event(WEEKLY),
        *override("RECURRENCE-ID:20261213T003000Z", "DTSTART:20261213T013000Z", "DTEND:20261213T030000Z"),
        *override("RECURRENCE-ID;VALUE=DATE:20261219", "DTSTART:20261220T003000Z", "STATUS:CANCELLED"),
    )
    moved, cancelled = draft.overrides
    assert (moved.recurrence_id, moved.start, moved.end) == ("20261212T1930", "2026-12-12T20:30", "2026-12-12T22:00")
    assert (cancelled.recurrence_id, cancelled.cancelled) == ("20261219T1930", True)


def test_an_override_without_its_event_is_an_event() -> None:
    draft = only(*override("RECURRENCE-ID:20261213T003000Z", "DTSTART:20261213T013000Z", "DTEND:20261213T030000Z"))
    assert (draft.key, draft.fields["start"]) == ("one@example#20261213T003000Z", "2026-12-12T20:30")


def test_exceptions_are_taken_in_any_form() -> None:
    forms = ("EXDATE:20261213T003000Z", "EXDATE;VALUE=DATE:20261219", "EXDATE;TZID=America/Lima:20261226T193000")
    draft = only(*event(WEEKLY, *forms))
    assert {"2026-12-12T19:30", "2026-12-19T19:30", "2026-12-26T19:30"} <= set(draft.fields["exdates"])


def test_single_dates_that_we_published_are_folded_back() -> None:
    beside = [
        line.replace("UID:one@", "UID:one-20261210T1930@").replace("20261205", "20261210")
        for line in event("RELATED-TO:one@example")
    ]
    draft = only(*event(), *beside)
    assert (draft.key, [each.recurrence_id for each in draft.overrides]) == ("one@example", ["20261210T1930"])


# --- status ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("STATUS:CONFIRMED", Status.CONFIRMED), ("STATUS:tentative", Status.TENTATIVE),
        ("STATUS:CANCELLED", Status.CANCELLED), ("CLASS:PRIVATE", Status.DRAFT), ("STATUS:NEEDS-ACTION", None),
    ],
)  # fmt: skip
def test_the_files_status_is_ours(line: str, status: Status | None) -> None:
    assert only(*event(line)).status == status


def test_a_calendar_that_cancels_says_so_of_each_event() -> None:
    draft = only("METHOD:CANCEL", *event())
    assert (draft.cancels, draft.status) == (True, Status.CANCELLED)


def test_the_word_before_what_was_cancelled_is_no_part_of_its_title() -> None:
    draft = only(*(line.replace("Concierto", "CANCELADO: Concierto") for line in event("STATUS:CANCELLED")))
    assert draft.fields["summary"] == "Concierto"


# --- words ----------------------------------------------------------------------------------------------------


def test_markup_becomes_text_s20() -> None:
    html = r"DESCRIPTION:<p>Trae <b>tu</b> silla&nbsp;&amp; ven</p><script>alert(1)</script>\nGracias"
    assert only(*event(html)).fields["description"] == "Trae tu silla & ven\n\nGracias"


def test_controls_and_lost_characters_are_not_kept_s34() -> None:
    draft = only(*(line.replace("Concierto", "Con\x00cier\u202eto\ufffd") for line in event()))
    assert draft.fields["summary"] == "Concierto"


@pytest.mark.parametrize("link", [
    "javascript:alert(1)", "javascript://a.example/%0aalert(1)", "data:text/html,x", "file:///etc/passwd",
    "ftp://a.example/x", "http://a b", "https://u:p@a.example",
])  # fmt: skip
def test_only_links_to_the_web_are_kept(link: str) -> None:
    fields = only(*event(f"URL:{link}")).fields
    assert "booking_url" not in fields
    assert link not in str(fields)


def test_links_mail_and_numbers_have_their_places() -> None:
    assert only(*event("URL:https://a.example/x")).fields["booking_url"] == "https://a.example/x"
    assert only(*event("URL:tel:+5112223333")).fields["description"] == "+5112223333"
    assert only(*event("LOCATION:https://meet.example/x")).fields["online_url"] == "https://meet.example/x"


@pytest.mark.parametrize("geo", ["", "-12.1,-77.0", "999;0", "NaN;NaN", "inf;0", "0;0"])
def test_a_position_that_is_none_is_dropped(geo: str) -> None:
    fields = only(*event("LOCATION:Parque", f"GEO:{geo}")).fields
    assert (fields.get("venue"), fields["place_note"]) == (None, "Parque")


def test_a_place_with_a_position_is_a_venue() -> None:
    fields = only(*event(r"LOCATION:Parque Municipal\, Av. Grau 100\, Barranco", "GEO:-12.1497;-77.0223")).fields
    assert fields["venue"] == {
        "name": "Parque Municipal", "address": "Av. Grau 100", "district": "barranco", "lat": -12.1497, "lon": -77.0223
    }  # fmt: skip


def test_categories_are_our_terms_by_label_in_any_language() -> None:
    fields = only(*event(r"CATEGORIES:Teatro,CONCERT,Niñez (6 a 11 años)", "CATEGORIES:Cosas")).fields
    assert (fields["disciplines"], fields["format"], fields["audiences"]) == (["teatro"], "concierto", ["ninez"])


# --- hostile --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=SECONDLY"], ["RRULE:FREQ=DAILY;INTERVAL=0"], ["RRULE:FREQ=YEARLY;BYDAY=99MO"],
        ["X-LONG:" + "x" * 5_000_000], ["EXDATE:" + ",".join(["20261212T193000"] * 100_000)],
        ["DESCRIPTION:" + "<" * 90_000], ["DESCRIPTION:" + "\\" * 90_000], ["LOCATION:" + ";" * 90_000],
        [f"X-P{number}:x" for number in range(100_000)], ["ATTACH" + ";A=" * 30_000 + ":x"],
        ["URL" + ';A="' * 20_000 + ":x"], ["CATEGORIES:" + "," * 90_000],
    ],
    ids=str,
)  # fmt: skip
def test_a_hostile_event_costs_little_and_the_others_are_kept_s35(lines: list[str]) -> None:
    data = ics(*event(*lines), *(line.replace("one@", "two@") for line in event()))
    began = time.thread_time()
    reading = read_ics(data, receiver=LIMA)
    assert time.thread_time() - began < 3
    assert [each.key for each in reading.drafts] == ["one@example", "two@example"]
