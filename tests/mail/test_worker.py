"""The clock as a process: it ticks, lets others tick, ends well (M16, R8, R17)."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RLIMIT_FSIZE, prlimit

import pytest
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MAX_INSTANCES, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select

from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Status
from calendar_service.domain.mail import Lease, Message, MessageKind
from calendar_service.mail.letters import Letters
from calendar_service.services.house import House, wall_time
from calendar_service.services.mails import mailing
from calendar_service.services.mails.mailing import Owed
from calendar_service.services.mails.sending.claiming import Parcel
from calendar_service.services.upkeep import leasing
from calendar_service.worker import Clock, Lasting, made, run_until_done, ticking
from tests.builders import an_event, an_officer
from tests.mails import a_subscription
from tests.smtp import Postbox

DAY = timedelta(days=1)


def owed(n: int, now: datetime) -> Owed:
    return Owed(
        kind=MessageKind.PASSWORD_CHANGED, address=f"p{n}@example.pe", language="es", due=now, expires=now + DAY,
        about={"officer": 1, "at": now.isoformat()},
    )  # fmt: skip


def owe(house: House, count: int, now: datetime) -> None:
    with house.deed() as session:
        mailing.owe(session, [owed(n, now) for n in range(count)], now=now)


def states(house: House) -> list[str]:
    with house.reading() as session:
        return list(session.scalars(select(Message.state).order_by(Message.id)))


def test_only_the_clock_that_has_the_lease_ticks(house: House, now: datetime) -> None:
    """Rule 7."""
    here = replace(house, clock=lambda: now)
    owe(here, 1, now)
    first, second = made(here), made(here)
    first.beat()
    second.beat()
    assert (first.is_ticking, second.is_ticking) == (True, False)
    second.guarded(second.deliver)()
    assert states(here) == ["queued"]
    first.guarded(first.deliver)()
    assert states(here) == ["sent"]
    first.release()
    second.beat()
    assert (first.is_ticking, second.is_ticking) == (False, True)


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_tick_that_was_missed_comes_once_and_none_runs_beside_itself(house: House) -> None:
    """M16, F6: however late; and nothing of it is stored anywhere (F7)."""
    scheduler = ticking(made(house))
    scheduler.start(paused=True)
    try:
        jobs = scheduler.get_jobs()
        ways = {(each.coalesce, each.misfire_grace_time, each.max_instances) for each in jobs}
        stores = [type(each).__name__ for each in scheduler._jobstores.values()]
    finally:
        scheduler.shutdown()
    assert (len(jobs), ways, stores) == (8, {(True, None, 1)}, ["MemoryJobStore"])


def test_a_tick_that_outlasts_its_pause_is_told_once_and_not_at_every_turn_m16(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As while a mail server is slow: APScheduler's own line came every five seconds."""
    scheduler = BackgroundScheduler()
    Lasting().hear(scheduler)
    now = datetime(2026, 12, 1, tzinfo=UTC)
    for event in (EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_EXECUTED, EVENT_JOB_MAX_INSTANCES):
        scheduler._dispatch_event(JobExecutionEvent(event, "deliver", "default", now))
    told = [(each.message, each.tick) for each in caplog.records]  # type: ignore[attr-defined]
    assert told == 2 * [("a tick takes longer than its pause", "deliver")]
    assert not logging.getLogger("apscheduler.scheduler").isEnabledFor(logging.WARNING)


