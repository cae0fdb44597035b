"""Work that no answer waits for, one piece after another; what is left is done before the process ends."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.util import Finalize

FIRST = 200
"""At the end of a process before what counts and closes (a higher number comes earlier)."""

Work = Callable[[], None]
log = logging.getLogger(__name__)


class Later:
    """Begins no thread before there is something to do, and keeps none when there is nothing more."""

    def __init__(self) -> None:
        self._waiting: deque[Work] = deque()
        self._desk, self._hands = threading.Lock(), threading.Lock()
        self._busy = self._promised = False

    def do(self, work: Work) -> None:
        """Have it done soon."""
        with self._desk:
            self._waiting.append(work)
            if self._busy:
                return
            self._busy = True
            if not self._promised:
                self._promised = True
                Finalize(None, self.finish, exitpriority=FIRST)  # as atexit, but also in a process that was forked
        threading.Thread(target=self._work, name="later", daemon=True).start()

    def finish(self) -> None:
        """Do here and now what nobody has begun, once the rest is done."""
        with self._hands:
            while work := self._next():
                _do(work)

    def _work(self) -> None:
        while True:
            self.finish()
            with self._desk:
                if not self._waiting:
                    self._busy = False
                    return

    def _next(self) -> Work | None:
        with suppress(IndexError):
            return self._waiting.popleft()
        return None


def _do(work: Work) -> None:
    try:
        work()
    except Exception:  # the next piece is not to blame
        log.exception("something that was left for later failed")
