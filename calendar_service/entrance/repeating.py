"""A list that was just made is given again, while nothing public has changed and its minute lasts.

Every page for strangers says of itself that any cache may keep it for a minute. This one keeps it too, and knows
better: of another state of the agenda nothing is left. Only doors that say `repeats` take part, whose answer follows
from the address, the language and that state alone; whoever is signed in, or is told something once, is asked anew.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, request

from calendar_service.entrance import asking, forgery
from calendar_service.entrance.security import csp_nonce
from calendar_service.services.agenda.state import State, state_of

Pieces = tuple[bytes, ...]
"""A page as it was made, without the nonce that stood between them: each answer has one of its own (S22)."""
MOST_BYTES = 8_000_000
ONCE = ("lang", "said")
"""What in an address is for one answer only."""


@dataclass(slots=True)
class Pages:
    """The pages of one state of the agenda."""

    state: State | None = None
    kept: dict[Hashable, Pieces] = field(default_factory=dict)
    size: int = 0

    def find(self, key: Hashable, state: State) -> Pieces | None:
        """The page that was made in this state."""
        return self.kept.get(key) if self.state == state else None

    def keep(self, key: Hashable, state: State, page: Pieces) -> None:
        """Keep a page; those of another state go, and all go when they are too many."""
        if self.state != state or self.size > MOST_BYTES:
            self.state, self.kept, self.size = state, {}, 0
        self.kept[key] = page
        self.size += sum(map(len, page))


def install(app: Flask) -> None:
    """Look for a page after the guard let somebody in."""
    app.extensions["pages"] = Pages()
    app.before_request(again)


def again() -> Response | None:
    """The page that was made for the same question in this state of the agenda."""
    key = _key()
    if key is None:
        return None
    with asking.reading() as session:
        state = state_of(session, now=asking.now())
    found = _pages().find(key, state)
    if found is None:
        g.made_in = (key, state)
        return None
    return Response(csp_nonce().encode().join(found), mimetype="text/html")


def keep(response: Response) -> Response:
    """Keep a page that may be given again, before it is dressed; never one with a form, which is one browser's own."""
    whole = response.status_code == 200 and "Set-Cookie" not in response.headers  # noqa: PLR2004
    if "made_in" in g and whole and not forgery.has_form():
        key, state = g.made_in
        _pages().keep(key, state, tuple(response.get_data().split(csp_nonce().encode())))
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