def test_a_clock_that_was_put_back_plans_nothing_and_says_so(
    house: House, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """R17."""
    with house.deed() as session:
        event = an_event(session, by=an_officer(session, now=now), now=now)
        a_subscription(session, now=now, event=event)
    due = datetime(2026, 12, 5, 0, 30, tzinfo=UTC)
    with house.deed() as session:
        leasing.take(session, owner="another", now=due + timedelta(minutes=6), lasting=timedelta(0))
    clock = made(replace(house, clock=lambda: due))
    clock.plan()
    assert (states(house), [each.levelname for each in caplog.records]) == ([], ["ERROR"])
    made(replace(house, clock=lambda: due + timedelta(minutes=2))).plan()
    assert states(house) == ["queued"]


def test_told_to_end_it_finishes_the_message_in_hand_and_takes_no_other(house: House, now: datetime) -> None:
    """R8."""
    owe(house, 3, now)

    class Slow:
        def __call__(self, parcel: Parcel) -> None:
            clock.ends.set()

        def expect(self, parcel: Parcel | None) -> None:
            pass

        def close(self) -> None:
            pass

    clock = Clock(house=replace(house, clock=lambda: now), post=Slow(), letters=Letters(sender="agenda@agenda.example"))
    clock.beat()
    clock.deliver()
    assert states(house) == ["sent", "queued", "queued"]


def test_a_tick_that_fails_is_logged_and_the_next_one_comes(
    house: House, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    clock = made(replace(house, clock=lambda: now))
    clock.beat()

    def stumble() -> None:
        raise ZeroDivisionError

    clock.guarded(stumble)()
    assert [each.getMessage() for each in caplog.records] == ["a tick failed"]
    assert clock.is_ticking


def test_everything_that_is_due_is_done_in_one_go_and_holds_lapse(house: House, now: datetime) -> None:
    """CONTRACT: `worker --once --now` takes no lease and leaves no heartbeat."""
    with house.deed() as session:
        officer = an_officer(session, now=now)
        hold = _hold(session, officer, now)
        event = an_event(session, by=officer, now=now)
        a_subscription(session, now=now, event=event)
    done = run_until_done(house, datetime(2026, 12, 5, 0, 30, tzinfo=UTC))
    assert done == {"lapsed": 1, "pulled": 0, "owed": 1, "delivered": 1}
    (file,) = (house.settings.data_dir / "mail").iterdir()
    assert b"Subject: =?utf-8?" in file.read_bytes()
    with house.reading() as session:
        assert session.scalars(select(Lease)).all() == []
        assert session.scalars(select(Event.status).where(Event.id == hold)).one() == Status.DRAFT


def _hold(session: object, officer: Viewer, now: datetime) -> int:
    from calendar_service.services.status.statuses import hold

    event = an_event(session, by=officer, now=now, status=Status.DRAFT, summary="Reserva")  # type: ignore[arg-type]
    hold(session, event, until=datetime(2026, 12, 3, tzinfo=UTC).date(), by=officer, now=now)  # type: ignore[arg-type]
    return event.id


# The process itself


@contextmanager
def process(house: House, tmp_path: Path, *more: str, mail: str = "") -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {
        "CALENDAR_DATABASE_URL": house.settings.database_url, "CALENDAR_DATA_DIR": str(tmp_path),
        "CALENDAR_BASE_URL": "https://agenda.example", "CALENDAR_SECRET_KEY": "s" * 32, "CALENDAR_MAIL_URL": mail,
    }  # fmt: skip
    command = [sys.executable, "-m", "calendar_service.worker", *more]
    running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)


def owner(house: House) -> str:
    with house.reading() as session:
        return session.scalar(select(Lease.owner)) or ""


def test_the_process_delivers_and_ends_well_when_asked(house: House, smtp_server: Postbox, tmp_path: Path) -> None:
    """R8: exit 0, the lease is given up, the heartbeat stays; real time, as in life."""
    owe(house, 2, wall_time())
    with process(house, tmp_path, mail=smtp_server.url) as worker:
        wait_for(lambda: states(house) == ["sent", "sent"])
        assert owner(house) != ""
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=30)
        assert (worker.returncode, owner(house)) == (0, "")
    assert len(smtp_server.letters) == 2
    assert "@example.pe" not in said
    with house.reading() as session:
        assert session.scalar(select(Lease.heartbeat)) is not None


@pytest.mark.one_database
def test_a_second_process_waits_for_its_turn(house: House, tmp_path: Path) -> None:
    with process(house, tmp_path) as first:
        wait_for(lambda: owner(house) != "")
        ticking = owner(house)
        with process(house, tmp_path) as second:
            wait_for(lambda: len(list(Path(f"/proc/{second.pid}/task").iterdir())) > 1)  # it has asked for the lease
            assert (second.poll(), owner(house)) == (None, ticking)
            first.send_signal(signal.SIGTERM)
            assert first.wait(30) == 0
            wait_for(lambda: owner(house) not in ("", ticking))


@pytest.mark.one_database
def test_a_process_whose_parent_is_gone_ends(house: House, tmp_path: Path) -> None:
    with process(house, tmp_path, "--beside", "1") as worker:
        assert worker.wait(30) == 0


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_once_on_a_disk_that_takes_nothing_is_one_sentence_r14(house: House, tmp_path: Path) -> None:
    owe(house, 1, wall_time())
    with process(house, tmp_path, "--once") as worker:
        prlimit(worker.pid, RLIMIT_FSIZE, (0, 0))
        _, said = worker.communicate(timeout=30)
    assert (worker.returncode, said.count("\n"), states(house)) == (1, 1, ["queued"])


@pytest.mark.one_database
def test_a_wrong_setting_is_one_sentence(house: House, tmp_path: Path) -> None:
    """R18."""
    with process(house, tmp_path, mail="http://nowhere") as worker:
        _, said = worker.communicate(timeout=30)
    assert (worker.returncode, said.count("\n"), "CALENDAR_MAIL_URL" in said) == (2, 1, True)
