"""What is done in many transactions leaves room between them for everybody else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

TURN = 0.1
"""Seconds between two parts, at least. Who waits for SQLite looks again that often, and never sees a gap that is
shorter (R5).
"""


class Pace:
    """As long as a part took, nothing is done: half of the time to write is others' (R19)."""

    def __init__(self) -> None:
        self._rest = 0.0

    @contextmanager
    def part(self) -> Iterator[None]:
        """Around each part."""
        time.sleep(self._rest)
        began = time.monotonic()
        yield
        self._rest = max(TURN, time.monotonic() - began)
