"""A list that was just made is given again, while nothing public has changed and its minute lasts.

Every page for strangers says of itself that any cache may keep it for a minute. This one keeps it too, and knows
better: once the agenda has another state, the page is given only to those who came before the page was begun, and had
to wait since. Only doors that say `repeats` take part, whose answer follows from the address, the language and that
state alone; whoever is signed in, or is told something once, is asked anew.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from typing import NamedTuple

from flask import Flask, Response, current_app, g, request

from calendar_service.entrance import asking
from calendar_service.entrance.forms import forgery
from calendar_service.entrance.security import csp_nonce
from calendar_service.services.agenda.state import State, state_of

Pieces = tuple[bytes, ...]
"""A page as it was made, without the nonce that stood between them: each answer has one of its own (S22)."""
MOST_BYTES = 8_000_000
ARRIVED = "calendar.arrived"
"""In the environment of a request that may have waited: since when (seconds of a steady clock)."""
ONCE = ("lang", "said")
"""What in an address is for one answer only."""


class Made(NamedTuple):
    """A page, the state of the agenda in which it was made, and when that was asked for (seconds of a steady clock)."""

    page: Pieces
    state: State
    at: float


class Pages:
    """Each page as it was made last."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Made] = {}
        self._size = 0
        self._desk = threading.Lock()

    def find(self, key: Hashable, state: State) -> Pieces | None:
        """The page that was made in this state."""
        made = self._kept.get(key)
        return made.page if made and made.state == state else None

    def made_since(self, key: Hashable, arrived: float) -> Pieces | None:
        """The page that shows all that was so when somebody came; she may have waited since."""
        made = self._kept.get(key)
        return made.page if made and made.at >= arrived else None

    def keep(self, key: Hashable, made: Made) -> None:
        """Keep a page in the place of the one before; all go when they are too many."""
        with self._desk:
            if self._size > MOST_BYTES:
                self._kept, self._size = {}, 0
            former = self._kept.get(key)
            self._kept[key] = made
            self._size += _size(made) - (_size(former) if former else 0)


def _size(made: Made) -> int:
    return sum(map(len, made.page))


def install(app: Flask) -> None:
    """Look for a page after the guard let somebody in."""
    app.extensions["pages"] = Pages()
    app.before_request(again)


def again() -> Response | None:
    """The page that was made for the same question: since she came, or in this state of the agenda."""
    key = _key()
    if key is None:
        return None
    at = time.monotonic()
    waited = _pages().made_since(key, request.environ.get(ARRIVED, at))
    found = waited or _of_this_state(key, at)
    return Response(csp_nonce().encode().join(found), mimetype="text/html") if found else None


def _of_this_state(key: Hashable, at: float) -> Pieces | None:
    with asking.reading() as session:
        state = state_of(session, now=asking.now())
    found = _pages().find(key, state)
    if found is None:
        g.made_in = (key, state, at)
    return found


def keep(response: Response) -> Response:
    """Keep a page that may be given again, before it is dressed; never one with a form, which is one browser's own."""
    whole = response.status_code == 200 and "Set-Cookie" not in response.headers  # noqa: PLR2004
    if "made_in" in g and whole and not forgery.has_form():
        key, state, at = g.made_in
        _pages().keep(key, Made(tuple(response.get_data().split(csp_nonce().encode())), state, at))
    return response


def _key() -> Hashable | None:
    door = asking.door()
    if door is None or not door.repeats or request.method != "GET" or asking.session_token():
        return None
    if any(name in request.args for name in ONCE):
        return None
    return request.path, request.query_string, asking.language(), asking.saves_data()


def _pages() -> Pages:
    pages: Pages = current_app.extensions["pages"]
    return pages
