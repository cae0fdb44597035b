"""Memory that was needed for a moment, given back to the system.

To gather a very large feed its texts are held once, all of them, and the pixels of a picture while it is made smaller.
Between what else was asked for meanwhile they leave holes, which the C library keeps for later.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any


def give_back() -> None:
    """Let go of all holes that are whole pages, where the C library knows how: glibc does, others hardly keep any."""
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Callable[..., Any] | None:
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
