"""The clock: APScheduler with a handful of ticks; no rule, no state (rule 7, M16).

Run as `python -m calendar_service.worker`, beside the web service or alone. However many run, one of them ticks,
by a lease in the database. Who is due, and who was told, is asked of the database at every tick.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType
from typing import Protocol
from uuid import uuid4

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from calendar_service import logs
from calendar_service.config.reading import read_settings
from calendar_service.config.refusing import BadSetting
from calendar_service.db.engine import Session
from calendar_service.db.queries.importing.sources import due_sources
from calendar_service.domain.errors import Busy
from calendar_service.domain.sources import Fetch
from calendar_service.fetching.download import Fetcher, agent_of
from calendar_service.mail.files import MailFolder
from calendar_service.mail.letters import Letters
from calendar_service.mail.wire import PostOffice
from calendar_service.services.again import again
from calendar_service.services.agenda.searching import write_stale_words
from calendar_service.services.evidence import outcomes
from calendar_service.services.house import House, open_house
from calendar_service.services.importing.pulling import pull
from calendar_service.services.mails import mailing
from calendar_service.services.mails.sending.claiming import Parcel
from calendar_service.services.mails.sending.delivering import Results
from calendar_service.services.mails.sending.returning import ReturnPaths
from calendar_service.services.mails.sending.series import Delivery
from calendar_service.services.pictures import keeping as pictures
from calendar_service.services.status.holding import remind_of_holds
from calendar_service.services.status.statuses import lapse_holds
from calendar_service.services.syndication import keeping
from calendar_service.services.upkeep import leasing
from calendar_service.services.upkeep.planning import plan
from calendar_service.services.upkeep.tidying import tidy

log = logging.getLogger(__name__)

COMMAND_TIMEOUT = 30.0
"""Seconds that a tick waits for the database: a page does not wait for it, it waits for pages (R5)."""
EVERY_BEAT, EVERY_DELIVERY, EVERY_PLAN, EVERY_HOUR = 10, 5, 60, 3_600
RECENT = timedelta(minutes=30)
"""How far back the plan of every minute looks; the one of every hour looks at all that has not expired."""
STALE: tuple[Callable[[Session], int], ...] = (keeping.keep_stale, write_stale_words)
"""What does a few of what an upgrade left in the words of the version before, and says how many there were."""
BUSY = "The database is busy or away: what was done stands, and the rest is done the next time."
CANNOT_WRITE = "Nothing can be written, as on a full disk: what was done stands, and the rest is done the next time."
BATCH = 500
"""Mails in one tick, so that the line is closed and the lease looked at now and then."""


class Post(Protocol):
    """Where mails go."""

    def __call__(self, parcel: Parcel) -> None:
        """Hand one over."""

    def expect(self, parcel: Parcel | None) -> None:
        """Hear which one is likely to follow the next."""

    def close(self) -> None:
        """End a batch."""


def post_for(house: House) -> Post:
    """The mail server, or the folder where mails become files."""
    settings = house.settings
    if settings.mail is None:
        return MailFolder(settings.data_dir / "mail")
    returns = ReturnPaths(installation=house.installation, mailbox=settings.mail_bounces)
    return PostOffice(settings.mail, sender=settings.mail_from, returns=returns)


@dataclass(slots=True, kw_only=True)
class Clock:
    """The ticks of one process. Those that do something do it only while the lease is theirs."""

    house: House
    post: Post
    letters: Letters
    fetch: Fetch = field(default_factory=lambda: Fetcher(agent="calendar-service"))
    owner: str = field(default_factory=lambda: uuid4().hex)
    ends: threading.Event = field(default_factory=threading.Event)
    results: Results = field(default_factory=Results)
    _mine_until: float = 0.0

    @property
    def is_ticking(self) -> bool:
        """Whether the lease is ours, by a clock that nobody puts forward or back."""
        return time.monotonic() < self._mine_until and not self.ends.is_set()

    def beat(self) -> None:
        """Take or keep the lease."""
        before = time.monotonic()
        with self.house.deed() as session:
            mine = leasing.take(session, owner=self.owner, now=self.house.now())
        self._mine_until = before + leasing.LASTING.total_seconds() if mine else 0.0

    def release(self) -> None:
        """Let another process tick."""
        self._mine_until = 0.0
        with self.house.deed() as session:
            leasing.release(session, owner=self.owner)

    def plan(self, back: timedelta | None = RECENT) -> None:
        """Owe what falls due soon, unless the machine's clock was put back (R17)."""
        now = self.house.now()
        with self.house.reading() as session:
            sound = leasing.may_plan(session, now=now)
        if sound:
            plan(self.house, now=now, back=back)
        else:
            log.error("the clock is before the last heartbeat; nothing is planned", extra={"now": now})

    def plan_all(self) -> None:
        """The same for everything that has not expired."""
        self.plan(back=None)

    def deliver(self) -> None:
        """Send what is due; a message in hand is finished whatever comes (R8)."""
        try:
            left = BATCH
            while left > 0 and self.is_ticking and (dealt := self._delivery(self.house.now).deliver(most=left)):
                left -= dealt
        finally:
            self.post.close()

    def deliver_some(self, now: datetime) -> int:
        """Deal with some messages that are due, whoever ticks; how many, 0 when there is none."""
        return self._delivery(lambda: now, always=True).deliver()

    def _delivery(self, clock: Callable[[], datetime], *, always: bool = False) -> Delivery:
        return Delivery(
            house=self.house,
            send=self.post,
            scribe=self.letters,
            owner=self.owner,
            clock=clock,
            results=self.results,
            goes_on=lambda: always or self.is_ticking,
            expect=self.post.expect,
        )

    def lapse(self) -> None:
        """Tell of the holds that end soon, let go those whose day is over, ask what came of what took place."""
        with self.house.deed() as session:
            remind_of_holds(session, now=self.house.now())
            outcomes.ask(session, now=self.house.now())
            lapse_holds(session, now=self.house.now())

    def pull(self) -> None:
        """Bring in the calendars elsewhere whose hour has come, one after the other."""
        while self.is_ticking and self.pull_one(self.house.now()):
            pass

    def pull_one(self, now: datetime) -> bool:
        """Ask the one that waits longest; False when none is due."""
        with self.house.reading() as session:
            due = due_sources(session, now)
        if due:
            pull(self.house, due[0], fetch=self.fetch, now=now)
        return bool(due)

    def tidy(self) -> None:
        """Remove what is over, a batch at a time."""
        while self.is_ticking and _some(self.house, lambda session: tidy(session, now=self.house.now())):
            pass
        pictures.tidy(self.house.database, data_dir=self.house.settings.data_dir, now=self.house.now())

    def render(self) -> None:
        """Render and index what an upgrade left in the words of the version before, a few events at a time."""
        for stale in STALE:
            while self.is_ticking and _some(self.house, stale):
                pass

    def guarded(self, tick: Callable[[], None], *, always: bool = False) -> Callable[[], None]:
        """A tick that is left out while another process ticks, and whose failure is logged and tried again."""

        def run() -> None:
            if not always and not self.is_ticking:
                return
            try:
                again(tick, mends=lambda _: self.house.database.aside.look())
            except Busy as wrong:
                log.warning("the database is busy or away", extra={"tick": tick.__name__, "why": wrong.code})
            except Exception:
                log.exception("a tick failed", extra={"tick": tick.__name__})

        return run


