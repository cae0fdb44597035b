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
FIRST_STEP = "Let the first person in: calendar-service invite you@example.org --facilitator"


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
            raise Refused("No demo season was made: it goes into an empty calendar of a metropolis that has one.")
        give(given, {"events": made, "seed": given.seed}, f"{made} events around today.")
    return 0


def make_demo(house: House, *, events: int = EVENTS, seed: int = SEED) -> int | None:
    """A season in one deed; None where there are events, or nothing to make it of. Two that start together make one."""
    with house.reading() as session:
        if has_events(session):
            return None
    if (data := read_demo(house.metropolis.folder)) is None:
        say(f"{house.metropolis.name} has no demo season. {FIRST_STEP}")
        return None
    say("Making a demo season around today (once) ...")
    hung = hang(house.database, data, data_dir=house.settings.data_dir, now=house.now())

    def deed(session: Session) -> int | None:
        if has_events(session):
            return None
        return make_season(session, now=house.now(), events=events, seed=seed, posters=hung)

    return done(house, deed)
