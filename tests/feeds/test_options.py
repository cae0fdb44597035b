"""Parameters of feeds: read, refused, written in one canonical form."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest

from calendar_service.domain.errors import Invalid
from feeds.ics.tailoring import tailor
from feeds.options import Options
from tests.feeds.entries import an_entry, vevents, written

LANGUAGES = ("es", "en")


def read(query: str) -> Options:
    return Options.read(parse_qsl(query, keep_blank_values=True), languages=LANGUAGES, default="es")


def test_nothing_asked_is_nothing_written() -> None:
    assert read("") == Options()
    assert Options().pairs() == []


def test_all_that_may_be_asked_is_written_in_one_order() -> None:
    asked = read("lang=en&profile=rich&alarm=PT120M&cancelled=visible&to=2026-12-31&from=2026-12-01")
    assert asked == Options(
        from_day=date(2026, 12, 1), to_day=date(2026, 12, 31), cancelled_visible=True, alarm=120, rich=True, lang="en"
    )
    assert asked.pairs() == [
        ("from", "2026-12-01"), ("to", "2026-12-31"), ("cancelled", "visible"), ("alarm", "PT2H"),
        ("profile", "rich"), ("lang", "en"),
    ]  # fmt: skip
    assert Options.read(asked.pairs(), languages=LANGUAGES, default="es") == asked


def test_the_default_language_is_not_written() -> None:
    assert read("lang=es").pairs() == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("full=0", "full"), ("full=", "full"), ("full=1&full=1", "full"), ("from=2026-13-01", "from"),
        ("from=20261201", "from"), ("from=2026-12-02&to=2026-12-01", "to"), ("full=1&from=2026-12-01", "full"),
        ("cancelled=hidden", "cancelled"), ("alarm=2h", "alarm"), ("alarm=PT1M", "alarm"), ("alarm=P29D", "alarm"),
        ("alarm=-PT2H", "alarm"), ("alarm=", "alarm"), ("profile=poor", "profile"), ("lang=qu", "lang"),
        ("utm_source=x", "utm_source"), ("district=lima", "district"),
    ],
)  # fmt: skip
def test_what_is_unknown_is_refused(query: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(query)
    assert [each.field for each in refused.value.problems] == [field]


# What they do to kept texts


def test_without_wishes_texts_stay_as_they_are() -> None:
    assert tailor(Options(full=True, lang="en")) is None


def test_an_alarm_stands_in_every_entry_that_takes_place() -> None:
    fit = tailor(Options(alarm=90))
    assert fit is not None
    going, gone = written(an_entry(summary="Ñandú, y más " * 8))[""], written(an_entry(status="cancelled"))[""]
    text = fit(going + gone)
    assert text.count("BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Ñandú\\, y más ") == 1
    assert text.count("\r\nTRIGGER:-PT90M\r\nEND:VALARM\r\nEND:VEVENT\r\n") == 1
    assert text.endswith(gone)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_who_wants_to_see_what_is_cancelled_sees_it_as_confirmed_with_its_prefix() -> None:
    fit = tailor(Options(cancelled_visible=True))
    assert fit is not None
    (entry,) = vevents(fit(written(an_entry(status="cancelled", reason="STATUS:CANCELLED"))[""]))
    assert (entry["STATUS"].value, entry["SUMMARY"].value) == ("CONFIRMED", "CANCELADO: Retreta")
    assert entry["DESCRIPTION"].value.startswith(r"Aviso: STATUS:CANCELLED\n")


def test_a_cancelled_event_that_is_shown_still_rings_no_bell() -> None:
    fit = tailor(Options(cancelled_visible=True, alarm=60))
    assert fit is not None
    assert "VALARM" not in fit(written(an_entry(status="cancelled"))[""])
