"""`worker`: the clock alone, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.operations import CLOCK, heartbeat
from calendar_service.domain.events import Status
from calendar_service.domain.mail import Lease, Message, MessageState
from calendar_service.services.people.officers import make_officer
from calendar_service.services.people.resetting import ask
from tests.builders import an_event, an_officer
from tests.cli.conftest import Run
from tests.processes import ROOT, SECRET, command, surroundings, wait_until

pytestmark = pytest.mark.one_database  # what it does on each is asked of the same functions in mail/test_worker.py

NOW = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)


def once(lima: Database, folder: Path, now: datetime) -> dict[str, int]:
    """Everything that is due at an instant; how much was done."""
    done = command(
        "worker", "--once", "--now", now.isoformat(), folder=folder, CALENDAR_DATABASE_URL=lima.url,
        CALENDAR_SECRET_KEY=SECRET,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


def test_once_does_all_that_is_due_at_the_time_it_is_told_and_then_nothing(lima: Database, tmp_path: Path) -> None:
    """It takes no lease and leaves no heartbeat, so that it may be asked beside the clock."""
    with lima.deed() as session:
        _ask_for_a_password(session)
        lapses = _hold(session) + timedelta(days=2)
    later = NOW + timedelta(minutes=1)
    assert once(lima, tmp_path, later) == {"lapsed": 0, "pulled": 0, "owed": 0, "delivered": 1}
    assert once(lima, tmp_path, later) == {"lapsed": 0, "pulled": 0, "owed": 0, "delivered": 0}
    (letter,) = (tmp_path / "mail").glob("*.eml")
    assert letter.name.startswith("20261201T0031")
    with lima.reading() as session:
        assert session.scalars(select(Message.state)).all() == [MessageState.SENT]
    assert once(lima, tmp_path, lapses)["lapsed"] == 1
    with lima.reading() as session:
        assert session.get(Lease, CLOCK) is None


def _ask_for_a_password(session: Session) -> None:
    """Rosa's: a mail is owed."""
    make_officer(session, address="rosa@barranco.example", name="Rosa", password="no importa cuál sea",
                 districts={}, now=NOW)  # fmt: skip
    ask(session, address="rosa@barranco.example", prefix="192.0.2.1", now=NOW)


def _hold(session: Session) -> datetime:
    """The last day of a hold."""
    event = an_event(session, by=an_officer(session, now=NOW), now=NOW, status=Status.TENTATIVE)
    assert event.hold_until is not None
    return datetime.combine(event.hold_until, datetime.min.time(), UTC)


@pytest.mark.parametrize(
    "words", [["--now", "2026-12-01T00:30Z"], ["--once", "--now", "2026-12-01T00:30"], ["--once", "--now", "noon"]]
)
def test_a_time_is_said_with_its_zone_and_for_once_alone(run: Run, words: list[str]) -> None:
    assert run("worker", *words).code == 2


def test_the_clock_alone_ticks_until_it_is_told_to_end(lima: Database, tmp_path: Path) -> None:
    program = "import sys; from calendar_service.cli import main; sys.exit(main(['worker']))"
    settings = surroundings(tmp_path, CALENDAR_DATABASE_URL=lima.url, CALENDAR_SECRET_KEY=SECRET)
    with (tmp_path / "log").open("wb") as log:
        clock = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=settings, stderr=log)
    try:
        wait_until(lambda: _heartbeat(lima) is not None or clock.poll() is not None)
        assert clock.poll() is None, (tmp_path / "log").read_text()
        os.kill(clock.pid, signal.SIGTERM)
        assert clock.wait(60) == 0
    finally:
        clock.kill()
    with lima.reading() as session:
        lease = session.get(Lease, CLOCK)
        assert lease
        assert lease.owner == ""  # another may tick at once


def _heartbeat(database: Database) -> datetime | None:
    with database.reading() as session:
        return heartbeat(session)
