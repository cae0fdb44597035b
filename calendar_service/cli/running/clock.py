"""The clock, a program of its own: `worker` becomes it, `serve` runs it as a child beside the web service."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import datetime

from calendar_service.cli.opening import check_not_lost, furnished, opened
from calendar_service.cli.terminal import WrongUse, say
from calendar_service.config.reading import read_settings

COMMAND = (sys.executable, "-m", "calendar_service.worker")
PAUSE = 5.0
"""Seconds before a clock that died is started again."""
LAST_WORDS = 20.0
"""Seconds that a clock has to finish the message in hand."""


def add_worker(parser: ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do everything that is due, say how much it was, and end")
    parser.add_argument(
        "--now",
        type=_instant,
        metavar="ISO",
        help="with --once: the time to believe in, such as 2026-12-05T19:30-05:00",
    )
    parser.set_defaults(do=_worker)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise ArgumentTypeError(f"{text!r} is not a time such as 2026-12-05T19:30-05:00") from wrong
    if moment.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} does not say in which zone: end it with Z or an offset such as -05:00")
    return moment


def _worker(given: Namespace) -> int:
    if given.now and not given.once:
        raise WrongUse("--now goes with --once: a clock that goes on believes in the machine's time.")
    check_not_lost(furnished(read_settings()))
    with opened(migrate=True):
        words = ["--once"] if given.once else []
    if given.now:
        words += ["--now", given.now.isoformat()]
    os.execv(sys.executable, [*COMMAND, *words])  # noqa: S606 - our own program takes this process over


class Clock:
    """A child process. It has a process group of its own, so that Ctrl-C reaches it through us alone."""

    def __init__(self) -> None:
        self._ending = False  # a plain flag: signal handlers set it, and may come twice
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start it and keep it running until told to stop."""
        while not self._must_end():
            self._process = subprocess.Popen([*COMMAND, "--beside", str(os.getpid())], process_group=0)  # noqa: S603
            if self._must_end():  # told between the two lines above
                self._process.terminate()
            self._process.wait()
            if not self._must_end():
                say(f"The clock ended (exit code {self._process.returncode}); it is started again.")
                time.sleep(PAUSE)

    def _must_end(self) -> bool:
        return self._ending

    def stop(self) -> None:
        """Ask it to end; safe to call from a signal handler, and twice."""
        self._ending = True
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def see_off(self) -> None:
        """Wait until it has ended; one that does not is killed."""
        self.stop()
        until = time.monotonic() + LAST_WORDS
        while self._process and self._process.poll() is None:
            if time.monotonic() > until:
                self._process.kill()
            time.sleep(0.02)