def _some(house: House, batch: Callable[[Session], int]) -> int:
    """Do a batch in a deed of its own; how much that was, 0 when there is nothing more to do."""
    with house.deed() as session:
        return batch(session)


def made(house: House) -> Clock:
    """A clock for a house."""
    return Clock(
        house=house, post=post_for(house), letters=Letters(sender=house.settings.mail_from),
        fetch=Fetcher(agent=agent_of(house.settings.base_url)),
    )  # fmt: skip


def run_until_done(house: House, now: datetime) -> dict[str, int]:
    """Every tick at one instant until nothing is due; how much was done. Takes no lease, leaves no heartbeat. Raises
    Busy.
    """
    clock = made(house)

    def one(tick: Callable[[], int]) -> int:
        return again(tick, mends=lambda _: house.database.aside.look())

    def every(tick: Callable[[], int]) -> int:
        """Again and again, until it has nothing to do."""
        return sum(iter(partial(one, tick), 0))

    try:
        done = {
            "lapsed": one(partial(_lapsed, house, now)),
            "pulled": every(partial(clock.pull_one, now)),
            "owed": every(partial(plan, house, now=now)),
            "delivered": every(partial(clock.deliver_some, now)),
        }
    finally:
        clock.post.close()
    batches: tuple[Callable[[Session], int], ...] = (partial(tidy, now=now), *STALE)
    for batch in batches:
        every(partial(_some, house, batch))
    pictures.tidy(house.database, data_dir=house.settings.data_dir, now=now)
    return done


