"""What was acknowledged stays (R1), nobody's change is lost (R4), and a locked database says so (R5)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from calendar_service.db import engine
from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Busy, Stale
from calendar_service.domain.events import Event, Status
from calendar_service.domain.people import Role
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import revise
from calendar_service.services.people.officers import make_officer
from tests.builders import an_event, an_officer
from tests.processes import SECRET, Service, a_day_ahead, kill, serving, wait_until
from tests.visitor import Visitor

ADDRESS, PASSWORD = "rosa@barranco.example", "retreta de los domingos"


def an_account(database: Database, now: datetime) -> None:
    """A manager of Barranco who can sign in."""
    with database.deed() as session:
        make_officer(
            session, address=ADDRESS, name="Rosa", password=PASSWORD, districts={"barranco": Role.MANAGER}, now=now
        )  # fmt: skip


def signed_in(service: Service) -> Visitor:
    visitor = Visitor(service.url("/"))
    visitor.sign_in(ADDRESS, PASSWORD)
    return visitor


# --- R1 ---


def test_a_posted_event_survives_a_kill_of_every_process(lima: Database, tmp_path: Path, now: datetime) -> None:
    an_account(lima, now)
    settings = {"CALENDAR_DATABASE_URL": lima.url, "CALENDAR_SECRET_KEY": SECRET}
    with serving(tmp_path / "first", "--no-clock", **settings) as service:
        answer = signed_in(service).submit(
            "/office/events/new", summary="Retreta en el parque", start_date=a_day_ahead(), start_time="19:30",
            end_time="21:00", place_note="Parque Municipal", do="publish",
        )  # fmt: skip
        kill(service.pid, *service.children())
        assert answer.status == 303, answer.text
    with serving(tmp_path / "second", "--no-clock", **settings) as service:
        page = service.get("/events/retreta-en-el-parque")
        assert page.status == 200
        assert "Retreta en el parque" in page.text


def test_sqlite_syncs_every_commit_to_the_disk(lima: Database) -> None:
    """F3: with less than FULL, acknowledged rows are lost when the power fails."""
    if not lima.is_sqlite:
        with lima.reading() as session:  # the server's own default; tests alone trade it for speed
            assert session.scalar(text("SELECT boot_val FROM pg_settings WHERE name = 'fsync'")) == "on"
        return
    for transaction in (lima.reading, lima.deed):
        with transaction() as session:
            assert session.scalar(text("PRAGMA synchronous")) == 2
            assert session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert session.scalar(text("PRAGMA foreign_keys")) == 1


# --- R4: the lost-update test of F1 and F2 ---

WORKERS, TURNS = 4, 25


def count_one_more(database: Database, slug: str, by: Viewer, now: datetime) -> None:
    """Read an event, expect one person more, and save: over the version that was read, again until it is taken."""
    while True:
        with database.reading() as session:
            event = event_by_slug(session, slug)
            data, seen = draft_of(event), event.version
        data["expected_attendance"] += 1
        try:
            with database.deed() as session:
                draft = read_draft(data, metropolis=session.installation.metropolis)
                revise(session, event_by_slug(session, slug), draft, seen=seen, by=by, now=now)
        except (Stale, Busy):
            continue
        return


def expected(database: Database, slug: str) -> int:
    with database.reading() as session:
        return session.scalars(select(Event.expected_attendance).where(Event.slug == slug)).one() or 0


@pytest.fixture
def counted(lima: Database, now: datetime) -> tuple[str, Viewer]:
    """An event at which nobody is expected yet, and its officer."""
    with lima.deed() as session:
        officer = an_officer(session, now=now)
        event = an_event(session, by=officer, now=now, status=Status.DRAFT, expected_attendance=0)
        return event.slug, officer


def test_no_update_is_lost_between_threads(lima: Database, counted: tuple[str, Viewer], now: datetime) -> None:
    slug, officer = counted
    start = threading.Barrier(WORKERS)

    def work(_: int) -> None:
        start.wait(30)
        for _ in range(TURNS):
            count_one_more(lima, slug, officer, now)

    with ThreadPoolExecutor(WORKERS) as together:
        list(together.map(work, range(WORKERS)))
    assert expected(lima, slug) == WORKERS * TURNS


PROCESS = """
import sys
from datetime import UTC, datetime
from calendar_service.db.engine import Database
from calendar_service.domain.access import Viewer
from calendar_service.domain.territory.metropolis import Installation
from calendar_service.config.settings import SHIPPED_METROPOLIS
from calendar_service.domain.territory.files import read_metropolis
from tests.journeys.test_reliability_writes import count_one_more

url, slug, officer, district, turns = sys.argv[1:]
lima = read_metropolis(SHIPPED_METROPOLIS)
installation = Installation(metropolis=lima, base_url="http://localhost", secret=b"s" * 32)
database = Database(url, installation=installation, busy_timeout=30)
by = Viewer(officer_id=int(officer), districts=frozenset({int(district)}))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(turns)):
    count_one_more(database, slug, by, datetime(2026, 12, 1, tzinfo=UTC))
