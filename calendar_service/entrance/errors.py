"""One table turns what went wrong into a status and a page with an incident number (S31)."""

from __future__ import annotations

import errno
import logging
import traceback

from flask import Flask, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from calendar_service.domain import errors
from calendar_service.domain.access import ANYBODY
from calendar_service.domain.errors import DomainError
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.refusals import Refusal

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (errors.Invalid, 422),
    (errors.Damaged, 404),
    (errors.NotFound, 404),
    (errors.Forbidden, 403),
    (errors.WrongState, 409),
    (errors.Stale, 409),
    (errors.Duplicate, 409),
    (errors.Busy, 503),
    (errors.Unfetched, 502),
    (errors.TooMany, 429),
    (errors.Gone, 410),
    (errors.Mendable, 400),
)
BUSY_SECONDS = 5
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""What the system says of a disk that takes nothing for now."""
CODES = {400: "bad_request", 401: "forbidden", 404: "not_found", 405: "method", 411: "length",
         413: "too_large", 414: "address_too_long", 415: "media_type", 428: "stale"}  # fmt: skip


def install(app: Flask) -> None:
    """Catch everything."""
    app.register_error_handler(DomainError, lambda wrong: answer(refusal_of(wrong)))
    app.register_error_handler(errors.Overtaken, lambda _: answer(refusal_of(errors.Busy("busy"))))
    app.register_error_handler(HTTPException, lambda wrong: answer(_of_http(wrong)))
    app.register_error_handler(OSError, _of_the_system)
    app.register_error_handler(Exception, _unexpected)


def status_of(wrong: DomainError) -> int:
    """The HTTP status of a domain error; what was asked wrongly in an address is 400, in a form 422."""
    status = next(status for kind, status in STATUS if isinstance(wrong, kind))
    return 400 if isinstance(wrong, errors.Invalid) and request.method in ("GET", "HEAD") else status


def refusal_of(wrong: DomainError) -> Refusal:
    """The refusal that a domain error is."""
    headers = {}
    if isinstance(wrong, errors.TooMany):
        headers["Retry-After"] = str(wrong.retry_after)
    elif isinstance(wrong, errors.Busy):
        headers["Retry-After"] = str(BUSY_SECONDS)
    problems = tuple(wrong.problems) if isinstance(wrong, errors.Invalid) else ()
    return Refusal(status=status_of(wrong), code=wrong.code, values=wrong.values, problems=problems, headers=headers)


def _of_http(wrong: HTTPException) -> Refusal | HTTPException:
    status = wrong.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect of the router's is no refusal
        return wrong
    allowed = getattr(wrong, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    return Refusal(status=status, code=CODES.get(status, "unexpected"), headers=headers)


def _of_the_system(wrong: OSError) -> ResponseReturnValue:
    """Whatever is written beside the database, such as what is sent, finds a full disk, too (R14)."""
    if wrong.errno not in NO_ROOM:
        return _unexpected(wrong)
    log.error("no room on the disk", extra={"error": type(wrong).__qualname__})
    return answer(refusal_of(errors.Busy("no_room")))


def _unexpected(wrong: Exception) -> ResponseReturnValue:
    """Log where it happened, never what was in hand: messages carry values (S43)."""
    frames = traceback.extract_tb(wrong.__traceback__)[-12:]
    where = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
    log.error("unexpected error", extra={"error": type(wrong).__qualname__, "where": where})
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise wrong
    return answer(Refusal(status=500, code="unexpected"))


def answer(refusal: Refusal | HTTPException) -> ResponseReturnValue:
    """The refusal in the form of the room it falls into; a page unless the room has a form of its own."""
    if isinstance(refusal, HTTPException):
        return refusal
    for room in current_app.extensions["rooms"]:
        if room.refuse and room.prefix and request.path.startswith(room.prefix):
            return make_response(room.refuse(refusal))
    if refusal.status >= 500:  # noqa: PLR2004 - ours: whoever asks, the database is not asked again
        g.setdefault("viewer", ANYBODY)
    sentence = asking.words().sentence(refusal.code, **refusal.values)
    told = page("public/error.html", status=refusal.status, refusal=refusal, sentence=sentence)
    told.headers.update(refusal.headers)
    return told
