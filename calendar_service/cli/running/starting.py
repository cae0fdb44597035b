"""`up`: from nothing to the running service, with a demo season and accounts to try it. What `make run` calls."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence

from calendar_service.cli import demo_file
from calendar_service.cli.opening import bring_up, done, furnished, refusals
from calendar_service.cli.running.serving import listening_place, look_around, run
from calendar_service.cli.season import make_demo
from calendar_service.config.reading import read_settings
from calendar_service.config.settings import Settings
from calendar_service.db.engine import Session
from calendar_service.db.queries.operations import has_events
from calendar_service.services.demo.accounts import DemoAccount, demo_accounts, open_accounts
from calendar_service.services.house import House
from calendar_service.services.network.loading import load


def add_up(parser: ArgumentParser) -> None:
    parser.set_defaults(do=_up)


def _up(given: Namespace) -> int:
    settings = read_settings()
    place = listening_place()
    house = furnished(settings)
    try:
        with refusals(house):
            bring_up(house, migrate=True)
            accounts = furnish(house)
            look_around(house)
    finally:
        house.database.dispose()
    return run(settings, place, given, accounts=accounts)


def furnish(house: House) -> Sequence[Mapping[str, str]]:
    """Load the metropolis and make what there is to try; gives the accounts with their passphrases."""
    is_new = done(house, lambda session: _loaded(session, house))
    if not may_have_demo(house.settings):
        return ()
    accounts, folder = demo_accounts(house.metropolis), house.settings.data_dir
    if is_new:
        demo_file.make(folder, accounts)  # before the season: where that is, the passphrases are
        make_demo(house)
    known = demo_file.read(folder)
    accounts = tuple(each for each in accounts if each.address in known)
    done(house, lambda session: open_accounts(session, accounts, known, now=house.now()))
    return [_told(each, known[each.address]) for each in accounts]


def _loaded(session: Session, house: House) -> bool:
    """Load the metropolis; whether there are no events in it yet."""
    load(session, house.metropolis, now=house.now())
    return not has_events(session)


def may_have_demo(settings: Settings) -> bool:
    """Demo season and accounts live in the embedded database of a machine that nobody else reaches."""
    return settings.has_default_database and settings.is_loopback


def _told(account: DemoAccount, passphrase: str) -> Mapping[str, str]:
    return {
        "address": account.address, "passphrase": passphrase, "name": account.name, "role": account.role,
        "district": account.district or "",
    }  # fmt: skip
