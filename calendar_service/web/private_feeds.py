"""`/feeds/private/<token>` in each format: an officer's own calendar. The secret in the path is the authority (S42)."""

from __future__ import annotations

from contextlib import suppress

from flask import Response, make_response, request

from calendar_service.domain.errors import Busy
from calendar_service.entrance import asking
from calendar_service.entrance.doors import Policy, Room
from calendar_service.entrance.security import ASKED_EACH_TIME
from calendar_service.services.syndication import private_feeds
from calendar_service.services.syndication.asking import Format, private_ask
from calendar_service.services.syndication.bodies.composing import Version
from calendar_service.services.syndication.private_bodies import Basis, basis_of
from calendar_service.services.syndication.private_feeds import Opened
from calendar_service.web.feed_answers import describing, is_unchanged, tag, takes_gzip
from calendar_service.web.syndication import ENDING, press

room = Room("private_feeds")
FILE = "/agenda."
"""Names the file: the path would give the secret away."""


@room.get(f"/feeds/private/<token>.{ENDING}", policy=Policy.TOKEN)
def private(token: str, format_: str) -> Response:
    """What she may see of what she chose, as it is now. No body is kept of it, so without the database it waits."""
    with asking.reading() as session:
        opened = private_feeds.open_feed(session, token)
        ask = private_ask(
            opened.feed.id, opened.selection, asking.query_pairs(), metropolis=asking.metropolis(),
            format_=Format(format_),
        )  # fmt: skip
        basis = basis_of(session, ask, opened, now=asking.now())
    answer = _answer(basis, opened)
    _see(opened)
    return answer


def _answer(basis: Basis, opened: Opened) -> Response:
    packed = takes_gzip(request.headers.get("Accept-Encoding"))
    version = press().private_version(basis)
    issue = None
    if version is None or not _has(version):
        issue = press().private(basis, opened, now=asking.now())
        version = issue.version
    if issue is None or _has(version):
        answer = Response(status=304, mimetype="text/plain")
    else:
        answer = make_response(press().read(issue, packed=packed), 200)
        answer.headers.update(describing(FILE + basis.ask.format, packed=packed))
    answer.headers["ETag"] = tag(version, packed=packed)
    answer.headers["Cache-Control"] = ASKED_EACH_TIME
    answer.vary.add("Accept-Encoding")
    return answer


def _has(version: Version) -> bool:
    """Whether the program that asks has it already."""
    return is_unchanged(version, if_none_match=request.headers.get("If-None-Match"), if_modified_since=None)


def _see(opened: Opened) -> None:
    now = asking.now()
    if opened.is_due(now):
        with suppress(Busy), asking.deed() as session:
            private_feeds.see(session, opened.feed.id, now=now)
