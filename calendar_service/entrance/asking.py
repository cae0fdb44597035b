"""What a view asks about the request in hand: the house, the time, who asks, in which language, and what."""

from __future__ import annotations

import ipaddress
from contextlib import AbstractContextManager, suppress
from datetime import date, datetime
from typing import cast
from urllib.parse import parse_qsl

from flask import current_app, g, request

from calendar_service.db.engine import Session
from calendar_service.domain.access import ANYBODY, Viewer
from calendar_service.domain.errors import Busy, Overtaken
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import local_day
from calendar_service.entrance import cookies
from calendar_service.entrance.doors import Door
from calendar_service.services.house import House
from calendar_service.services.people import signing_in
from calendar_service.services.people.signing_in import SignedIn
from calendar_service.text import number_in
from calendar_service.words import Words, pick_language
from calendar_service.words import words as words_of

MAX_PAIRS = 200
V4_PREFIX, V6_PREFIX = 32, 64


def house() -> House:
    """The house that this application serves."""
    return cast("House", current_app.extensions["house"])


def metropolis() -> Metropolis:
    """The metropolis that is served."""
    return house().metropolis


def now() -> datetime:
    """The time of this request: read once, the same until the answer (aware UTC)."""
    if "now" not in g:
        g.now = house().now()
    return cast("datetime", g.now)


def today() -> date:
    """The local day in the metropolis: of this request, the same until the answer."""
    if "today" not in g:
        g.today = local_day(now(), metropolis().timezone)
    return cast("date", g.today)


def reading() -> AbstractContextManager[Session]:
    """A transaction that only reads."""
    return house().reading()


def deed() -> AbstractContextManager[Session]:
    """A transaction that commits when its block ends well."""
    return house().deed()


def door() -> Door | None:
    """The door through which this request came; None when no route matched."""
    return cast("Door | None", current_app.extensions["doors"].get(request.endpoint))


def viewer() -> Viewer:
    """Who asks: by the session's cookie, or as the room recognises her; a framed page knows nobody (S23)."""
    if "viewer" not in g:
        g.viewer = ANYBODY  # also for the page that says that the database is away
        came = door()
        if came is not None and not came.framed:
            g.viewer = came.room.recognise() if came.room.recognise else _by_cookie()
    return cast("Viewer", g.viewer)


def signed_in() -> SignedIn | None:
    """The officer to whom the session's cookie belongs, and her session; None for everybody else."""
    if "signed_in" not in g:
        g.signed_in = None
        if token := session_token():
            with reading() as session:
                g.signed_in = signing_in.viewer_of_session(session, token, now=now())
            _see(g.signed_in)
    return cast("SignedIn | None", g.signed_in)


def _see(found: SignedIn | None) -> None:
    """Keep that she was seen; that the database is busy is no reason to turn her away."""
    if found is not None and found.is_due(now()):
        with suppress(Busy, Overtaken), deed() as session:
            signing_in.see(session, found, now=now())


def session_token() -> str:
    """What the session's cookie carries; empty when there is none."""
    return request.cookies.get(cookies.name_of("session", house().settings), "")


def _by_cookie() -> Viewer:
    found = signed_in()
    return found.viewer if found else ANYBODY


def language() -> str:
    """`?lang=`, else the cookie `lang`, else Accept-Language, else the metropolis's own."""
    if "language" not in g:
        spoken = metropolis().languages
        wished = (request.args.get("lang"), _language_cookie())
        chosen = next((each for each in wished if each in spoken), None)
        header = request.headers.get("Accept-Language")
        g.language = chosen or pick_language(header, spoken, metropolis().language)
    return cast("str", g.language)


def _language_cookie() -> str | None:
    came = door()
    return None if came and came.framed else request.cookies.get("lang")


def saves_data() -> bool:
    """Whether the reader's phone asks for as little as will do (`Save-Data: on`): no posters in lists, no letters."""
    return request.headers.get("Save-Data", "").strip().lower() == "on"


def words() -> Words:
    """The words of this request's language."""
    return words_of(language(), locale=metropolis().locale)


def query_pairs() -> list[tuple[str, str]]:
    """The pairs of the query string as they stand in it, at most 200."""
    return parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True)[:MAX_PAIRS]


def number(name: str, *, default: int = 0, digits: int = 9) -> int:
    """A number in the query string, by default as long as one of a row may be; what is none counts as the default."""
    given = number_in(request.args.get(name, ""), digits=digits)
    return default if given is None else given


def page_number() -> int:
    """Which page of a list is asked for, from 1."""
    return max(1, number("page", default=1, digits=4))


def client_prefix() -> str:
    """The asker's address for throttles: IPv4 whole, IPv6 by /64. Never logged, never in clear (S3, S43)."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    mapped = getattr(address, "ipv4_mapped", None) or address
    width = V4_PREFIX if mapped.version == 4 else V6_PREFIX  # noqa: PLR2004 - IPv4
    return str(ipaddress.ip_network(f"{mapped}/{width}", strict=False))


def safe_next(path: str | None, default: str) -> str:
    """Where to go after a form: only a path of this site, else the default (S28)."""
    if not path or not path.startswith("/") or path[1:2] in ("/", "\\") or not path.isprintable():
        return default
    return path
