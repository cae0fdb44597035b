"""`serve`: the web service, in granian's worker processes, with the clock beside them.

The parent opens no database and starts no thread before its workers are forked (docs/operating.md).
"""

from __future__ import annotations

import gc
import os
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from multiprocessing import get_start_method
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from calendar_service import logs
from calendar_service.cli.opening import bring_up, check_not_lost, done, furnished, has_copies, refusals
from calendar_service.cli.running import counts, lanes
from calendar_service.cli.running.clock import Clock
from calendar_service.cli.running.listening import Place, free_place
from calendar_service.cli.terminal import Away, Refused, WrongUse, give, say
from calendar_service.config.reading import read_settings
from calendar_service.config.settings import Settings
from calendar_service.db.engine import Session
from calendar_service.db.queries.operations import has_districts
from calendar_service.services.demo.accounts import close_accounts, demo_accounts
from calendar_service.services.house import House

GRACE = 10
"""Seconds in which requests that are being answered may finish (R8)."""
SILENCE = 10
"""Seconds for which a line may say nothing: a proxy lets go of its own before (docs/deploy)."""
MOST_WORKERS = 64
WAKING = 0.5
LOOKING = 2.0
"""Seconds between two looks for a database that is away."""
QUIET: dict[str, Any] = {"handlers": {}, "loggers": {"_granian": {"propagate": True}}}
"""granian's own log goes where ours goes, errors alone."""


def add_serve(parser: ArgumentParser) -> None:
    parser.add_argument("--host", metavar="H", help="where to listen (default: HOST, else 127.0.0.1)")
    parser.add_argument("--port", metavar="P", help="which port (default: PORT, else 8000)")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="web processes (default: 1)")
    parser.add_argument("--no-clock", action="store_true", help="do not run the clock beside it")
    parser.set_defaults(do=_serve)


def _serve(given: Namespace) -> int:
    if not 1 <= given.workers <= MOST_WORKERS:
        raise WrongUse(f"--workers: a number from 1 to {MOST_WORKERS}")
    for name, value in (("HOST", given.host), ("PORT", given.port)):
        if value:
            os.environ[name] = value  # the base URL follows, here and in every child
    settings = read_settings()
    place = listening_place()
    house = furnished(settings)
    try:
        begin(house)
        later = None
    except Away as wrong:
        if not has_copies(house):
            raise
        say(f"{wrong}\nUntil it is there, the last copies of feeds are given, marked as old, and nothing else.")
        later = partial(begin_later, house)
    return run(settings, place, given, workers=given.workers, clock=not given.no_clock, first=later)


def begin(house: House) -> None:
    """Make the database ready for whoever comes in. Raises Refused."""
    try:
        with refusals(house):
            check_not_lost(house)
            bring_up(house, migrate=True)
            look_around(house)
    finally:
        house.database.dispose()


def begin_later(house: House) -> None:
    """As soon as the database is back (R13)."""
    while True:
        time.sleep(LOOKING)
        with suppress(Refused):
            begin(house)
            return


def look_around(house: House) -> None:
    """What must hold before anybody comes in: no demo account is open where others can reach it."""

    def deed(session: Session) -> None:
        if not has_districts(session):
            say("No metropolis is loaded yet: run `calendar-service load`.")
        if not house.settings.is_loopback and close_accounts(session, demo_accounts(house.metropolis), now=house.now()):
            say("The demo accounts were closed, as the base URL is not this machine's own.")

    done(house, deed)


def listening_place() -> Place:
    """The free place that HOST and PORT name. Raises BadSetting, Refused."""
    return free_place(os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or "8000"))


def run(
    settings: Settings, place: Place, given: Namespace, *, workers: int = 1, clock: bool = True,
    accounts: Sequence[Mapping[str, str]] = (), first: Callable[[], None] | None = None,
) -> int:  # fmt: skip
    """Serve until told to stop; gives the exit code. `accounts` are said below the address, `first` is done before the
    clock begins.
    """
    if place.is_everywhere and "CALENDAR_BASE_URL" not in os.environ:
        say("CALENDAR_BASE_URL: set it to the address under which people reach this; links need it.")
    logs.configure()
    if workers > 1:
        counts.share(settings.data_dir / "metrics")
    share_memory()
    beside = Clock() if clock else None

    def ready() -> None:
        with suppress(OSError):  # nobody reads our output: no reason not to serve
            result = {"address": settings.base_url, "pid": os.getpid(), "accounts": list(accounts)}
            give(given, result, [_address(settings, place), *map(_account, accounts)])
        if first:
            first()
        if beside:
            beside.run()

    server = WebServer(place, workers=workers, clock=beside, ready=ready)
    try:
        server.serve()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _address(settings: Settings, place: Place) -> str:
    """Where people find it, and where it listens if that is elsewhere."""
    here = settings.base_url.endswith(f":{place.port}")
    return f"Agenda: {settings.base_url}" + ("" if here else f" (listening at {place.address}, port {place.port})")


def _account(account: Mapping[str, str]) -> str:
    what = ", ".join(filter(None, (account["role"], account["district"])))
    return f"  {account['address']:<32} {account['passphrase']}   {account['name']} ({what})"


def share_memory() -> None:
    """Load what every worker needs before it is forked, and let the collector pass it by: it would write into each
    page, and so give each worker a copy of its own. (Where processes are not forked there is nothing to share.)
    """
    if get_start_method() == "fork":
        import_module("calendar_service.cli.running.web_process")
        gc.collect()
        gc.freeze()


class _Waking(threading.Event):
    """Wakes the main thread now and then: a signal that the system handed to another is only then heeded."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set; `timeout` is not heeded."""
        del timeout
        while not super().wait(WAKING):
            pass
        return True


class WebServer(MPServer):
    """granian, told when its workers stand, and ended at once by a second signal."""

    def __init__(self, place: Place, *, workers: int, clock: Clock | None, ready: Any) -> None:  # noqa: ANN401
        super().__init__(
            "calendar_service.cli.running.web_process:application", factory=True, interface=Interfaces.WSGI,
            address=place.address, port=place.port, workers=workers,
            blocking_threads=lanes.TAKING,  # one of them on watch, and others behind them
            http=HTTPModes.http1, http1_settings=HTTP1Settings(header_read_timeout=SILENCE * 1000), websockets=False,
            respawn_failed_workers=True, workers_kill_timeout=GRACE,
            log_level=LogLevels.error, log_dictconfig=QUIET,
        )  # fmt: skip
        self.place, self.clock, self.ready, self.parent = place, clock, ready, os.getpid()
        self.main_loop_interrupt = _Waking()
        if clock:
            self.on_shutdown(clock.see_off)

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:  # noqa: ANN401 - granian's own
        super()._spawn_workers(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        threading.Thread(target=self._when_ready, daemon=True).start()

    def _when_ready(self) -> None:
        while not self.place.answers():
            if self.interrupt_signal:
                return
            time.sleep(0.05)
        self.ready()

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - granian's own
        """Stop; told a second time, stop at once (R8)."""
        if os.getpid() != self.parent:  # a worker that is still being made, and serves nobody yet
            os._exit(0)
        if self.interrupt_signal:
            for worker in self.wrks:
                worker.kill()  # type: ignore[no-untyped-call]
        if self.clock:
            self.clock.stop()
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]
