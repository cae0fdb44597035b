"""`migrate` and `load`: the schema, and the metropolis in it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from calendar_service.cli.opening import bring_up, done, furnished, opened, refusals
from calendar_service.cli.terminal import give
from calendar_service.config.reading import read_settings
from calendar_service.services.network.loading import load


def add_migrate(parser: ArgumentParser) -> None:
    parser.set_defaults(do=_migrate)


def add_load(parser: ArgumentParser) -> None:
    parser.set_defaults(do=_load)


def _migrate(given: Namespace) -> int:
    house = furnished(read_settings())
    try:
        with refusals(house):
            changed = bring_up(house, migrate=True)
    finally:
        house.database.dispose()
    give(given, {"migrated": changed}, "The schema was brought up." if changed else "The schema is up to date.")
    return 0


def _load(given: Namespace) -> int:
    with opened() as house:
        done(house, lambda session: load(session, house.metropolis, now=house.now()))
        districts = len(house.metropolis.districts)
        result = {"metropolis": house.metropolis.slug, "districts": districts}
        give(given, result, f"{house.metropolis.name}: {districts} districts.")
    return 0
