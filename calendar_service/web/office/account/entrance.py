"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.errors import Forbidden, Invalid, TooMany
from calendar_service.domain.people import SignIn
from calendar_service.entrance import asking, clients, cookies
from calendar_service.entrance.answers import page, see_other
from calendar_service.entrance.asking import safe_next
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.people import second_factor, signing_in
from calendar_service.web.office.forms import EMPTY, again, typed

room = Room("entrance")
FORM, CODE = "office/account/login.html", "office/account/login_code.html"


@room.get("/office/login", policy=Policy.PUBLIC, private=True)
def login() -> Response:
    """The form; whoever is signed in goes on at once."""
    back = safe_next(request.args.get("next"), to.office())
    return see_other(back) if asking.viewer().is_officer else page(FORM, back=back, **EMPTY)


@room.post("/office/login", policy=Policy.PUBLIC, private=True)
def sign_in() -> Response:
    """Sign in, and go on to where she wanted to go. The same answer for a wrong password and an unknown address."""
    back = safe_next(typed("next"), to.office())
    try:
        secret = _sign_in(typed("address"), typed("password"))
    except TooMany as wrong:
        return again(FORM, wrong, back=back)
    if not secret:
        return again(FORM, Forbidden("sign_in_refused"), back=back)
    with asking.reading() as session:
        waits = signing_in.waiting(session, secret, now=asking.now())
    return welcome(secret, to.office("login", "code", query=urlencode({"next": back})) if waits else back)


@room.get("/office/login/code", policy=Policy.PUBLIC, private=True)
def code_asked() -> Response:
    """The second step; whoever is not at it begins anew."""
    back = safe_next(request.args.get("next"), to.office())
    return page(CODE, back=back, **EMPTY) if _waiting() else see_other(to.office("login"))


def _waiting() -> SignIn | None:
    with asking.reading() as session:
        return signing_in.waiting(session, asking.session_token(), now=asking.now())


@room.post("/office/login/code", policy=Policy.PUBLIC, private=True)
def code_given() -> Response:
    """Let her in with the code of her app, or one on paper (S6)."""
    back, found = safe_next(typed("next"), to.office()), _waiting()
    if found is None:
        return see_other(to.office("login"))
    try:
        secret = _complete(found)
    except TooMany as wrong:
        return again(CODE, wrong, back=back)
    return welcome(secret, back) if secret else again(CODE, Invalid.of("code", "code_wrong"), back=back)


def _complete(found: SignIn) -> str | None:
    with asking.deed() as session:
        second_factor.count_try(session, found.officer_id, now=asking.now())
    with asking.deed() as session:
        return signing_in.complete(session, asking.session_token(), typed("code"), now=asking.now())


def _sign_in(address: str, password: str) -> str | None:
    with asking.deed() as session:
        attempt = signing_in.begin(session, address=address, prefix=asking.client_prefix(), now=asking.now())
    outcome = attempt.check(password)
    with asking.deed() as session:
        return signing_in.finish(
            session, attempt, outcome, client=client(), former=asking.session_token(), now=asking.now()
        )


def client() -> str:
    """The kind of browser she uses."""
    return clients.family(request.headers.get("User-Agent", ""))


def welcome(secret: str, back: str, *, said: str = "") -> Response:
    """On to a page, with the cookie of a session that has begun."""
    answer = see_other(back, said=said)
    settings = asking.house().settings
    cookies.keep(answer, "session", secret, settings=settings, lasting=signing_in.ABSOLUTE)
    return answer


@room.post("/office/logout", policy=Policy.PUBLIC, private=True)
def logout() -> Response:
    """End the session; without one there is nothing to do."""
    with asking.deed() as session:
        signing_in.sign_out(session, asking.session_token(), now=asking.now())
    return farewell(said="signed-out")


def farewell(*, said: str) -> Response:
    """Back to the door, without a session's cookie."""
    answer = see_other(to.office("login"), said=said)
    cookies.forget(answer, "session", settings=asking.house().settings)
    return answer
