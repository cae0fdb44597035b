"""What is done in many transactions leaves room between them for everybody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TURN = 0.1
"""Seconds between two parts, at least. Who waits for SQLite looks again that often, and never sees a gap that is
shorter (R5).
"""


HELD = 0.1
"""Seconds that one part keeps others from writing, about: who asks for a feed that has changed waits as long (R19)."""
FEWEST, MOST = 50, 100
"""Rows of a part, whatever they take."""


class Pace:
    """As long as a part took, nothing is done: half of the time to write is others' (R19).

    The next part may have as many `rows` as this machine writes in HELD, as busy as it is.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rest = 0.0
        self.rows = FEWEST

    @contextmanager
    def part(self) -> Iterator[None]:
        """Around each part."""
        time.sleep(self._rest)
        began = self._clock()
        yield
        self._rest = max(TURN, self._clock() - began)

    @contextmanager
    def writing(self, rows: int) -> Iterator[None]:
        """Around what a part does while nobody else may write."""
        began = self._clock()
        yield
        fitting = int(rows * HELD / max(self._clock() - began, HELD / MOST))
        self.rows = max(FEWEST, min(MOST, fitting))
