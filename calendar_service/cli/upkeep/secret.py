"""`secret rotate`: a fresh key for what the service derives and seals; the former ones are still read (S51)."""

from __future__ import annotations

import os
from argparse import SUPPRESS, ArgumentParser, Namespace

from calendar_service.cli.terminal import Refused, give, say
from calendar_service.config.keys import rotate_kept_secret
from calendar_service.config.reading import read_settings


def add_secret(parser: ArgumentParser) -> None:
    says = "make a fresh key and go on reading the former ones"
    rotate = parser.add_subparsers(metavar="DEED", required=True).add_parser("rotate", help=says, description=says)
    rotate.add_argument("--json", action="store_true", default=SUPPRESS, help="give the result as JSON")
    rotate.set_defaults(do=_rotate)


def _rotate(given: Namespace) -> int:
    settings = read_settings()
    if os.environ.get("CALENDAR_SECRET_KEY"):
        raise Refused(
            "CALENDAR_SECRET_KEY holds the key: put a fresh one before it, parted by a space, and start anew."
        )
    kept = rotate_kept_secret(settings.data_dir)
    give(given, {"keys": kept}, f"{kept} keys: a fresh one, and {kept - 1} that is still read.")
    say("Start the service anew: until then it goes on with the former key.")
    return 0