def _lapsed(house: House, now: datetime) -> int:
    """How many holds were let go."""
    with house.deed() as session:
        mailing.release_brake(session)
        remind_of_holds(session, now=now)
        outcomes.ask(session, now=now)
        return lapse_holds(session, now=now)


def run(house: House, *, parent: int | None = None, clock: Clock | None = None) -> None:
    """Tick until SIGTERM or SIGINT, or until the process that started us is gone."""
    clock = clock or made(house)
    _end_on_signal(clock.ends)
    scheduler = ticking(clock)
    gc.collect()
    gc.freeze()  # as in a web process
    scheduler.start()
    try:
        while not clock.ends.wait(1.0):
            if parent is not None and os.getppid() != parent:
                clock.ends.set()
    finally:
        scheduler.shutdown(wait=True)
        clock.guarded(clock.release, always=True)()


def ticking(clock: Clock) -> BackgroundScheduler:
    """Ticks in memory: what was missed is one tick, none is ever dropped, none runs beside itself (F6, M16)."""
    scheduler = BackgroundScheduler(
        timezone=UTC, executors={"default": ThreadPoolExecutor(6)},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )  # fmt: skip
    clock.guarded(clock.beat, always=True)()
    clock.guarded(_release_brake(clock))()
    start = datetime.now(UTC)
    ticks = (
        (clock.beat, EVERY_BEAT), (clock.plan_all, EVERY_HOUR), (clock.plan, EVERY_PLAN),
        (clock.deliver, EVERY_DELIVERY), (clock.lapse, EVERY_PLAN), (clock.tidy, EVERY_HOUR),
        (clock.render, EVERY_HOUR), (clock.pull, EVERY_PLAN),
    )  # fmt: skip
    for tick, seconds in ticks:
        guarded = clock.guarded(tick, always=tick == clock.beat)
        scheduler.add_job(
            guarded, "interval", seconds=seconds, next_run_time=start, name=tick.__name__, id=tick.__name__
        )  # fmt: skip
    Lasting().hear(scheduler)
    return scheduler


class Lasting:
    """Ticks that take longer than their pause, as when the mail server is slow: told once for each that does.

    APScheduler would say at each further turn that it was left out, which it is meant to be.
    """

    def __init__(self) -> None:
        self._told: set[str] = set()

    def hear(self, scheduler: BackgroundScheduler) -> None:
        """Tell of the ticks of a scheduler, in its place."""
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        scheduler.add_listener(self._left_out, EVENT_JOB_MAX_INSTANCES)
        scheduler.add_listener(self._over, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)

    def _left_out(self, turn: JobSubmissionEvent) -> None:
        if turn.job_id not in self._told:
            self._told.add(turn.job_id)
            log.warning("a tick takes longer than its pause", extra={"tick": turn.job_id})

    def _over(self, turn: JobExecutionEvent) -> None:
        self._told.discard(turn.job_id)


def _release_brake(clock: Clock) -> Callable[[], None]:
    def release_brake() -> None:
        with clock.house.deed() as session:
            mailing.release_brake(session)

    return release_brake


def _end_on_signal(ends: threading.Event) -> None:
    def end(number: int, _frame: FrameType | None) -> None:
        if ends.is_set():
            os._exit(128 + number)  # asked a second time: at once (R8)
        ends.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def main(arguments: list[str] | None = None) -> int:
    """Run the clock; gives the exit code. Whoever starts this has brought the schema up."""
    parser = ArgumentParser(prog="python -m calendar_service.worker", description="The clock.")
    parser.add_argument("--beside", type=int, metavar="PID", help="end when this process, our parent, is gone")
    parser.add_argument("--once", action="store_true", help="do what is due, say how much that was, and end")
    parser.add_argument("--now", type=datetime.fromisoformat, metavar="ISO", help="with --once: the time to believe in")
    given = parser.parse_args(arguments)
    try:
        house = open_house(read_settings(), busy_timeout=COMMAND_TIMEOUT, begun=True)
    except BadSetting as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    logs.configure()
    try:
        if given.once:
            sys.stdout.write(json.dumps(run_until_done(house, given.now or house.now())) + "\n")
        else:
            run(house, parent=given.beside)
    except Busy as wrong:  # with --once alone; the ticks of a clock that goes on are guarded
        sys.stderr.write(f"{CANNOT_WRITE if wrong.code == 'no_room' else BUSY}\n")
        return 1
    finally:
        house.database.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
