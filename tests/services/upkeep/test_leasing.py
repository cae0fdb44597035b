"""One clock of many ticks (rule 7, M16, R17)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.mail import Lease
from calendar_service.services.upkeep import leasing

MINUTE = timedelta(minutes=1)
AT_ONCE = timedelta(0)


def take(database: Database, owner: str, now: datetime, lasting: timedelta = MINUTE) -> bool:
    with database.deed() as session:
        return leasing.take(session, owner=owner, now=now, lasting=lasting)


def lease(database: Database) -> Lease:
    with database.reading() as session:
        return session.scalars(select(Lease)).one()


def test_a_lease_is_kept_by_whoever_took_it(database: Database, now: datetime) -> None:
    assert take(database, "one", now)
    assert not take(database, "two", now)
    assert take(database, "one", now)
    assert (lease(database).owner, lease(database).fence) == ("one", 1)


def test_a_lease_that_ran_out_is_taken_over_and_the_fence_rises(database: Database, now: datetime) -> None:
    assert take(database, "one", now, AT_ONCE)
    assert take(database, "two", now + timedelta(seconds=1))
    assert not take(database, "one", now + timedelta(seconds=2))
    assert (lease(database).owner, lease(database).fence) == ("two", 2)


def test_a_lease_that_was_given_up_is_free_at_once(database: Database, now: datetime) -> None:
    """R8."""
    assert take(database, "one", now)
    with database.deed() as session:
        leasing.release(session, owner="two")
    assert not take(database, "two", now)
    with database.deed() as session:
        leasing.release(session, owner="one")
    assert take(database, "two", now)


def test_a_clock_put_back_by_more_than_five_minutes_is_not_believed(database: Database, now: datetime) -> None:
    """R17: and going on to beat by it does not make it right."""
    with database.reading() as session:
        assert leasing.may_plan(session, now=now)
    take(database, "one", now)
    take(database, "one", now - timedelta(days=1))
    with database.reading() as session:
        assert leasing.may_plan(session, now=now - 5 * MINUTE)
        assert not leasing.may_plan(session, now=now - 6 * MINUTE)
        assert leasing.may_plan(session, now=now + timedelta(days=1))
    assert lease(database).heartbeat == now
