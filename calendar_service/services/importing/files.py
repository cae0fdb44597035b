"""A file that somebody brings: told by its name's ending, held to its limits, read, and stored in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from calendar_service.db.engine import Session
from calendar_service.db.queries.importing.imports import known_of
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Invalid
from calendar_service.domain.posting.drafts import RawDraft, Reading, Receiver
from calendar_service.services.again import again
from calendar_service.services.importing.pacing import Pace
from calendar_service.services.importing.reconciling import reconcile
from calendar_service.services.importing.report import Outcome, Report, Row, joined
from calendar_service.services.importing.work import NO_OPTIONS, Options, source_of
from feeds.foreign.reader import read_ics
from feeds.tables.csv_reader import read_csv
from feeds.tables.sheet_reader import read_sheet

MEGABYTE = 1_000_000
REMEMBERED = 2
"""So many times what a file may hold is known of the past of its source: a file seldom brings what is long over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one file may hold: bytes, events, and dates of all of them."""

    size: int
    events: int
    dates: int


COMMAND = Limits(size=50 * MEGABYTE, events=20_000, dates=200_000)
"""For whoever has the machine."""
VISITOR = Limits(size=5 * MEGABYTE, events=5_000, dates=25_000)
"""For page, API and sources."""

Reader = Callable[..., Reading]
READERS: Mapping[str, Reader] = {"ics": read_ics, "csv": read_csv, "xlsx": read_sheet, "ods": read_sheet}


def read_file(data: bytes, *, name: str, receiver: Receiver, limits: Limits) -> Reading:
    """What a file holds. Raises Invalid when it is too big, of another kind, or cannot be read."""
    if len(data) > limits.size:
        raise Invalid.of("file", "import_too_big", size=limits.size)
    if not data.strip():
        raise Invalid.of("file", "import_empty")
    reader = READERS.get(name.rpartition(".")[2].lower())
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].upper() == b"BEGIN:VCALENDAR":
        reader = read_ics
    if reader is None:
        raise Invalid.of("file", "import_kind", kinds=[f".{each}" for each in READERS])
    return replace(reader(data, receiver=receiver), most_dates=limits.dates)


def receiver_for(session: Session, district: str, *, limits: Limits, options: Options = NO_OPTIONS) -> Receiver:
    """Who takes a file in for a district, and in what manner. Raises NotFound."""
    found = district_by_slug(session, district)
    metropolis = session.installation.metropolis
    known = known_of(session, options.source or source_of(district), limit=REMEMBERED * limits.events)
    words = (metropolis.disciplines, metropolis.formats, metropolis.audiences)
    return Receiver(
        metropolis=metropolis, timezone=found.timezone, most=limits.events,
        known=known, manner=f"{found.timezone} {options} {words}",
        district=district,
    )  # fmt: skip


def store(
    transaction: Callable[[], AbstractContextManager[Session]], reading: Reading, *, district: str, by: Viewer,
    now: datetime, options: Options = NO_OPTIONS,
) -> Report:  # fmt: skip
    """Reconcile what was read, part by part, each in a transaction of its own: a house's deed, or its rehearsal for
    a preview. Should the machine stop in the middle, the same file again does the rest. Raises DomainError.
    """
    known = [
        Row(row=row, key=key, uid=here.uid, outcome=Outcome.UNCHANGED, summary=here.summary)
        for row, key, here in reading.known
    ]

    def stored(part: tuple[RawDraft, ...], left: int, known: Sequence[Row]) -> Report:
        with transaction() as session:
            session.connection()  # where there is one writer at a time, this is whose turn it is
            with pace.writing(len(part)):
                return reconcile(
                    session, part, district=district, by=by, now=now, options=options, most_dates=left, known=known
                )

    reports = [Report(rows=(), remarks=reading.remarks)]
    pace = Pace()
    for part in _parts(reading.drafts, pace):
        left = reading.most_dates - sum(each.dates for each in reports)
        with pace.part():
            reports.append(again(partial(stored, part, left, () if len(reports) > 1 else known)))
    return joined(reports)


def _parts(drafts: tuple[RawDraft, ...], pace: Pace) -> Iterator[tuple[RawDraft, ...]]:
    """What each transaction stores: other writers wait for a part, never for a whole file. At least one, so that an
    empty file is held to the same rights.
    """
    begun = 0
    while not begun or begun < len(drafts):
        part = drafts[begun : begun + pace.rows]
        yield part
        begun += max(1, len(part))
