"""Who asks: the token in `Authorization: Bearer …`, and nothing else (S11, S19)."""

from __future__ import annotations

from contextlib import suppress

from flask import g, request
from werkzeug.exceptions import Unauthorized

from calendar_service.domain.access import ANYBODY, Viewer
from calendar_service.domain.errors import Busy, Forbidden, Overtaken
from calendar_service.entrance import asking
from calendar_service.services.people import tokens
from calendar_service.services.people.tokens import Bearer


def recognise() -> Viewer:
    """Whom the token speaks for; a citizen when none was sent. Raises Unauthorized for one that does not work."""
    if "Authorization" not in request.headers:
        return ANYBODY
    return bearer().viewer


def bearer() -> Bearer:
    """The token that was sent, with its officer and district. Raises Unauthorized."""
    if "bearer" not in g:
        g.bearer = _known()
    found: Bearer = g.bearer
    return found


def may_write() -> None:
    """Raises Forbidden for a token that only reads."""
    if not asking.viewer().writes:
        raise Forbidden("token_only_reads")


def _known() -> Bearer:
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise Unauthorized
    with asking.reading() as session:
        found = tokens.viewer_of_token(session, sent.token, now=asking.now())
    if found is None:
        raise Unauthorized
    _see(found)
    return found


def _see(found: Bearer) -> None:
    """Keep that it was used; that the database is busy is no reason to turn it away."""
    if found.is_due(asking.now()):
        with suppress(Busy, Overtaken), asking.deed() as session:
            tokens.see(session, found, now=asking.now())
