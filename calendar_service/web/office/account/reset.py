"""A new password by mail (S8)."""

from __future__ import annotations

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid, TooMany
from calendar_service.domain.mailboxes import read_address
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.people import officers, passwords, resetting
from calendar_service.web.office.account.entrance import farewell
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.words import mark

room = Room("reset")
ASK, SET = "office/account/reset.html", "office/account/reset_password.html"
notices(
    reset_asked=mark("Si esa dirección tiene una cuenta, le enviamos un enlace. Vale 60 minutos."),
    password_set=mark("Tu contraseña nueva ya vale. Entra con ella."),
)


@room.get("/office/reset", policy=Policy.PUBLIC, private=True)
def ask() -> Response:
    """Where somebody who forgot her password says who she is."""
    return page(ASK, **EMPTY)


@room.post("/office/reset", policy=Policy.PUBLIC, private=True)
def asked() -> Response:
    """The same answer whether there is such an account or not (S18)."""
    try:
        address = read_address(typed("address"))
        with asking.deed() as session:
            resetting.ask(session, address=address, prefix=asking.client_prefix(), now=asking.now())
    except (Invalid, TooMany) as wrong:
        return again(ASK, wrong)
    return see_other(to.office("login"), said="reset-asked")


@room.get("/office/reset/<token>", policy=Policy.TOKEN)
def choose(token: str) -> Response:
    """The form of the link; looking at it changes nothing."""
    with asking.reading() as session:
        reset = resetting.open_reset(session, token, now=asking.now())
    return page(SET, token=token, officer=reset.officer, **EMPTY)


@room.post("/office/reset/<token>", policy=Policy.TOKEN)
def chosen(token: str) -> Response:
    """Set the password; she signs in with it."""
    with asking.reading() as session:
        officer = resetting.open_reset(session, token, now=asking.now()).officer
        try:
            officers.check_password(session, typed("password"), address=officer.address, name=officer.name)
        except Invalid as wrong:
            return again(SET, wrong, token=token, officer=officer)
    password_hash = passwords.hashed(typed("password"))
    with asking.deed() as session:
        resetting.set_password(session, token, password_hash=password_hash, now=asking.now())
    return farewell(said="password-set")
