"""How often something may be tried."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.errors import TooMany
from calendar_service.domain.people import Throttle
from calendar_service.services import throttling
from calendar_service.services.throttling import EVERYBODY, Limit, quota

SLOW = Limit(
    purpose="test", free=3, window=timedelta(hours=1), first=timedelta(seconds=2), longest=timedelta(seconds=60)
)
THREE_A_DAY = quota("mails", times=3, window=timedelta(days=1))


def take(database: Database, limit: Limit, who: str, *, now: datetime) -> None:
    with database.deed() as session:
        throttling.take(session, [(limit, who)], now=now)


def wait(database: Database, limit: Limit, who: str, *, now: datetime) -> int:
    """How many seconds there are to wait; 0 when it may be tried now."""
    try:
        with database.rehearsal() as session:
            throttling.take(session, [(limit, who)], now=now)
    except TooMany as refused:
        return refused.retry_after
    return 0


def test_the_wait_grows_with_each_try_up_to_its_longest(database: Database, now: datetime) -> None:
    """S3: a growing delay, no hard lock."""
    waits = []
    for _ in range(10):
        take(database, SLOW, "rosa", now=now)
        waits.append(wait(database, SLOW, "rosa", now=now))
        now += timedelta(seconds=waits[-1])
    assert waits == [0, 0, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_try_during_the_wait_is_refused_and_not_counted(database: Database, now: datetime) -> None:
    """Who keeps knocking is not shut out for longer."""
    for _ in range(3):
        take(database, SLOW, "rosa", now=now)
    for _ in range(5):
        with pytest.raises(TooMany) as refused:
            take(database, SLOW, "rosa", now=now + timedelta(seconds=1))
        assert refused.value.retry_after == 1
    assert wait(database, SLOW, "rosa", now=now + timedelta(seconds=2)) == 0


def test_one_persons_tries_do_not_slow_another(database: Database, now: datetime) -> None:
    for _ in range(3):
        take(database, SLOW, "rosa", now=now)
    assert wait(database, SLOW, "rosa", now=now) == 2
    assert wait(database, SLOW, "juan", now=now) == 0


def test_counting_begins_anew_after_the_window(database: Database, now: datetime) -> None:
    for _ in range(3):
        take(database, SLOW, "rosa", now=now)
    later = now + SLOW.window
    take(database, SLOW, "rosa", now=later)
    assert wait(database, SLOW, "rosa", now=later) == 0


def test_a_quota_is_so_many_times_and_then_a_windows_rest(database: Database, now: datetime) -> None:
    """S29: three confirmation mails a day."""
    for _ in range(3):
        take(database, THREE_A_DAY, "rosa", now=now)
    with pytest.raises(TooMany) as refused:
        take(database, THREE_A_DAY, "rosa", now=now + timedelta(hours=1))
    assert refused.value.retry_after == 23 * 3600
    take(database, THREE_A_DAY, "rosa", now=now + timedelta(days=1))


def test_one_limit_that_refuses_keeps_the_others_from_counting(database: Database, now: datetime) -> None:
    for _ in range(3):
        take(database, THREE_A_DAY, "rosa", now=now)
    for _ in range(5):
        with pytest.raises(TooMany), database.deed() as session:
            throttling.take(session, [(THREE_A_DAY, "rosa"), (SLOW, EVERYBODY)], now=now)
    take(database, SLOW, EVERYBODY, now=now)
    with database.reading() as session:
        row = session.get(Throttle, throttling.key(session.installation, SLOW, EVERYBODY))
        assert row is not None
        assert row.count == 1


def test_what_was_rightful_is_given_back_or_forgotten(database: Database, now: datetime) -> None:
    for _ in range(3):
        take(database, SLOW, "rosa", now=now)
        take(database, SLOW, "juan", now=now)
    with database.deed() as session:
        throttling.give_back(session, [(SLOW, "rosa")])
        throttling.forget(session, SLOW, "juan")
    for who, more in (("rosa", 1), ("juan", 3)):
        for _ in range(more):
            assert wait(database, SLOW, who, now=now) == 0
            take(database, SLOW, who, now=now)
        assert wait(database, SLOW, who, now=now) == 2


def test_nobody_is_known_by_name_in_the_table(database: Database, now: datetime) -> None:
    """S43: keyed hashes alone."""
    take(database, SLOW, "rosa@example.pe", now=now)
    with database.reading() as session:
        known = throttling.key(session.installation, SLOW, "rosa@example.pe")
        assert session.scalars(select(Throttle.key)).all() == [known]
    assert "rosa" not in known


def test_tries_at_the_same_moment_are_all_counted(database: Database, now: datetime) -> None:
    """R4: no lost update, on both databases."""
    many = quota("many", times=8, window=timedelta(hours=1))
    refused: list[TooMany] = []

    def try_once() -> None:
        try:
            with database.deed() as session:
                throttling.take(session, [(many, "rosa"), (SLOW, "other")][:1], now=now)
        except TooMany as wrong:
            refused.append(wrong)

    threads = [threading.Thread(target=try_once) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert refused == []
    assert wait(database, many, "rosa", now=now) == 3600


def test_what_no_longer_counts_is_swept_away(database: Database, now: datetime) -> None:
    take(database, SLOW, "rosa", now=now)
    take(database, SLOW, "juan", now=now + timedelta(days=2))
    with database.deed() as session:
        assert throttling.sweep(session, now=now + timedelta(days=2, seconds=1)) == 1
