"""What an application left for some seconds later is done when its test ends: soon its folder is gone, and whatever is
logged then stands in the log of another test.
"""

from __future__ import annotations

from weakref import WeakSet

from calendar_service.services.syndication.bodies.later import Later

_BEGUN: WeakSet[Later] = WeakSet()


def watch() -> None:
    """Know of all that begin to do something later in this process."""
    begin = Later._begin

    def known(later: Later) -> None:
        _BEGUN.add(later)
        begin(later)

    Later._begin = known  # type: ignore[assignment, method-assign]


def finish() -> None:
    """Do here and now what they have not begun."""
    for each in list(_BEGUN):
        each.finish()
