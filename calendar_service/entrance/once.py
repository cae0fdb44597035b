"""What is the same for everybody all day long is made once: choices, rows in words, pieces of pages.

A thing may be kept when it follows from its key, the language, the day and the metropolis alone. So nothing here can
be stale: what the database says belongs into the key.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from flask import g
from markupsafe import Markup

from calendar_service.entrance import asking

T = TypeVar("T")
MOST = 5_000
_kept: dict[Hashable, Any] = {}


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gave for this key, in this language, on this day; else what it gives now."""
    if "everybody" not in g:
        g.everybody = (asking.language(), asking.today(), asking.metropolis())
    whole = (key, g.everybody)
    found = _kept.get(whole)
    if found is None:
        if len(_kept) >= MOST:
            _kept.clear()  # what is asked for comes back by itself
        found = _kept[whole] = make()
    return cast("T", found)


def kept(macro: Callable[..., Markup], *values: Hashable) -> Markup:
    """For templates: a macro (imported without context) that follows from its arguments, rendered once."""
    return once((macro, values), lambda: macro(*values))
