"""Reads the command line, runs one command, and turns what went wrong into one sentence and an exit code.

0: done. 1: refused, something was not well. 2: wrong use or a wrong setting. Only the module of the command
that was asked for is imported, so that a mistake is told at once.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from calendar_service.cli.terminal import Refused, WrongUse, say
from calendar_service.config.refusing import BadSetting, UnwritableFolder

DONE, REFUSED, WRONG = 0, 1, 2
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Command:
    """A command: the module under `cli` that has its `add_<name>` function, and what it does in one line."""

    module: str
    does: str


COMMANDS: Mapping[str, Command] = {
    "up": Command("running.starting", "what `make run` does: migrate, load, make a demo season and accounts, serve"),
    "serve": Command("running.serving", "the web service, with the clock beside it as a child process"),
    "worker": Command("running.clock", "the clock alone; with --once everything that is due, and then the end"),
    "migrate": Command("schema", "bring the database's schema up"),
    "load": Command("schema", "load the metropolis, or refresh it (slugs and codes stay)"),
    "demo": Command("season", "make a demo season around today, where there are no events yet"),
    "import": Command("importing", "take a file of events in: .ics, .csv, .xlsx or .ods"),
    "source": Command("sources", "calendars elsewhere that are brought in: add, list, pull, remove"),
    "export": Command("exports", "write a selection to a file: .ics, .csv, .xlsx or .json"),
    "invite": Command("people", "print the link of an invitation, once"),
    "token": Command("people", "print an API token, once"),
    "audit": Command("upkeep.auditing", "print who did what, as lines of JSON: for a breach report"),
    "secret": Command("upkeep.secret", "make a fresh key for links and seals; the former ones are still read"),
    "messages": Command("mails.messages", "list the mails that are owed; requeue or drop some"),
    "bounces": Command("mails.bounces", "read mails that came back, and complaints: a folder of them, or one on stdin"),
    "backup": Command("upkeep.backups", "write everything into one file, proved, while the service runs"),
    "restore": Command("upkeep.backups", "bring a backup back, into an empty place"),
    "carry": Command("upkeep.carrying", "move from the embedded database to the empty one that the settings name"),
    "check": Command("upkeep.checking", "see whether settings, database, clock, mail server and disk are well"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        given = _parser(words).parse_args(words)
    except SystemExit as end:  # argparse has said what is wrong, or has shown the help
        return int(end.code or 0)
    return _guarded(given.do, given)


def _parser(words: Sequence[str]) -> ArgumentParser:
    parser = ArgumentParser(
        prog="calendar-service",
        description="One shared cultural calendar for the municipalities of a metropolitan area.",
        epilog="Settings come from the environment (CALENDAR_…, HOST, PORT). "
        "Exit codes: 0 done, 1 refused, 2 wrong use.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        _add(commands, name, command, asked=name in words)
    return parser


def _add(commands: _SubParsersAction[ArgumentParser], name: str, command: Command, *, asked: bool) -> None:
    parser = commands.add_parser(name, help=command.does, description=command.does[0].upper() + command.does[1:] + ".")
    if asked:
        module = import_module(f"calendar_service.cli.{command.module}")
        getattr(module, f"add_{name}")(parser)
        parser.add_argument("--json", action="store_true", help="give the result as JSON")


def _guarded(do: Callable[[Namespace], int], given: Namespace) -> int:
    try:
        return do(given)
    except (BadSetting, WrongUse) as wrong:
        say(str(wrong))
        return WRONG
    except (UnwritableFolder, Refused) as wrong:
        say(str(wrong))
        return REFUSED
    except BrokenPipeError:  # whoever read our output has heard enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
