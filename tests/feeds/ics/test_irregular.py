"""Which VEVENTs an event becomes (decision 4)."""

from __future__ import annotations

from datetime import datetime

import pytest

from calendar_service.domain.events import Status
from feeds.ics.irregular import occurrence_of, parts_of
from tests.feeds.entries import UID, an_entry, an_override, vevents, written

DOMAIN = "@calendario.limacultura.pe"
LOCAL = UID.removesuffix(DOMAIN)
WEEKLY = "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270130T235959"
TUESDAY = datetime(2026, 12, 8, 18)
THURSDAY = datetime(2026, 12, 17, 18)


def test_one_date_is_one_part() -> None:
    (part,) = parts_of(an_entry())
    assert (part.recurrence_id, part.uid, part.rule) == ("", UID, None)


def test_irregular_dates_are_entries_of_their_own_joined_to_the_event() -> None:
    texts = written(an_entry(rdates=(THURSDAY, TUESDAY)))
    entries = {part: vevents(text) for part, text in texts.items()}
    assert {part: [each["UID"].value for each in found] for part, found in entries.items()} == {
        "20261205T1930": [UID],
        "20261208T1800": [f"{LOCAL}-20261208T1800{DOMAIN}"],
        "20261217T1800": [f"{LOCAL}-20261217T1800{DOMAIN}"],
    }
    assert "RELATED-TO" not in entries["20261205T1930"][0]
    assert entries["20261208T1800"][0]["RELATED-TO"].value == UID
    assert not any("RRULE" in each or "RDATE" in each for found in entries.values() for each in found)


def test_an_irregular_date_lasts_as_long_as_the_event() -> None:
    (entry,) = vevents(written(an_entry(rdates=(TUESDAY,)))["20261208T1800"])
    assert (entry["DTSTART"].value, entry["DTEND"].value) == ("20261208T180000", "20261208T193000")


def test_where_the_first_date_was_taken_away_the_next_carries_the_uid() -> None:
    event = an_entry(rdates=(TUESDAY, THURSDAY), exdates=(datetime(2026, 12, 5, 19, 30),))
    assert [(part.recurrence_id, part.uid) for part in parts_of(event)] == [
        ("20261208T1800", UID),
        ("20261217T1800", f"{LOCAL}-20261217T1800{DOMAIN}"),
    ]


def test_a_date_before_the_start_leaves_the_uid_where_it_was() -> None:
    earlier = datetime(2026, 12, 1, 18)
    uids = {part.recurrence_id: part.uid for part in parts_of(an_entry(rdates=(earlier,)))}
    assert uids == {"20261201T1800": f"{LOCAL}-20261201T1800{DOMAIN}", "20261205T1930": UID}


def test_a_series_with_dates_beside_it_stays_a_series() -> None:
    parts = parts_of(an_entry(rrule=WEEKLY, rdates=(TUESDAY,)))
    assert [(part.recurrence_id, part.rule is not None) for part in parts] == [("", True), ("20261208T1800", False)]


def test_a_date_that_the_rule_makes_anyway_stands_once() -> None:
    (part,) = parts_of(an_entry(rrule=WEEKLY, rdates=(datetime(2026, 12, 12, 19, 30),)))
    assert part.recurrence_id == ""


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1,3;COUNT=4",
        "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3",
        "FREQ=YEARLY;BYMONTH=12;BYDAY=1SA;COUNT=2",
        "FREQ=DAILY;BYMONTHDAY=5,6;COUNT=4",
    ],
)
def test_a_rule_that_programs_misread_is_published_date_by_date(rule: str) -> None:
    """FEEDS finding 0.7."""
    event = an_entry(rrule=rule, start=datetime(2026, 12, 5, 19, 30))
    if "MONTHDAY=-1" in rule:
        event.start, event.end = datetime(2026, 12, 31, 19, 30), datetime(2026, 12, 31, 21)
    texts = written(event)
    assert len(texts) == int(rule[-1])
    assert not any("RRULE" in text for text in texts.values())


def test_a_moved_irregular_date_keeps_its_uid() -> None:
    """Its UID comes from the original time, so calendars see it move."""
    moved = an_override("20261208T1800", start=datetime(2026, 12, 9, 20), end=datetime(2026, 12, 9, 22))
    (entry,) = vevents(written(an_entry(rdates=(TUESDAY,), overrides=(moved,)))["20261208T1800"])
    assert entry["UID"].value == f"{LOCAL}-20261208T1800{DOMAIN}"
    assert entry["DTSTART"].value == "20261209T200000"
    assert "RECURRENCE-ID" not in entry


def test_a_cancelled_irregular_date_says_so_alone() -> None:
    gone = an_override("20261208T1800", status=Status.CANCELLED)
    texts = written(an_entry(rdates=(TUESDAY,), overrides=(gone,)))
    statuses = {part: vevents(text)[0]["STATUS"].value for part, text in texts.items()}
    assert statuses == {"20261205T1930": "CONFIRMED", "20261208T1800": "CANCELLED"}


def test_a_date_put_off_is_cancelled_and_its_new_day_is_joined_to_the_event() -> None:
    """FEEDS 1.4: of a series, when nobody knew yet for when."""
    off = an_override("20261212T1930", status=Status.CANCELLED)
    texts = written(an_entry(rrule="FREQ=WEEKLY;COUNT=3", rdates=(THURSDAY,), overrides=(off,)))
    series, alone = (vevents(text) for text in texts.values())
    assert [each["STATUS"].value for each in series] == ["CONFIRMED", "CANCELLED"]
    (new,) = alone
    assert new["DTSTART"].value == "20261217T180000"
    assert new["RELATED-TO"].value == UID


def test_irregular_days_are_named_by_their_date() -> None:
    event = an_entry(all_day=True, start=datetime(2026, 12, 5), end=None, rdates=(datetime(2026, 12, 8),))
    assert [part.uid for part in parts_of(event)] == [UID, f"{LOCAL}-20261208{DOMAIN}"]


def test_one_date_of_a_series_to_download_is_not_the_series() -> None:
    part = occurrence_of(an_entry(rrule=WEEKLY), "20261212T1930")
    assert part is not None
    assert (part.uid, part.rule) == (f"{LOCAL}-20261212T1930{DOMAIN}", None)
    assert part.dates[0].span.start == datetime(2026, 12, 12, 19, 30)


def test_a_date_to_download_has_the_uid_that_it_has_in_feeds() -> None:
    event = an_entry(rdates=(TUESDAY,))
    in_feeds = {part.recurrence_id: part.uid for part in parts_of(event)}
    for recurrence_id, uid in in_feeds.items():
        part = occurrence_of(event, recurrence_id)
        assert part is not None
        assert part.uid == uid


def test_the_only_date_to_download_is_the_event() -> None:
    part = occurrence_of(an_entry(), "20261205T1930")
    assert part is not None
    assert part.uid == UID


@pytest.mark.parametrize("name", ["20261206T1930", "20261205", "nonsense", ""])
def test_a_date_that_there_is_not_is_not_found(name: str) -> None:
    assert occurrence_of(an_entry(rrule=WEEKLY), name) is None
