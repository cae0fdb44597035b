"""What a VEVENT says, byte by byte (FEEDS 1.2 to 1.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_service.domain.events import EventTerm, Status, TermKind
from calendar_service.prose import unmarked
from calendar_service.text import clean
from feeds.ics.check import UnfitError
from feeds.ics.writing import RENDERER, event_texts
from feeds.wording import Wording
from tests.feeds.entries import (
    CHANGED,
    ENGLISH,
    LIMA,
    UID,
    a_district,
    a_venue,
    an_entry,
    an_override,
    the_vevent,
    vevents,
    written,
)

WEEKLY = "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270130T235959"


def test_everything_that_is_published_of_a_plain_event() -> None:
    venue = a_venue("Parque Municipal")
    event = an_entry(venue=venue, disciplines=("bandas",), description="A las siete.", sequence=3)
    assert the_vevent(event) == {
        "UID": UID,
        "DTSTAMP": "20261120T150405Z",
        "LAST-MODIFIED": "20261120T150405Z",
        "SEQUENCE": "3",
        "CREATED": "20261120T150405Z",
        "DTSTART": "20261205T193000",
        "DTEND": "20261205T210000",
        "STATUS": "CONFIRMED",
        "SUMMARY": "Retreta",
        "DESCRIPTION": (
            r"A las siete.\n\nOrganiza: Municipalidad de Barranco\nEntrada: Ingreso libre"
            r"\n\nhttps://agenda.example/events/retreta"
        ),
        "CATEGORIES": "Bandas y retretas",
        "LOCATION": r"Parque Municipal\nAv. Grau 100\, Barranco",
        "GEO": "-12.149700;-77.022300",
        "X-APPLE-STRUCTURED-LOCATION": "geo:-12.149700,-77.022300",
        "URL": "https://agenda.example/events/retreta",
        "CONTACT": "Municipalidad de Barranco",
        "CLASS": "PUBLIC",
        "TRANSP": "TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS": "FREE",
    }


def test_who_takes_part_stands_below_who_hosts_and_a_name_that_is_not_known_is_left_out() -> None:
    event = an_entry()
    event.terms += [EventTerm(kind=TermKind.ALLY, slug=slug) for slug in ("elenco", "nadie")]
    event.terms.append(EventTerm(kind=TermKind.ORGANISER, slug="colectivo"))
    parties = {"elenco": "Elenco Ñan", "colectivo": "Colectivo; Uno"}
    (said,) = vevents(event_texts(event, replace(ENGLISH, parties=parties))[""])
    assert r"Barranco\nWith: Colectivo\; Uno and Elenco Ñan\n" in said["DESCRIPTION"].value


def test_the_renderers_version_rises_with_the_bytes() -> None:
    """Kept texts are current while the version is: new bytes under an old version would never be written."""
    event = an_entry(venue=a_venue(), disciplines=("bandas",), cohosts=("surco",), online_url="https://vivo.example")
    text = "".join(written(event).values())
    assert (RENDERER, sha256(text.encode()).hexdigest()[:16]) == (3, "6e317c0b140aeffd")


def test_times_are_wall_clock_in_their_zone_and_defined_by_it() -> None:
    (event,) = vevents(written(an_entry())[""])
    assert event["DTSTART"].parameters == event["DTEND"].parameters == {"TZID": "America/Lima"}


def test_apple_finds_the_place_where_title_and_address_are_the_two_lines_of_location() -> None:
    (event,) = vevents(written(an_entry(venue=a_venue('Casa "La Ñ"; Anexo', address="Jr. Unión 1: 2")))[""])
    apple = event["X-APPLE-STRUCTURED-LOCATION"].parameters
    assert apple == {
        "VALUE": "URI", "X-TITLE": "Casa 'La Ñ'; Anexo", "X-ADDRESS": "Jr. Unión 1: 2, Barranco",
        "X-APPLE-RADIUS": "70",
    }  # fmt: skip
    assert event["LOCATION"].value == r'Casa "La Ñ"\; Anexo\nJr. Unión 1: 2\, Barranco'


def test_an_event_without_a_venue_says_its_note_and_no_position() -> None:
    entry = the_vevent(an_entry(place_note="Frente al malecón"))
    assert entry["LOCATION"] == "Frente al malecón"
    assert not entry.keys() & {"GEO", "X-APPLE-STRUCTURED-LOCATION"}


def test_an_online_event_says_where_to_click() -> None:
    entry = the_vevent(an_entry(online_url="https://vivo.example/a?b=1"))
    assert entry["CONFERENCE"] == "https://vivo.example/a?b=1"
    assert "LOCATION" not in entry


def test_an_event_without_an_end_lasts_an_hour() -> None:
    assert the_vevent(an_entry(end=None))["DTEND"] == "20261205T203000"


def test_an_event_that_ends_as_it_begins_has_an_end_all_the_same() -> None:
    start = datetime(2026, 12, 5, 19, 30)
    assert the_vevent(an_entry(start=start, end=start))["DTEND"] == "20261205T203000"


def test_a_night_ends_on_the_next_day() -> None:
    entry = the_vevent(an_entry(start=datetime(2026, 12, 5, 22), end=datetime(2026, 12, 6, 2)))
    assert (entry["DTSTART"], entry["DTEND"]) == ("20261205T220000", "20261206T020000")


def test_an_exhibition_of_days_ends_on_the_day_after_its_last() -> None:
    """DTEND is exclusive: 7 to 15 November is 20261107/20261116, dates without a zone."""
    event = an_entry(all_day=True, start=datetime(2026, 11, 7), end=datetime(2026, 11, 15))
    (entry,) = vevents(written(event)[""])
    assert (entry["DTSTART"].value, entry["DTEND"].value) == ("20261107", "20261116")
    assert entry["DTSTART"].parameters == entry["DTEND"].parameters == {"VALUE": "DATE"}


def test_a_time_that_the_clocks_skip_is_written_as_they_show_it() -> None:
    """Madrid, 28 March 2027: 2:30 is shown as 3:30 (§3.3.5)."""
    skipped = an_entry(timezone="Europe/Madrid", start=datetime(2027, 3, 28, 2, 30), end=datetime(2027, 3, 28, 3, 15))
    entry = the_vevent(skipped)
    assert (entry["DTSTART"], entry["DTEND"]) == ("20270328T033000", "20270328T043000")


def test_a_series_ends_in_utc_and_names_its_exceptions_as_its_start() -> None:
    event = an_entry(rrule=WEEKLY, exdates=(datetime(2026, 12, 26, 19, 30), datetime(2027, 1, 2, 19, 30)))
    (entry,) = vevents(written(event)[""])
    assert entry["RRULE"].value == "FREQ=WEEKLY;UNTIL=20270131T045959Z;BYDAY=SA"
    assert entry["EXDATE"].value == "20261226T193000,20270102T193000"
    assert entry["EXDATE"].parameters == {"TZID": "America/Lima"}


def test_an_exception_that_is_no_date_of_the_series_is_not_written() -> None:
    event = an_entry(rrule=WEEKLY, exdates=(datetime(2026, 12, 25, 19, 30),))
    assert "EXDATE" not in the_vevent(event)


def test_a_series_of_days_ends_on_a_date() -> None:
    event = an_entry(
        all_day=True, start=datetime(2026, 12, 5), end=None, rrule="FREQ=WEEKLY;UNTIL=20270130",
        exdates=(datetime(2026, 12, 12),),
    )  # fmt: skip
    (entry,) = vevents(written(event)[""])
    assert entry["RRULE"].value == "FREQ=WEEKLY;UNTIL=20270130"
    assert entry["EXDATE"].parameters == {"VALUE": "DATE"}


def test_a_moved_date_is_an_override_that_says_everything_again() -> None:
    """FEEDS finding 0.6: RECURRENCE-ID in exactly the form and zone of DTSTART, no RRULE, the same counter."""
    moved = an_override(
        "20261212T1930", start=datetime(2026, 12, 13, 18), end=datetime(2026, 12, 13, 20),
        venue=a_venue("Anfiteatro"), reason="Por el partido",
    )  # fmt: skip
    event = an_entry(rrule=WEEKLY, overrides=(moved,), venue=a_venue(), sequence=4)
    master, override = vevents(written(event)[""])
    assert override["RECURRENCE-ID"].value == "20261212T193000"
    assert override["RECURRENCE-ID"].parameters == master["DTSTART"].parameters == override["DTSTART"].parameters
    assert (override["DTSTART"].value, override["DTEND"].value) == ("20261213T180000", "20261213T200000")
    assert override["LOCATION"].value == r"Anfiteatro\nAv. Grau 100\, Barranco"
    assert override["DESCRIPTION"].value.startswith(r"Aviso: Por el partido\n\n")
    assert override["URL"].value == "https://agenda.example/events/retreta/20261212T1930"
    same = ("UID", "SEQUENCE", "LAST-MODIFIED", "DTSTAMP", "SUMMARY", "CLASS", "TRANSP", "CONTACT")
    assert [override[name].value for name in same] == [master[name].value for name in same]
    assert "RRULE" not in override


def test_a_cancelled_date_is_an_override_and_never_an_exception() -> None:
    event = an_entry(rrule=WEEKLY, overrides=(an_override("20261212T1930", status=Status.CANCELLED),))
    master, override = vevents(written(event)[""])
    assert (override["STATUS"].value, override["SUMMARY"].value) == ("CANCELLED", "CANCELADO: Retreta")
    assert (master["STATUS"].value, master["SUMMARY"].value) == ("CONFIRMED", "Retreta")
    assert "EXDATE" not in master


def test_a_date_that_was_moved_and_then_taken_away_is_only_an_exception() -> None:
    moved = an_override("20261212T1930", start=datetime(2026, 12, 13, 18))
    event = an_entry(rrule=WEEKLY, overrides=(moved,), exdates=(datetime(2026, 12, 12, 19, 30),))
    (entry,) = vevents(written(event)[""])
    assert entry["EXDATE"].value == "20261212T193000"


def test_what_is_cancelled_says_so_in_its_status_and_in_its_title() -> None:
    entry = the_vevent(an_entry(status=Status.CANCELLED, reason="Lluvia"))
    assert (entry["STATUS"], entry["SUMMARY"]) == ("CANCELLED", "CANCELADO: Retreta")
    assert entry["DESCRIPTION"].startswith(r"Aviso: Lluvia\n\n")


def test_a_cancelled_series_cancels_its_overrides_too() -> None:
    moved = an_override("20261212T1930", start=datetime(2026, 12, 13, 18))
    event = an_entry(rrule=WEEKLY, overrides=(moved,), status=Status.CANCELLED)
    assert [each["STATUS"].value for each in vevents(written(event)[""])] == ["CANCELLED", "CANCELLED"]


def test_what_was_withdrawn_leaves_a_bare_notice() -> None:
    event = an_entry(
        withdrawn=True, status=Status.CANCELLED, rrule=WEEKLY, venue=a_venue(), description="Secreto",
        overrides=(an_override("20261212T1930", start=datetime(2026, 12, 13, 18), reason="Secreto"),),
    )  # fmt: skip
    assert the_vevent(event) == {
        "UID": UID,
        "DTSTAMP": "20261120T150405Z",
        "LAST-MODIFIED": "20261120T150405Z",
        "SEQUENCE": "0",
        "DTSTART": "20261205T193000",
        "STATUS": "CANCELLED",
        "SUMMARY": "CANCELADO",
    }


def test_cohosts_stand_beside_the_host() -> None:
    said = the_vevent(an_entry(cohosts=("surco", "ancon")))["DESCRIPTION"]
    assert r"Organiza: Municipalidad de Barranco\, Municipalidad de Surco y Municipalidad de Ancon\n" in said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"free": True}, "Entrada: Ingreso libre"),
        ({"free": True, "price_text": "cupos limitados"}, "Entrada: Ingreso libre (cupos limitados)"),
        ({"free": False, "price": Decimal("15.50"), "currency": "PEN"}, "Entrada: S/ 15.50"),
        ({"free": False, "price_text": "Aporte voluntario"}, "Entrada: Aporte voluntario"),
    ],
)
def test_the_price_is_said_in_words(fields: dict[str, Any], said: str) -> None:
    assert f"{said}\\n" in the_vevent(an_entry(**fields))["DESCRIPTION"]


def test_an_event_that_says_no_price_says_none() -> None:
    assert "Entrada" not in the_vevent(an_entry(free=False))["DESCRIPTION"]


def test_english_is_another_text_of_the_same_event() -> None:
    event = an_entry(disciplines=("bandas",), status=Status.CANCELLED)
    entry = the_vevent(event, ENGLISH)
    assert entry["SUMMARY"] == "CANCELLED: Retreta"
    assert entry["DESCRIPTION"].startswith(r"Hosted by: Municipalidad de Barranco\nEntry: Free entry")
    assert entry["UID"] == UID


def test_a_long_description_is_cut_between_words_and_keeps_its_link() -> None:
    said = the_vevent(an_entry(description="palabra " * 400))["DESCRIPTION"]
    body = said.split(r"\n\n")[0]
    assert body.endswith("palabra…")
    assert len(body) <= 2_000
    assert said.endswith("https://agenda.example/events/retreta")


def test_the_office_is_the_contact_and_nobody_is_invited() -> None:
    host = a_district(contact_phone="01 555 0100", contact_address="cultura@barranco.example")
    entry = the_vevent(an_entry(host=host))
    assert entry["CONTACT"] == r"Municipalidad de Barranco\, 01 555 0100\, cultura@barranco.example"
    assert not entry.keys() & {"ORGANIZER", "ATTENDEE"}


def test_the_clock_of_the_reader_is_in_no_text() -> None:
    """Rule 3: DTSTAMP is the last published change, so two renderings are the same bytes."""
    later = an_entry(last_modified=CHANGED + timedelta(days=3), sequence=1)
    assert the_vevent(later)["DTSTAMP"] == "20261123T150405Z"
    assert written(an_entry()) == written(an_entry())


@pytest.mark.parametrize(
    "damage",
    [
        {"summary": "a\x00b"}, {"summary": ""}, {"description": "\ud800"}, {"summary": "\u202eab"},
        {"online_url": "javascript:alert(1)"}, {"online_url": "https://a\r\nX:1"},
        {"rrule": "FREQ=SECONDLY;COUNT=3"}, {"rrule": "nonsense"}, {"uid": "ñ"}, {"uid": "a b"},
        {"timezone": "Nowhere"},
        {"start": datetime(2026, 12, 5), "exdates": (datetime(2026, 12, 5),)},
    ],
    ids=repr,
)  # fmt: skip
def test_a_damaged_event_is_refused_whole(damage: dict[str, Any]) -> None:
    """Decision 8, S34: such an event can only come past our own input, by SQL; it must not reach a calendar."""
    with pytest.raises((ValueError, KeyError)):
        written(an_entry(**damage))


@pytest.mark.parametrize("position", [(float("nan"), 0.0), (float("inf"), 0.0), (91.0, 0.0), (0.0, 181.0)])
def test_a_position_off_this_earth_is_refused(position: tuple[float, float]) -> None:
    """F13."""
    with pytest.raises(UnfitError):
        written(an_entry(venue=a_venue(latitude=position[0], longitude=position[1])))


def test_a_position_close_to_nought_is_written_without_an_exponent() -> None:
    entry = the_vevent(an_entry(venue=a_venue(latitude=0.00001, longitude=-0.00001)))
    assert entry["GEO"] == "0.000010;-0.000010"


TYPED = st.text(st.characters(codec="utf-8"), min_size=1, max_size=400)


@settings(max_examples=150, deadline=None)
@given(TYPED, TYPED)
def test_whatever_was_typed_is_read_back_as_it_was_kept(title: str, words: str) -> None:
    """Escaping and folding, for every text that input lets through; read by icalendar (§3.1, §3.3.11)."""
    summary, description = clean(title, multiline=False), clean(words, multiline=True)
    if not summary:
        return
    venue = a_venue(summary[:200], address=summary[-100:])
    text = written(an_entry(summary=summary, description=description, venue=venue))[""]
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    read = icalendar.Event.from_ical(text)
    assert str(read["SUMMARY"]) == summary
    assert str(read["DESCRIPTION"]).startswith(unmarked(description))
    assert str(read["LOCATION"]).startswith(summary[:200] + "\n")
    assert read.errors == []


@settings(max_examples=60, deadline=None)
@given(st.integers(60, 80), st.sampled_from("añ€🎺"))
def test_a_line_is_folded_between_characters_at_75_octets(length: int, letter: str) -> None:
    text = written(an_entry(summary=letter * length))[""]
    lines = text.split("\r\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("SUMMARY:"))
    whole = lines[start]
    for line in lines[start + 1 :]:
        if not line.startswith(" "):
            break
        whole += line[1:]
    assert whole == "SUMMARY:" + letter * length
    assert all(len(line.encode()) <= 75 for line in lines)


def test_another_base_url_is_another_link_and_the_same_uid() -> None:
    elsewhere = Wording(installation=replace(LIMA, base_url="https://otra.example"), language="es")
    entry = the_vevent(an_entry(), elsewhere)
    assert (entry["URL"], entry["UID"]) == ("https://otra.example/events/retreta", UID)


def test_instants_lose_their_fractions() -> None:
    event = an_entry(last_modified=datetime(2026, 11, 20, 15, 4, 5, 999_999, tzinfo=UTC))
    assert the_vevent(event)["LAST-MODIFIED"] == "20261120T150405Z"
