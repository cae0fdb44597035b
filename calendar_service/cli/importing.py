"""`import`: a file of events for a district; good rows are stored even if others are refused."""

from __future__ import annotations

import gc
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calendar_service.cli.opening import opened, terminal_words
from calendar_service.cli.terminal import Refused, give
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Status
from calendar_service.services.house import House
from calendar_service.services.importing.files import COMMAND, read_file, receiver_for, store
from calendar_service.services.importing.report import Outcome, Report
from calendar_service.services.importing.work import Options
from calendar_service.words import Words


def add_import(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=".ics, .csv, .xlsx or .ods")
    parser.add_argument("--district", required=True, metavar="SLUG", help="whose events they become")
    parser.add_argument("--preview", action="store_true", help="say what would happen, change nothing")
    parser.add_argument(
        "--status", choices=[str(each) for each in Status], default=str(Status.CONFIRMED),
        help="of events whose file says none (default: confirmed)",
    )  # fmt: skip
    parser.add_argument("--discipline", default="", metavar="D", help="of events that name none that we know")
    parser.add_argument("--audience", default="", metavar="A", help="of events that name none that we know")
    parser.set_defaults(do=_import)


def _import(given: Namespace) -> int:
    data = _bytes_of(given.file)
    with opened() as house:
        report = _report(house, given, data)
        words = terminal_words(house)
        give(given, report.plain(words), _lines(report, words))
    return 0 if report.is_clean else 1


def _bytes_of(path: Path) -> bytes:
    """One byte more than a file may have, so that a larger one is known without reading it."""
    try:
        with path.open("rb") as file:
            return file.read(COMMAND.size + 1)
    except OSError as wrong:
        raise Refused(f"{path}: {wrong.strerror or wrong}") from wrong


def _report(house: House, given: Namespace, data: bytes) -> Report:
    options = Options(status=Status(given.status), discipline=given.discipline, audience=given.audience)
    with house.reading() as session:
        receiver = receiver_for(session, given.district, limits=COMMAND, options=options)
        by = Viewer(districts=frozenset({district_by_slug(session, given.district).id}), channel="command")
    reading = read_file(data, name=given.file.name, receiver=receiver, limits=COMMAND)
    with _standing():
        return store(
            house.rehearsal if given.preview else house.deed, reading, district=given.district, by=by,
            now=house.now(), options=options,
        )  # fmt: skip


@contextmanager
def _standing() -> Iterator[None]:
    """What was read stands until it is stored, and is not gone through whenever garbage is looked for."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _lines(report: Report, words: Words) -> Iterator[str]:
    """The counts, what holds for the whole file, then the rows that ask for a look."""
    yield ", ".join(f"{report.count(each)} {each}" for each in Outcome)
    for remark in report.remarks:
        yield words.sentence(remark.code, **remark.values)
    for row in report.rows:
        for problem in row.problems:
            sentence = words.sentence(problem.code, **problem.values)
            yield f"{row.row}: {row.outcome}: {row.summary or row.key}: {problem.field or '–'}: {sentence}"
