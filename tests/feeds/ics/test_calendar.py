"""The head of a feed and its joining (FEEDS 1.1, rule 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from feeds.ics.calendar import COLORS, Head, join
from feeds.ics.check import read_lines
from tests.feeds.entries import an_entry, written

HEAD = Head(
    prodid="-//Lima Cultura//Calendario 1//ES", uid_domain="calendario.limacultura.pe",
    key="/feeds/districts/barranco.ics", timezone="America/Lima", name="Cultura en Barranco; y más, siempre",
    description="Actividades\nde todos", url="https://agenda.example/districts/barranco",
    source="https://agenda.example/feeds/districts/barranco.ics",
)  # fmt: skip
CHANGED = datetime(2026, 12, 1, 5, 0, 7, tzinfo=UTC)


def head_of(body: bytes) -> list[str]:
    return body.decode().partition("BEGIN:VTIMEZONE")[0].replace("\r\n ", "").split("\r\n")


def test_what_a_feed_says_of_itself_to_the_byte() -> None:
    assert head_of(join(HEAD, [], zones=(), year=2026).written(CHANGED)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Lima Cultura//Calendario 1//ES",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "uid:7819ab85-95b5-5982-bacf-8f6f09a5167f",
        r"NAME:Cultura en Barranco\; y más\, siempre",
        r"X-WR-CALNAME:Cultura en Barranco\; y más\, siempre",
        r"DESCRIPTION:Actividades\nde todos",
        r"X-WR-CALDESC:Actividades\nde todos",
        "X-WR-TIMEZONE:America/Lima",
        "URL:https://agenda.example/districts/barranco",
        "SOURCE;VALUE=URI:https://agenda.example/feeds/districts/barranco.ics",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
        "COLOR:mediumvioletred",
        "X-APPLE-CALENDAR-COLOR:#C71585",
        "LAST-MODIFIED:20261201T050007Z",
        "",
    ]


def test_a_download_has_no_name_and_no_refresh() -> None:
    """Finding 0.12: Outlook opens a new calendar for a name."""
    assert head_of(join(replace(HEAD, name=""), [], zones=(), year=2026).written(CHANGED)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Lima Cultura//Calendario 1//ES",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "LAST-MODIFIED:20261201T050007Z",
        "",
    ]


def test_an_empty_feed_still_holds_its_zone_and_no_fake_event() -> None:
    body = join(HEAD, [], zones=(), year=2026).written(CHANGED).decode()
    components = [line.value for line in read_lines(body) if line.name == "BEGIN"]
    assert components == ["VCALENDAR", "VTIMEZONE", "STANDARD"]
    assert body.endswith("END:VTIMEZONE\r\nEND:VCALENDAR\r\n")


def test_every_zone_used_is_defined_once() -> None:
    texts = [written(each)[""].encode() for each in (an_entry(), an_entry(timezone="Europe/Madrid"))]
    body = join(HEAD, texts, zones=["Europe/Madrid", "America/Lima", "Europe/Madrid"], year=2026).written(CHANGED)
    assert [line.value for line in read_lines(body.decode()) if line.name == "TZID"] == [
        "America/Lima",
        "Europe/Madrid",
    ]


def test_kept_texts_are_joined_as_they_are() -> None:
    text = written(an_entry())[""].encode()
    body = join(HEAD, [text, text.replace(b"UID:1", b"UID:2")], zones=(), year=2026).written(CHANGED)
    assert text in body
    assert len(icalendar.Calendar.from_ical(body).walk("VEVENT")) == 2


def test_when_a_body_changed_is_no_part_of_what_may_change() -> None:
    one, same = join(HEAD, [], zones=(), year=2026), join(HEAD, [], zones=(), year=2026)
    assert one.etag(CHANGED) == same.etag(CHANGED)
    assert one.etag(CHANGED) != one.etag(CHANGED + timedelta(seconds=1))
    other = join(HEAD, [written(an_entry())[""].encode()], zones=(), year=2026)
    assert one.etag(CHANGED) != other.etag(CHANGED)


def test_the_tag_is_of_the_bytes() -> None:
    """A strong validator: the same tag means the same bytes, another means others."""
    one = join(HEAD, [], zones=(), year=2026)
    bodies = {one.etag(each): one.written(each) for each in (CHANGED, CHANGED + timedelta(seconds=1))}
    assert len(bodies) == len(set(bodies.values())) == 2


def test_a_long_name_is_cut() -> None:
    lines = head_of(join(replace(HEAD, name="x" * 100), [], zones=(), year=2026).written(CHANGED))
    assert f"NAME:{'x' * 59}…" in lines


@pytest.mark.parametrize("key", ["/feeds/all.ics", "/feeds/districts/lima.ics", "/feeds/clusters/malecon.ics"])
def test_a_feed_keeps_its_identity_and_colour_on_another_host(key: str) -> None:
    here = replace(HEAD, key=key)
    there = replace(here, url="https://otra.example/", source="https://otra.example/x.ics")
    own = [
        [line for line in head_of(join(each, [], zones=(), year=2026).written(CHANGED)) if line[:4] in ("uid:", "COLO")]
        for each in (here, there)
    ]
    assert own[0] == own[1]
    assert own[0][-1].removeprefix("COLOR:") in COLORS
