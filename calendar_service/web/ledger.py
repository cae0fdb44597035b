"""What polls leave behind: a line in the log, a count, one more reader of a feed. Written several at a time.

Each alone would cost more than its answer, and keep the next one waiting. A quiet service writes at once; a busy
one when so many have come together, and never later than a second after, or when the process ends.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections import deque
from contextlib import suppress
from datetime import date
from multiprocessing.util import Finalize
from typing import NamedTuple

from calendar_service import logs
from calendar_service.web.counting import LAST, Counting

MOST = 200
PAUSE = 0.05
"""Seconds between two writings below which a service is busy."""
EVERY = 1.0


class Poll(NamedTuple):
    """A poll that was answered, at a time in seconds since 1970, within so many seconds."""

    at: float
    method: str
    path: str
    status: int
    size: int
    took: float
    scope: str
    day: date
    address: str
    agent: str


class Ledger:
    """Made once per process; begins no thread before it is busy."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._polls: deque[Poll] = deque()
        self._written, self._waiting = 0.0, False
        self._mark, self._numbers = os.urandom(4).hex(), itertools.count()
        self._promised = False

    def note(self, poll: Poll) -> None:
        """Keep it, or write it at once."""
        self._polls.append(poll)
        if len(self._polls) >= MOST or not 0 <= poll.at - self._written < PAUSE:
            self._written = poll.at
            self.write()
        elif not self._waiting:
            self._waiting = True
            self._wait()

    def _wait(self) -> None:
        """See to it that what is left is written though nobody comes after."""
        if not self._promised:
            self._promised = True
            Finalize(None, self.write, exitpriority=LAST + 1)  # before what it counts is written down
        late = threading.Timer(EVERY, self._write_late)
        late.daemon = True
        late.start()

    def _write_late(self) -> None:
        self._waiting = False  # first, so that whoever comes from now on sees to it that somebody waits
        self.write()

    def write(self) -> None:
        """Write down all that were noted so far."""
        polls: list[Poll] = []
        with suppress(IndexError):  # another thread may be taking, too
            while True:
                polls.append(self._polls.popleft())
        if polls:
            logs.requests([self._answered(each) for each in polls])
        for each in polls:
            self._counting.count(each.scope, day=each.day, address=each.address, agent=each.agent)

    def _answered(self, poll: Poll) -> logs.Answered:
        """Its number is unique without asking the system for randomness each time."""
        number = f"{self._mark}{next(self._numbers) & 0xFFFFFFFF:08x}"
        at, method, path, status, size, took = poll[:6]
        return logs.Answered(at, number, method, path, status, size, round(took * 1000, 1))
