"""What is checked before any view runs: host, size, length, door, who asks, whether the form is ours."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, HTTPException, LengthRequired, NotFound, RequestURITooLarge, Unauthorized

from calendar_service import addresses as to
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden
from calendar_service.entrance import asking, security
from calendar_service.entrance.answers import see_other
from calendar_service.entrance.doors import Door, Policy
from calendar_service.entrance.forms import forgery, keeping, proving
from calendar_service.services.people import second_factor

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ADDRESS_BYTES = 8_000
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def largest(app: Flask) -> Callable[[WSGIEnvironment], int]:
    """How many bytes may come with a request, asked before any of them is read: what its door takes (S30)."""
    doors: Mapping[str, Door] = app.extensions["doors"]
    match = app.url_map.bind("").match

    def of(environ: WSGIEnvironment) -> int:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        try:
            endpoint, _ = match(path, environ["REQUEST_METHOD"])
        except HTTPException:
            return 0
        door = doors.get(endpoint)
        return door.body if door else 0

    return of


def guard() -> Response | None:
    """Refuse what may not come in; runs before every request. None means: come in."""
    _check_frame()
    door = asking.door()
    if door is None:
        if request.routing_exception is None:  # a route that was hung past the doors: deny by default (S12)
            raise NotFound
        return None
    request.max_content_length = door.body
    if request.method == "POST" and door.csrf and not door.room.recognise and not _is_ours(door):
        if answer := keeping.kept(door):
            return answer
        raise Forbidden("form_expired")
    return _admit(door)


def _is_ours(door: Door) -> bool:
    return forgery.is_ours(request) or keeping.is_resumed(door)


def _check_frame() -> None:
    """The host (S26), the address's length (S30), a body's length (a chunked one would be cut in silence).

    A path with a NUL names nothing: no database takes one as text.
    Neither a length nor an encoding means that there is no body (RFC 9112 section 6.3).
    """
    settings = asking.house().settings
    if not security.is_trusted_host(request.environ.get("HTTP_HOST", ""), settings):
        raise BadRequest
    if len(request.full_path) > ADDRESS_BYTES or len(request.query_string) > ADDRESS_BYTES:
        raise RequestURITooLarge
    if "\0" in request.path:
        raise NotFound
    if request.method in WITH_BODY and request.content_length is None and "Transfer-Encoding" in request.headers:
        raise LengthRequired


def _admit(door: Door) -> Response | None:
    match door.policy:
        case Policy.PUBLIC | Policy.TOKEN:
            return None
        case Policy.OPERATOR:
            if not is_operator():
                raise NotFound
            return None
    who = asking.viewer()
    if not who.is_officer:
        return keeping.kept(door) or _to_sign_in(door)
    if not _may(door.policy, who):
        raise Forbidden("forbidden")
    return _to_second_factor(door, who) or proving.ask_again(door)


def _to_second_factor(door: Door, who: Viewer) -> Response | None:
    """Whom the network asks for a second factor gets no further without one (S6); what she typed waits for her."""
    if door.room.recognise or door.room.name in WITHOUT_SECOND_FACTOR or not (who.managed or who.facilitator):
        return None
    with asking.reading() as session:
        required = second_factor.is_required(session, who)
    if not required:
        return None
    return keeping.kept(door, lacks_factor=True) or see_other(to.office("account", "second-factor"))


WITHOUT_SECOND_FACTOR = ("account", "second-factor", "entrance")
"""The rooms that stay open to her: where she makes one, her own account, and the way out."""


def _may(policy: Policy, who: Viewer) -> bool:
    match policy:
        case Policy.MANAGER:
            return bool(who.managed) or who.facilitator
        case Policy.FACILITATOR:
            return who.facilitator
    return True


def _to_sign_in(door: Door) -> Response:
    if door.room.recognise:
        raise Unauthorized
    back = security.request_path() if request.method == "GET" else None
    return see_other(to.with_query(to.office("login"), next=back))


def is_operator() -> bool:
    """Whether the asker's address is listed; somebody behind a proxy that no setting counts could be anybody."""
    settings = asking.house().settings
    if "X-Forwarded-For" in request.headers and not settings.trusted_proxies:
        return False
    try:
        asker = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(asker in ipaddress.ip_network(each, strict=False) for each in settings.metrics_allow)
