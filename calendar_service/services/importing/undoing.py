"""An import is undone for thirty days (R25): what it made goes, what it changed says again what it said before.

What a calendar elsewhere brought by itself is undone alike, and stays so until that calendar says something else.
What somebody has touched since stays as it is. Of what was public a bare notice stays in feeds, as of anything that
was published by mistake; the same file, mended, brings it back under the same UID.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries.audits import names_of
from calendar_service.db.queries.events import events_by_ids, last_revision_numbers
from calendar_service.db.queries.importing import runs as queries
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.errors import DomainError, Forbidden, NotFound, WrongState
from calendar_service.domain.events import Event, Status
from calendar_service.domain.journal import Audit
from calendar_service.services.again import again
from calendar_service.services.auditing import CLOCK, note
from calendar_service.services.events import reverting
from calendar_service.services.importing.pacing import Pace
from calendar_service.services.status import binning, statuses
from calendar_service.services.syndication.keeping import raised_together

KEPT = timedelta(days=30)
SHOWN = 10
PART = 25
"""Events undone in one transaction."""
UNDOING, UNDONE = "import-undoing", "import-undone"
"""What the log says of a part, and of the whole once it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One import that may still be undone; `number` is that of its first line in the log, `by` empty where a calendar
    elsewhere brought it.
    """

    number: int
    at: datetime
    by: str
    district_id: int
    created: int
    changed: int


class Fate(StrEnum):
    """What became of an event that an import wrote."""

    GONE = "gone"
    AS_BEFORE = "as-before"
    KEPT = "kept"


def recent(session: Session, *, by: Viewer, now: datetime) -> Sequence[Run]:
    """The imports into her districts that may still be undone, the latest first."""
    lines = queries.runs_since(session, by.districts, now - KEPT)
    undone = {each.details.get("import") for each in lines if each.deed == UNDONE}
    parts: dict[tuple[object, ...], list[Audit]] = {}
    for each in lines:
        if each.deed == "import" and _is_known(each):
            whose = (each.officer_id, each.district_id, each.details.get("source", ""))
            parts.setdefault((each.at, *whose), []).append(each)
    names = names_of(session, {each.officer_id for each in lines if each.officer_id})
    runs = [_run(several, names.get(several[0].officer_id or 0, "")) for several in parts.values()]
    return [each for each in runs if each.created + each.changed and each.number not in undone][:SHOWN]


def _is_known(line: Audit) -> bool:
    """Whether it can be told what it wrote: by the clock, only if it says which calendar it was."""
    return line.channel != CLOCK.channel or bool(line.details.get("source"))


def _run(lines: Sequence[Audit], name: str) -> Run:
    def total(key: str) -> int:
        return sum(each.details.get(key, 0) for each in lines)

    first = min(lines, key=lambda each: each.id)
    return Run(
        number=first.id, at=first.at, by=name, district_id=first.district_id or 0, created=total("created"),
        changed=total("changed") + total("removed"),
    )  # fmt: skip


def undo(
    transaction: Callable[[], AbstractContextManager[Session]], number: int, *, by: Viewer, now: datetime
) -> Counter[Fate]:
    """Undo an import, part by part. Gives how many events went which way. Should the machine stop in the middle, the
    same once more does the rest, and counts all.

    Raises NotFound (none of hers), Forbidden, WrongState (too long ago, or undone before).
    """
    with transaction() as session:
        _check(session, number, by=by, now=now)
    pace, is_over, fates = Pace(), False, Counter[Fate]()
    while not is_over:
        with pace.part():
            is_over, fates = again(partial(_part, transaction, number, by, now))
    return fates


def _check(session: Session, number: int, *, by: Viewer, now: datetime) -> None:
    run = queries.run_numbered(session, number)
    if run is None or run.district_id not in by.districts:
        raise NotFound("import")
    if not may_post_for(by, run.district_id):
        raise Forbidden("not_your_district")
    if number not in {each.number for each in recent(session, by=by, now=now)}:
        raise WrongState("import_undone")


def _part(
    transaction: Callable[[], AbstractContextManager[Session]], number: int, by: Viewer, now: datetime
) -> tuple[bool, Counter[Fate]]:
    """Undo some events more, and write down how far it is: whether that was the last, and the fates of all so far."""
    with transaction() as session:
        run = queries.run_numbered(session, number, to_change=True)
        assert run is not None, "looked at before"  # noqa: S101
        before = [each.details for each in queries.undone_so_far(session, number)]
        after = before[-1]["after"] if before else 0
        rows = queries.touched(session, run, after=after, limit=PART)
        fates = _fates(session, rows, run, by=by, now=now)
        is_over = len(rows) < PART
        said: dict[str, Any] = {"subject": f"import:{number}", "district_id": run.district_id, "import": number}
        if rows:
            counts: dict[str, Any] = {str(each): count for each, count in fates.items()}
            note(session, by=by, deed=UNDOING, now=now, after=rows[-1][0], **said, **counts)
        if is_over:
            note(session, by=by, deed=UNDONE, now=now, **said)
        return is_over, fates + Counter({each: sum(part.get(str(each), 0) for part in before) for each in Fate})


def _fates(
    session: Session, rows: Sequence[tuple[int, int, int]], run: Audit, *, by: Viewer, now: datetime
) -> Counter[Fate]:
    events = {each.id: each for each in events_by_ids(session, [row[0] for row in rows])}
    latest = last_revision_numbers(session, list(events))
    with raised_together(session):
        return Counter(
            _undone(session, events[event_id], first, run, by=by, now=now) if latest[event_id] == last else Fate.KEPT
            for event_id, first, last in rows
        )


def _undone(session: Session, event: Event, first: int, run: Audit, *, by: Viewer, now: datetime) -> Fate:
    """Undo what was done to one event, inside a savepoint; what cannot be undone stays."""
    try:
        with session.begin_nested():
            fate = _unmade(session, event, by=by, now=now) if first == 1 else _as_before(session, event, first, by, now)
            if run.channel != CLOCK.channel:
                event.source_digest = event.source_said = ""  # so that the same file brings it anew
            session.flush()
            return fate
    except DomainError:
        return Fate.KEPT


def _unmade(session: Session, event: Event, *, by: Viewer, now: datetime) -> Fate:
    if event.status == Status.TENTATIVE:
        statuses.release(session, event, by=by, now=now)
    if event.is_public:
        statuses.cancel(session, event, reason="", withdraw=True, by=by, now=now)
    else:
        binning.discard(session, event, by=by, now=now)
    return Fate.GONE


def _as_before(session: Session, event: Event, first: int, by: Viewer, now: datetime) -> Fate:
    """What the file said is taken back, and the cancellation that it brought; what it published stays public."""
    if event.status == Status.DISCARDED:
        binning.bring_back(session, event, by=by, now=now)
    called_off = event.status == Status.CANCELLED and reverting.status_before(session, event, first) == Status.CONFIRMED
    if called_off:
        statuses.confirm(session, event, by=by, now=now)
    reverting.revert(session, event, first - 1, seen=event.version, by=by, now=now)
    return Fate.AS_BEFORE
