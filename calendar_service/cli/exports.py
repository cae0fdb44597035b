"""`export`: a selection as a file, in the format that its ending names."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from calendar_service.api.shapes import event_json
from calendar_service.cli.opening import opened
from calendar_service.cli.terminal import Refused, WrongUse, give
from calendar_service.db.engine import Session
from calendar_service.domain.access import ANYBODY
from calendar_service.domain.finding.selection import Selection
from calendar_service.services.syndication import exporting
from feeds.tables.csv_writer import csv_bytes
from feeds.tables.xlsx_writer import xlsx_bytes


def add_export(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=f"where to write; its ending says how: {_ENDINGS}")
    parser.add_argument(
        "pairs", metavar="NAME=VALUE", nargs="*", type=_pair, help="what of it, such as district=barranco when=month"
    )
    parser.set_defaults(do=_export)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _export(given: Namespace) -> int:
    write = WRITERS.get(given.file.suffix.lower())
    if write is None:
        raise WrongUse(f"The ending of {given.file.name} is none of {_ENDINGS}.")
    with opened() as house:
        selection = Selection.read(given.pairs)
        with house.reading() as session:
            content = write(session, selection, house.now())
        _put(given.file, content)
        result = {"file": str(given.file), "bytes": len(content), "selection": selection.query()}
        give(given, result, f"{given.file}: {len(content)} bytes.")
    return 0


def _put(path: Path, content: bytes) -> None:
    """The whole file or none of it."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_bytes(content)
        half.replace(path)
    except OSError as wrong:
        half.unlink(missing_ok=True)
        raise Refused(f"{path} cannot be written ({wrong.strerror}).") from wrong


def _calendar(session: Session, selection: Selection, now: datetime) -> bytes:
    return exporting.calendar(session, selection, now=now)


def _json(session: Session, selection: Selection, now: datetime) -> bytes:
    base_url = session.installation.base_url
    found = exporting.events(session, selection, now=now)
    items = [event_json(each, viewer=ANYBODY, base_url=base_url) for each in found]
    return json.dumps({"items": items}, ensure_ascii=False, indent=1).encode()


def _csv(session: Session, selection: Selection, now: datetime) -> bytes:
    return csv_bytes(exporting.rows(session, selection, now=now))


def _xlsx(session: Session, selection: Selection, now: datetime) -> bytes:
    return xlsx_bytes(exporting.rows(session, selection, now=now), made=now)


WRITERS: Mapping[str, Callable[[Session, Selection, datetime], bytes]] = {
    ".ics": _calendar, ".csv": _csv, ".xlsx": _xlsx, ".json": _json,
}  # fmt: skip
_ENDINGS = ", ".join(WRITERS)
