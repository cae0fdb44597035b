"""What an application left for some seconds later is done when its test ends: soon its folder is gone, and whatever is
logged then stands in the log of another test. What it keeps open for as long as its process lives is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from calendar_service.db.direct import Direct
from calendar_service.db.polls import Polls
from calendar_service.services.syndication.bodies.later import Later
from calendar_service.web.counting import Counting
from calendar_service.web.ledger import Ledger

_LATER: WeakSet[Later] = WeakSet()
_LEDGERS: WeakSet[Ledger] = WeakSet()
_COUNTING: WeakSet[Counting] = WeakSet()
_CONNECTIONS: list[Any] = []


def watch() -> None:
    """Know of all that begin to do something later in this process, and of what they open."""
    Later._begin = _known(Later._begin, _LATER)  # type: ignore[assignment, method-assign]
    Ledger._wait = _known(Ledger._wait, _LEDGERS)  # type: ignore[assignment, method-assign]
    Counting._begin = _known(Counting._begin, _COUNTING)  # type: ignore[assignment, method-assign]
    Direct._open = _opened(Direct._open)  # type: ignore[assignment, method-assign]
    Polls._connect = _opened(Polls._connect)  # type: ignore[assignment, method-assign]


def _known(begin: Callable[[Any], None], known: WeakSet[Any]) -> Callable[[Any], None]:
    def begun(self: object) -> None:
        known.add(self)
        begin(self)

    return begun


def _opened(connect: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def opened(self: object) -> Any:  # noqa: ANN401 - a driver's connection
        connection = connect(self)
        _CONNECTIONS.append(connection)
        return connection

    return opened


def finish() -> None:
    """Do here and now what they have not begun. Of followers nothing is written: their database is gone already."""
    for later in list(_LATER):
        later.finish()
    while _LEDGERS:
        _LEDGERS.pop().write()
    while _COUNTING:
        ended = _COUNTING.pop()
        ended._ended.set()
        ended._tally.taken()
    while _CONNECTIONS:
        _CONNECTIONS.pop().close()
