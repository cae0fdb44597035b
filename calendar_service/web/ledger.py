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

from calendar_service import logs
from calendar_service.web.counting import LAST, Counting

MOST = 200
PAUSE = 0.05
"""Seconds between two writings below which a service is busy."""
EVERY = 1.0


Asker = tuple[str, date, str, str]
"""Who asked: for a feed of which scope, on which local day, from which address, with which program."""


class Ledger:
    """Made once per process; begins no thread before it is busy."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._polls: deque[tuple[logs.Answered, Asker]] = deque()
        self._written, self._waiting = 0.0, False
        self._mark, self._numbers = os.urandom(4).hex(), itertools.count()
        self._promised = False

    def note(self, answered: logs.Answered, asker: Asker) -> None:
        """Keep it, or write it at once."""
        self._polls.append((answered, asker))
        at = answered[0]
        if len(self._polls) >= MOST or not 0 <= at - self._written < PAUSE:
            self._written = at
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
        polls: list[tuple[logs.Answered, Asker]] = []
        with suppress(IndexError):  # another thread may be taking, too
            while True:
                polls.append(self._polls.popleft())
        if not polls:
            return
        logs.requests([answered for answered, _ in polls], self._ids(len(polls)))
        for scope, day, address, agent in {asker for _, asker in polls}:  # who asks twice counts once, now or later
            self._counting.count(scope, day=day, address=address, agent=agent)

    def _ids(self, many: int) -> list[str]:
        """Unique without asking the system for randomness each time."""
        return [f"{self._mark}{number & 0xFFFFFFFF:08x}" for number in itertools.islice(self._numbers, many)]
