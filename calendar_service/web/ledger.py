"""What polls leave behind: a line in the log, a count, one more reader of a feed. Written several at a time.

Each alone would cost more than its answer, and keep the next one waiting. A quiet service writes at once; a busy
one when so many have come together, and never later than a second after, or when the process ends.
"""

from __future__ import annotations

import itertools
import os
import threading
from dataclasses import dataclass
from datetime import date
from multiprocessing.util import Finalize

from calendar_service import logs
from calendar_service.web.counting import LAST, Counting

MOST = 200
PAUSE = 0.05
"""Seconds between two writings below which a service is busy."""
EVERY = 1.0
NUMBERED = 256
"""Lines whose ids are counted together."""
_NUMBERS = [f"{number:02x}" for number in range(NUMBERED)]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What many asked for alike: a feed of which scope, on which local day."""

    scope: str
    day: date


Poll = tuple[float, float, logs.Alike, Asked, str, str]
"""When (seconds since 1970), the seconds that it took, what it says and asks like others, from which address, with
which program. No class: one is made for every poll.
"""


class Ledger:
    """Made once per process; begins no thread before it is busy."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self._polls: list[Poll] = []
        self._written, self._waiting = 0.0, False
        self._mark, self._numbers = os.urandom(4).hex(), itertools.count()
        self._promised = False
        self._desk = threading.Lock()

    def note(self, poll: Poll) -> None:
        """Keep it, or write it at once."""
        self._polls.append(poll)
        at = poll[0]
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
        while polls := self._taken():
            at, took, same, asked, addresses, agents = zip(*polls, strict=True)
            logs.requests(logs.Answered(at, took, same, self._ids(len(polls))))
            for feed, address, agent in set(zip(asked, addresses, agents, strict=True)):  # twice counts once
                self._counting.count(feed.scope, day=feed.day, address=address, agent=agent)

    def _taken(self) -> list[Poll]:
        """The next of them; whoever notes one meanwhile puts it behind."""
        with self._desk:
            taken = self._polls[:NUMBERED]
            del self._polls[: len(taken)]
        return taken

    def _ids(self, many: int) -> list[str]:
        """Unique without asking the system for randomness each time."""
        start = f"{self._mark}{next(self._numbers) & 0xFFFFFF:06x}"
        return [start + number for number in _NUMBERS[:many]]