"""


def test_no_update_is_lost_between_processes(lima: Database, counted: tuple[str, Viewer]) -> None:
    slug, officer = counted
    (district,) = officer.districts
    words = [sys.executable, "-c", PROCESS, lima.url, slug, str(officer.officer_id), str(district), str(TURNS)]
    both = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for each in both:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    for each in both:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    assert [each.wait(90) for each in both] == [0, 0]
    for each in both:
        each.communicate()
    assert expected(lima, slug) == 2 * TURNS


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    lima: Database, counted: tuple[str, Viewer], now: datetime
) -> None:
    slug, officer = counted
    with lima.reading() as session:
        event = event_by_slug(session, slug)
        data, seen = draft_of(event), event.version
    count_one_more(lima, slug, officer, now)
    with lima.deed() as session:
        draft = read_draft(data, metropolis=session.installation.metropolis)
        event = event_by_slug(session, slug)
        with pytest.raises(Stale):
            revise(session, event, draft, seen=seen, by=officer, now=now)
    assert expected(lima, slug) == 1


# --- R5 ---


def holding(database: Database) -> Callable[[], None]:
    """Lock what signing in writes to, as a long deed of another process does; gives what ends it."""
    connection = database.engine.execution_options(sqlite_begin="IMMEDIATE").connect()
    transaction = connection.begin()
    if not database.is_sqlite:
        connection.execute(text("LOCK TABLE throttle IN ACCESS EXCLUSIVE MODE"))

    def release() -> None:  # the second time does nothing
        transaction.close()
        connection.close()

    return release


def test_a_locked_database_answers_busy_and_reads_go_on(lima: Database, tmp_path: Path, now: datetime) -> None:
    an_account(lima, now)
    settings = {"CALENDAR_DATABASE_URL": lima.url, "CALENDAR_SECRET_KEY": SECRET}
    with serving(tmp_path, "--no-clock", **settings) as service:
        release = holding(lima)
        try:
            answer = Visitor(service.url("/")).submit("/office/login", address=ADDRESS, password=PASSWORD)
            assert answer.status == 503
            assert int(answer.headers["retry-after"]) > 0
            assert service.get("/districts").status == 200
        finally:
            release()
        signed_in(service)


def test_a_question_without_end_is_broken_off_s30(lima: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
    with lima.reading() as session:
        if not lima.is_sqlite:
            assert session.scalar(text("SHOW statement_timeout")) == "5s"
            session.execute(text("SET LOCAL statement_timeout = '100ms'"))
        monkeypatch.setattr(engine, "LONGEST_STATEMENT", 0.1)
        with pytest.raises(OperationalError):
            session.scalar(endless)
    with lima.reading() as session:
        assert session.scalar(text("SELECT 1")) == 1


# --- R8 ---


DONE = b"HTTP/1.1 303 "
ANSWERS = (DONE, b"HTTP/1.1 503 ")
"""Also busy: no lock is waited for longer than two seconds, and a busy machine may need them for the rest."""


@contextmanager
def waiting(service: Service, database: Database) -> Iterator[tuple[socket.socket, Callable[[], None]]]:
    """A request that was taken up and waits for a lock: the line of its answer, and what ends the waiting."""
    visitor = Visitor(service.url("/"))
    path, fields = visitor.fill("/office/login", address=ADDRESS, password=PASSWORD)
    release = holding(database)
    try:
        with visitor.send(path, fields) as line:
            assert service.get("/healthz").status == 200  # asked after it, so it was taken up before
            yield line, release
    finally:
        release()


@pytest.mark.parametrize("tell", [os.kill, os.killpg])
def test_a_request_in_hand_is_answered_before_the_service_ends(
    lima: Database, tmp_path: Path, now: datetime, tell: Callable[[int, int], None]
) -> None:
    """Also when every process is told at once, as Ctrl-C and systemd do."""
    an_account(lima, now)
    settings = {"CALENDAR_DATABASE_URL": lima.url, "CALENDAR_SECRET_KEY": SECRET}
    with (
        serving(tmp_path, "--no-clock", **settings) as service,
        waiting(service, lima) as (line, release),
    ):
        tell(service.pid, signal.SIGTERM)
        wait_until(lambda: not service.answers())  # nobody else comes in
        release()
        assert line.recv(1000).startswith(ANSWERS)
        assert service.process.wait(60) == 0


def test_a_second_signal_ends_the_service_at_once(lima: Database, tmp_path: Path, now: datetime) -> None:
    an_account(lima, now)
    settings = {"CALENDAR_DATABASE_URL": lima.url, "CALENDAR_SECRET_KEY": SECRET}
    with serving(tmp_path, "--no-clock", **settings) as service, waiting(service, lima) as (line, _):
        for _ in range(2):
            os.kill(service.pid, signal.SIGTERM)
            wait_until(lambda: not service.answers())
        service.process.wait(60)
        with suppress(ConnectionResetError):
            assert not line.recv(1000).startswith(DONE)  # it was not waited for
