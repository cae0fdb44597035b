"""More events than Google takes, half of them where clocks change: whole with `full=1`, and as much as Google takes
without; read by foreign readers.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bench.season import make
from calendar_service.db.engine import Database
from calendar_service.db.queries.network.places import all_districts
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.services.syndication.asking import Kind
from calendar_service.services.syndication.bodies.gathering import MAX_BYTES, MAX_EVENTS
from tests.judges.test_hard_season import EVERYBODY, EXPANDING, ask
from tests.services.feeding import an_ask, composed

pytestmark = [pytest.mark.judges, pytest.mark.slow, pytest.mark.timeout(600)]
EVENTS = 1_300
PATIENT = "ics"
"""It reads a megabyte in ten seconds, and no dates: of the capped feed alone."""
NOTHING: dict[str, Any] = {"refused": None, "events": None}


@pytest.fixture
def feeds(lima: Database, now: datetime, tmp_path: Path) -> dict[str, Path]:
    """The feed of everything, whole and capped; every other district goes by the clocks of Madrid."""
    with lima.deed() as session:
        for district in all_districts(session)[::2]:
            district.timezone = "Europe/Madrid"
    make(lima, now=now, events=EVENTS)
    files = {}
    for name, query in (("full", "full=1"), ("capped", "")):
        files[name] = tmp_path / f"{name}.ics"
        files[name].write_bytes(composed(lima, an_ask(lima, Kind.ALL, "", query), now=now).body.written(now))
    return files


def occurrences(database: Database) -> Counter[tuple[str, str, str]]:
    """Every date that is materialised: which the pages show, and so calendars must."""
    question = select(Event, Occurrence).join(Occurrence, Occurrence.event_id == Event.id)
    seen: Counter[tuple[str, str, str]] = Counter()
    with database.reading() as session:
        for event, date in session.execute(question):
            title = f"CANCELADO: {event.summary}" if event.status == Status.CANCELLED else event.summary
            moment = f"{date.start:%Y%m%d}" if date.all_day else f"{date.start_utc:%Y%m%dT%H%M%SZ}"
            seen[event.uid, moment, title] += 1
    return seen


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_large_feeds_are_read_by_all_and_show_what_the_pages_show(lima: Database, feeds: dict[str, Path]) -> None:
    capped = feeds["capped"].read_bytes()
    assert len(capped) <= MAX_BYTES < len(feeds["full"].read_bytes())
    kept = capped.count(b"\r\nEND:VEVENT\r\n")
    assert 500 < kept <= MAX_EVENTS
    assert capped.count(b"\r\nDTSTART;TZID=Europe/Madrid:") > kept / 3
    expected = occurrences(lima)
    for judge in EVERYBODY:
        part, whole = ask(judge, feeds["capped"]), NOTHING
        if judge != PATIENT:
            whole = ask(judge, feeds["full"])
        assert (whole["refused"], part["refused"]) == (None, None), judge
        assert (whole["events"] or EVENTS, part["events"] or kept) == (EVENTS, kept), judge
        if judge in EXPANDING:
            assert Counter(map(tuple, whole["dates"])) == expected, judge
            assert not Counter(map(tuple, part["dates"])) - expected, judge
