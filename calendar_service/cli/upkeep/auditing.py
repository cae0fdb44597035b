"""`audit`: the log of who did what, as lines of JSON: what a breach report is made from within the hour (S49)."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta

from calendar_service.cli.opening import opened
from calendar_service.cli.terminal import WrongUse, give
from calendar_service.services.people import log

WEEK = timedelta(days=7)
LINES = Namespace(json=False)
"""A line each, whatever was asked: a log may be long."""


def add_audit(parser: ArgumentParser) -> None:
    parser.add_argument("--since", type=datetime.fromisoformat, metavar="ISO", help="from when on (a week ago)")
    parser.add_argument("--until", type=datetime.fromisoformat, metavar="ISO", help="until when (now)")
    parser.set_defaults(do=_audit)


def _audit(given: Namespace) -> int:
    with opened() as house:
        until = _aware(given.until) or house.now() + timedelta(seconds=1)
        since = _aware(given.since) or until - WEEK
        if since >= until:
            raise WrongUse("--since is not before --until.")
        with house.reading() as session:
            for entry in log.every(session, since=since, until=until):
                give(LINES, None, json.dumps(entry, ensure_ascii=False))
    return 0


def _aware(moment: datetime | None) -> datetime | None:
    """A time without an offset is in UTC."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
