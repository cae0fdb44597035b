"""`demo`: a season to look at, in a database that has no events of its own."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from calendar_service.cli.opening import done, opened
from calendar_service.cli.terminal import Refused, give, say
from calendar_service.db.engine import Session
from calendar_service.db.queries.operations import has_events
from calendar_service.services.demo.data import read_demo
from calendar_service.services.demo.posters import hang
from calendar_service.services.demo.season import make_season
from calendar_service.services.house import House

EVENTS, SEED, MOST = 300, 43, 20_000


def add_demo(parser: ArgumentParser) -> None:
    parser.add_argument("--events", type=_count, default=EVENTS, metavar="N", help=f"how many (default: {EVENTS})")
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="another seed is another season")
    parser.set_defaults(do=_demo)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST):
        raise ArgumentTypeError(f"a number from 1 to {MOST}")
    return int(text)


def _demo(given: Namespace) -> int:
    with opened() as house:
        made = make_demo(house, events=given.events, seed=given.seed)
        if made is None:
            raise Refused("There are events already: a demo season goes into an empty calendar.")
        give(given, {"events": made, "seed": given.seed}, f"{made} events around today.")
    return 0


def make_demo(house: House, *, events: int = EVENTS, seed: int = SEED) -> int | None:
    """A season in one deed; None where there are events already. Two that start together make one."""
    with house.reading() as session:
        if has_events(session):
            return None
    say("Making a demo season around today (once) ...")
    data = read_demo(house.metropolis.folder)
    hung = hang(house.database, data, data_dir=house.settings.data_dir, now=house.now()) if data else {}

    def deed(session: Session) -> int | None:
        if has_events(session):
            return None
        return make_season(session, now=house.now(), events=events, seed=seed, posters=hung)

    return done(house, deed)
