"""`up`: from nothing to the running service, with a demo season and accounts to try it. What `make run` calls."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence

from calendar_service.cli import demo_file
from calendar_service.cli.opening import bring_up, furnished, refusals
from calendar_service.cli.serving import listening_place, look_around, run
from calendar_service.config import Settings, read_settings
from calendar_service.db.queries.operations import has_events
from calendar_service.services.demo_accounts import DemoAccount, demo_accounts, open_accounts
from calendar_service.services.house import House
from calendar_service.services.loading import load


def add_up(parser: ArgumentParser) -> None:
    parser.set_defaults(do=_up)


def _up(given: Namespace) -> int:
    settings = read_settings()
    place = listening_place()
    house = furnished(settings)
    try:
        with refusals(house):
            bring_up(house, migrate=True)
            told = _furnish(house)
            look_around(house)
    finally:
        house.database.dispose()
    return run(settings, place, given, told=told)


def _furnish(house: House) -> Sequence[str]:
    """Load the metropolis and make what there is to try; gives the lines that tell the accounts."""
    with house.deed() as session:
        load(session, house.metropolis, now=house.now())
        is_new = not has_events(session)
    if not may_have_demo(house.settings):
        return ()
    accounts, known = _known_accounts(house, is_new=is_new)
    with house.deed() as session:
        open_accounts(session, accounts, known, now=house.now())
    return [_line(each, known[each.address]) for each in accounts]


def _known_accounts(house: House, *, is_new: bool) -> tuple[Sequence[DemoAccount], Mapping[str, str]]:
    """The demo accounts that have a passphrase, and their passphrases: made with the season, kept ever after."""
    accounts, folder = demo_accounts(house.metropolis), house.settings.data_dir
    known = demo_file.passphrases(folder, accounts) if is_new else demo_file.kept(folder)
    return [each for each in accounts if each.address in known], known


def may_have_demo(settings: Settings) -> bool:
    """Demo season and accounts live in the embedded database of a machine that nobody else reaches."""
    return settings.has_default_database and settings.is_loopback


def _line(account: DemoAccount, passphrase: str) -> str:
    what = f"{account.role}, {account.district}" if account.district else account.role
    return f"  {account.address:<32} {passphrase}   {account.name} ({what})"
