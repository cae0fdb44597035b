"""Short deeds by the driver alone: they stand or leave nothing, as every other (R1, R4)."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import bindparam, select, update

from calendar_service.db.engine import Database
from calendar_service.db.prepared import Driver, Prepared, short_deed
from calendar_service.domain.errors import Busy, Duplicate, Overtaken
from calendar_service.domain.mail import Lease

RENAME = update(Lease).where(Lease.name == bindparam("named")).values(name=bindparam("new"))


@pytest.fixture
def leased(database: Database, now: datetime) -> Database:
    with database.deed() as session:
        session.add_all([Lease(name=name, until=now) for name in ("ana", "luz")])
    return database


def rename(driver: Driver, former: str, name: str) -> int:
    return driver.change(Prepared(RENAME, driver.dialect), {"named": former, "new": name, "more": 1})


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Lease.name).order_by(Lease.name)))


def test_a_short_deed_stands(leased: Database) -> None:
    with short_deed(leased) as driver:
        assert [rename(driver, each, "eva") for each in ("ana", "nobody")] == [1, 0]
    assert names(leased) == ["eva", "luz"]


def test_a_short_deed_that_does_not_end_well_leaves_nothing(leased: Database) -> None:
    """And says what every deed does, in which two who are called the same are refused."""
    for wrong, other in ((Overtaken, "eva"), (Duplicate, "luz")):
        with pytest.raises(wrong):
            _rename_twice(leased, other)
    assert names(leased) == ["ana", "luz"]
    test_a_short_deed_stands(leased)


def _rename_twice(database: Database, name: str) -> None:
    with short_deed(database) as driver:
        rename(driver, "ana", "rosa")
        rename(driver, "rosa", name)
        raise Overtaken


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_short_deed_waits_for_who_writes_and_then_says_so(leased: Database) -> None:
    other = Database(leased.url, installation=leased.installation, busy_timeout=0.05)
    with short_deed(leased), pytest.raises(Busy), short_deed(other):
        pass
    test_a_short_deed_stands(other)
    other.dispose()
