"""`make run`: from nothing to a lively agenda that one can sign in to; started again, nothing changes."""

from __future__ import annotations

import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from calendar_service.cli.running.serving import look_around
from calendar_service.cli.running.starting import furnish
from calendar_service.config.reading import read_settings
from calendar_service.config.settings import Settings
from calendar_service.db.engine import Database
from calendar_service.db.upgrading import upgrade
from calendar_service.domain.events import Event
from calendar_service.domain.people import Officer
from calendar_service.services.demo.accounts import demo_accounts, new_passphrase, open_accounts
from calendar_service.services.house import House, open_house
from tests.processes import serving
from tests.visitor import Visitor

ACCOUNT = re.compile(r"^  (\S+@demo\.example) +(\S+)   .+ \(.+\)$", re.MULTILINE)


def house_in(folder: Path) -> House:
    return open_house(read_settings({"CALENDAR_DATA_DIR": str(folder)}))


def events_in(folder: Path) -> list[tuple[str, int]]:
    """UID and version of every event."""
    house = house_in(folder)
    with house.reading() as session:
        found = [
            (uid, version) for uid, version in session.execute(select(Event.uid, Event.version).order_by(Event.id))
        ]
    house.database.dispose()
    return found


@pytest.mark.slow
def test_the_first_start_makes_what_there_is_to_try_and_the_second_changes_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, verb="up") as service:
        first = service.said.read_text()
        accounts = dict(ACCOUNT.findall(first))
        assert first.startswith(f"Agenda: http://127.0.0.1:{service.port}\n")
        assert len(accounts) == 6
        for address, passphrase in accounts.items():
            Visitor(service.url("/")).sign_in(address, passphrase)
        assert service.get("/events").text.count("/events/") > 20
    assert stat.S_IMODE((tmp_path / "demo.txt").stat().st_mode) == 0o600
    before = events_in(tmp_path)
    assert len(before) > 100
    with serving(tmp_path, verb="up") as service:
        assert dict(ACCOUNT.findall(service.said.read_text())) == accounts
    assert events_in(tmp_path) == before


def opened(settings: Settings) -> House:
    house = open_house(settings)
    upgrade(house.database)
    return house


def test_under_an_address_that_others_reach_there_is_no_demo(tmp_path: Path) -> None:
    settings = read_settings({"CALENDAR_DATA_DIR": str(tmp_path), "CALENDAR_BASE_URL": "https://agenda.example.org"})
    house = opened(settings)
    assert furnish(house) == ()
    assert events_in(tmp_path) == []
    assert not (tmp_path / "demo.txt").exists()
    house.database.dispose()


def test_in_a_database_of_ones_own_there_is_no_demo(lima: Database, tmp_path: Path) -> None:
    house = open_house(read_settings({"CALENDAR_DATA_DIR": str(tmp_path), "CALENDAR_DATABASE_URL": lima.url}))
    assert furnish(house) == ()
    with lima.reading() as session:
        assert session.scalars(select(Event)).all() == []
        assert session.scalars(select(Officer)).all() == []
    house.database.dispose()


def test_demo_accounts_are_closed_where_others_reach_them(lima: Database, tmp_path: Path) -> None:
    """Their passphrases do not work under another base URL."""
    settings = read_settings({"CALENDAR_DATA_DIR": str(tmp_path), "CALENDAR_DATABASE_URL": lima.url})
    house = open_house(settings)
    accounts = demo_accounts(house.metropolis)
    with house.deed() as session:
        open_accounts(session, accounts, {each.address: new_passphrase() for each in accounts}, now=house.now())

    def closed() -> set[bool]:
        with house.reading() as session:
            return {each.deactivated is not None for each in session.scalars(select(Officer))}

    look_around(house)
    assert closed() == {False}
    look_around(replace(house, settings=replace(settings, base_url="https://agenda.example.org")))
    assert closed() == {True}
    house.database.dispose()
