"""Work that no answer waits for: done some seconds later, all of a while together; at the end of a process at once."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.util import Finalize
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

REST = 5.0
"""Seconds in which things may change again before they are worth writing down."""

FIRST = 200
"""At the end of a process before what counts and closes (a higher number comes earlier)."""

IDLE = 60.0
"""Seconds after which a thread that has nothing to do ends."""

Work = Callable[[], None]
log = logging.getLogger(__name__)


class Later:
    """Begins no thread before there is something to do, and wakes it once for all that is asked until it has rested."""

    def __init__(self, rest: float = REST) -> None:
        self._rest = rest
        self._waiting: deque[Work] = deque()
        self._desk, self._hands = threading.Lock(), threading.Lock()
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._is_promised = self._is_begun = self._is_rung = False

    def do(self, work: Work) -> None:
        """Have it done soon."""
        self._waiting.append(work)
        with self._desk:
            if self._is_rung:
                return
            self._is_rung = True
            if not self._is_begun:
                self._begin()
        self._bell.put(None)

    def finish(self) -> None:
        """Do here and now what nobody has begun, once the rest is done."""
        with self._hands:
            while work := self._next():
                _do(work)

    def _begin(self) -> None:
        self._is_begun = True
        if not self._is_promised:
            self._is_promised = True
            Finalize(None, self.finish, exitpriority=FIRST)  # as atexit, but also in a process that was forked
        threading.Thread(target=self._work, name="later", daemon=True).start()

    def _work(self) -> None:
        while self._is_called():
            time.sleep(self._rest)
            self._is_rung = False  # first, so that whoever comes from now on rings again
            self.finish()

    def _is_called(self) -> bool:
        """Wait until there is something to do; not for ever."""
        try:
            self._bell.get(timeout=IDLE)
        except Empty:
            with self._desk:
                self._is_begun = self._is_rung
                return self._is_rung
        return True

    def _next(self) -> Work | None:
        with suppress(IndexError):
            return self._waiting.popleft()
        return None


def _do(work: Work) -> None:
    try:
        work()
    except Exception:  # the next piece is not to blame
        log.exception("something that was left for later failed")


Item = TypeVar("Item")


class Coming(Generic[Item]):
    """What is on its way to where it shall stay, by key; one that comes meanwhile takes the place of the one before."""

    def __init__(self, later: Later, write: Callable[[str, Item], None]) -> None:
        self._later, self._write = later, write
        self._of: dict[str, Item] = {}
        self._desk = threading.Lock()

    def get(self, key: str) -> Item | None:
        """What has not arrived yet."""
        return self._of.get(key)

    def items(self) -> list[Item]:
        """All of that."""
        return list(self._of.copy().values())

    def put(self, key: str, item: Item) -> None:
        """Have it written, soon."""
        with self._desk:
            is_waited_for = key in self._of
            self._of[key] = item
        if not is_waited_for:
            self._later.do(partial(self._arrive, key))

    def drop(self, key: str) -> None:
        """Have none written."""
        with self._desk:
            self._of.pop(key, None)

    def _arrive(self, key: str) -> None:
        item = self._of.get(key)
        if item is None:
            return
        try:
            self._write(key, item)
        finally:
            with self._desk:
                is_latest = self._of.get(key) is item
                if is_latest:
                    del self._of[key]
            if not is_latest:
                self._later.do(partial(self._arrive, key))
