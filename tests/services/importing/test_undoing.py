"""An import is undone for thirty days (R25), but for what somebody has touched since; the file brings it back."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.events import event_by_uid
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import NotFound, WrongState
from calendar_service.domain.events import Status
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import revise
from calendar_service.services.importing import undoing
from calendar_service.services.importing.undoing import Fate
from calendar_service.services.importing.work import Options
from tests.builders import an_officer
from tests.feeds.reading import event, ics
from tests.services.bringing import bring, counts, events

OTHER = [line.replace("one@", "two@").replace("Concierto", "Taller") for line in event()]
FILE = ics(*event("LOCATION:Parque"), *OTHER)
LATER = timedelta(minutes=5)


@pytest.fixture
def rosa(lima: Database, now: datetime) -> Viewer:
    with lima.deed() as session:
        return an_officer(session, now=now)


def last_run(lima: Database, by: Viewer, now: datetime) -> int:
    with lima.reading() as session:
        return undoing.recent(session, by=by, now=now)[0].number


def undo(lima: Database, by: Viewer, now: datetime, number: int | None = None) -> dict[str, int]:
    fates = undoing.undo(lima.deed, number or last_run(lima, by, now), by=by, now=now)
    return {str(each): count for each, count in fates.items()}


def revised(lima: Database, uid: str, by: Viewer, now: datetime) -> None:
    with lima.deed() as session:
        row = event_by_uid(session, uid)
        data = draft_of(row) | {"abstract": "A mano"}
        draft = read_draft(data, metropolis=session.installation.metropolis, strict=False)
        revise(session, row, draft, seen=row.version, by=by, now=now)


@pytest.mark.parametrize(
    ("status", "left"), [(Status.DRAFT, Status.DISCARDED), (Status.TENTATIVE, Status.DISCARDED),
                         (Status.CONFIRMED, Status.CANCELLED)]
)  # fmt: skip
def test_what_it_made_goes_and_the_same_file_brings_it_back(
    lima: Database, rosa: Viewer, now: datetime, status: Status, left: Status
) -> None:
    options = Options(status=status)
    bring(lima, FILE, now=now, options=options)
    uids = [each.uid for each in events(lima)]
    assert undo(lima, rosa, now + LATER) == {"gone": 2}
    gone = events(lima)
    assert {(each.status, each.withdrawn, each.source_digest) for each in gone} == {
        (left, left == Status.CANCELLED, "")
    }
    assert counts(bring(lima, FILE, now=now + LATER * 2, options=options)) == {"changed": 2}
    back = events(lima)
    assert [(each.uid, each.status, each.withdrawn, each.summary) for each in back] == [
        (uids[0], status, False, "Concierto"), (uids[1], status, False, "Taller"),
    ]  # fmt: skip


class PowerCutError(Exception):
    """The machine stops."""


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_what_a_power_cut_broke_off_goes_on_where_it_stopped_and_counts_all_r3(
    lima: Database, rosa: Viewer, now: datetime
) -> None:
    every = undoing.PART + 1
    bring(lima, ics(*(line.replace("one@", f"{each}@") for each in range(every) for line in event())), now=now)
    parts = iter([lima.deed, lima.deed])  # to look whether she may, and for the first part

    def transaction() -> AbstractContextManager[Session]:
        if part := next(parts, None):
            return part()
        raise PowerCutError

    with pytest.raises(PowerCutError):
        undoing.undo(transaction, last_run(lima, rosa, now), by=rosa, now=now + LATER)
    assert Counter(each.status for each in events(lima)) == {Status.CANCELLED: undoing.PART, Status.CONFIRMED: 1}
    assert undo(lima, rosa, now + LATER * 2) == {"gone": every}
    assert {each.status for each in events(lima)} == {Status.CANCELLED}
    with lima.reading() as session:
        assert undoing.recent(session, by=rosa, now=now + LATER * 2) == []


def test_what_it_changed_says_what_it_said_before_and_what_was_touched_since_stays(
    lima: Database, rosa: Viewer, now: datetime
) -> None:
    bring(lima, FILE, now=now)
    bring(lima, FILE.replace(b"Taller", b"Otro").replace(b"Concierto", b"Recital"), now=now + LATER)
    run = last_run(lima, rosa, now + LATER)
    assert sorted(each.summary for each in events(lima)) == ["Otro", "Recital"]
    revised(lima, next(each.uid for each in events(lima) if each.summary == "Otro"), rosa, now + LATER * 2)
    assert undo(lima, rosa, now + LATER * 3, run) == {"as-before": 1, "kept": 1}
    assert sorted(each.summary for each in events(lima)) == ["Concierto", "Otro"]


def test_it_is_undone_once_within_thirty_days_by_its_own_district(lima: Database, rosa: Viewer, now: datetime) -> None:
    bring(lima, FILE, now=now)
    with lima.deed() as session:
        stranger = an_officer(session, "comas", now=now)
        assert undoing.recent(session, by=stranger, now=now) == []
        assert undoing.recent(session, by=rosa, now=now + timedelta(days=31)) == []
    number = last_run(lima, rosa, now)
    with pytest.raises(NotFound):
        undo(lima, stranger, now, number)
    with pytest.raises(WrongState):
        undo(lima, rosa, now + timedelta(days=31), number)
    assert undo(lima, rosa, now + LATER, number) == {str(Fate.GONE): 2}
    with pytest.raises(WrongState):
        undo(lima, rosa, now + LATER, number)
    with lima.reading() as session:
        assert undoing.recent(session, by=rosa, now=now + LATER) == []
