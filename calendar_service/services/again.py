"""A deed that the database broke off for another's sake is done again, as a whole (R7)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from calendar_service.domain.errors import Busy, DomainError, Overtaken

PAUSES = (0.01, 0.05, 0.25)
"""Seconds after which it is done again, at most; less by chance, so that two do not meet again."""

T = TypeVar("T")


def again(deed: Callable[[], T], *, mends: Callable[[Exception], bool] = lambda _: False) -> T:
    """Do a deed; three times more while others keep coming before it, or while `mends` did something about what was
    wrong (`Database.aside`).

    It is done from its first read on: what it saw no longer holds. Raises Busy when it never comes through.
    """
    for pause in PAUSES:
        try:
            return deed()
        except Overtaken:
            time.sleep(pause * random.random())  # noqa: S311 - spreads, hides nothing
        except DomainError:
            raise
        except Exception as wrong:
            if not mends(wrong):
                raise
    try:
        return deed()
    except Overtaken as wrong:
        raise Busy("busy") from wrong
