"""How many calendars follow a feed: counted per day and family, nobody's address kept (S45)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.publication import Following
from calendar_service.domain.times.moments import local_day
from calendar_service.services.syndication import following
from calendar_service.services.syndication.following import BYTES, Tally, estimate, family_of, write_down

BARRANCO = "district/barranco"


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Google-Calendar-Importer", "google"),
        ("iOS/18.1 (22B83) dataaccessd/1.0", "apple"),
        ("macOS/15.1 (24B83) CalendarAgent/1141", "apple"),
        ("Microsoft.Exchange/15.20 Outlook-iCal", "outlook"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0", "thunderbird"),
        ("ICSx5/2.2.4 (ical4j/3.2.19) Android/14", "android"),
        ("Nextcloud Webcal Service", "nextcloud"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36", "browser"),
        ("", "other"),
        ("x" * 10_000, "other"),
    ],
)
def test_a_program_belongs_to_a_family(agent: str, family: str) -> None:
    assert family_of(agent) == family


def asked(tally: Tally, count: int, *, now: datetime, first: int = 0) -> Tally:
    day = local_day(now, "America/Lima")
    for number in range(first, first + count):
        address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        tally.count("district/barranco", address=address, user_agent="dataaccessd/1.0", day=day)
    return tally


@pytest.mark.parametrize(("true", "within"), [(1, 0), (7, 0), (100, 4), (3_000, 120), (20_000, 1_500)])
def test_the_estimate_is_near_the_truth(lima: Database, now: datetime, true: int, within: int) -> None:
    (sketch,) = asked(Tally(lima.installation), true, now=now).taken().values()
    assert abs(estimate(sketch) - true) <= within


def test_who_asks_often_counts_once_in_every_process_and_writing(lima: Database, now: datetime) -> None:
    for _ in range(2):  # two processes, each of which writes twice
        taken = asked(asked(Tally(lima.installation), 5, now=now), 5, now=now).taken()
        for _ in range(2):
            with lima.deed() as session:
                write_down(session, taken)
    with lima.reading() as session:
        assert following.lately(session, [BARRANCO], now=now)[BARRANCO].families == [("apple", 5)]


def test_what_could_not_be_written_counts_later(lima: Database, now: datetime) -> None:
    tally = asked(Tally(lima.installation), 3, now=now)
    taken = tally.taken()
    assert tally.is_empty
    asked(tally, 2, now=now, first=3)
    tally.give_back(taken)
    (sketch,) = tally.taken().values()
    assert estimate(sketch) == 5


def test_a_day_that_is_over_keeps_its_number_alone_s45(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        write_down(session, asked(Tally(lima.installation), 4, now=now).taken())
    with lima.deed() as session:
        assert following.forget(session, now=now) == 0
        assert following.forget(session, now=now + timedelta(days=2)) == 1
    with lima.reading() as session:
        (row,) = session.scalars(select(Following))
        assert (row.calendars, row.seen) == (4, None)
    with lima.deed() as session:
        assert following.forget(session, now=now + timedelta(days=402)) == 1


def test_a_sketch_tells_of_nobody_but_who_has_the_key_and_changes_with_the_day(lima: Database, now: datetime) -> None:
    (one,) = asked(Tally(lima.installation), 3, now=now).taken().values()
    (other,) = asked(Tally(lima.installation), 3, now=now + timedelta(days=1)).taken().values()
    assert one != other
    assert len(one) == BYTES


def test_memory_is_bounded(lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_SKETCHES", 3)
    tally = Tally(lima.installation)
    for number in range(10):
        tally.count(f"district/{number}", address="10.0.0.1", user_agent="x", day=now.date())
    assert len(tally.taken()) == 3
