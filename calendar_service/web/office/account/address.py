"""Another address to sign in by: asked for on the account's page, followed from two mails (S10)."""

from __future__ import annotations

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid, TooMany
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.people import changing_address
from calendar_service.web.office.account.account import account_again
from calendar_service.web.office.account.entrance import farewell
from calendar_service.web.office.forms import typed
from calendar_service.words import mark

room = Room("address")
PAGE = "office/account/address.html"
notices(
    address_asked=mark("Te escribimos a la dirección nueva. Sigue el enlace en un día; hasta entonces nada cambia."),
    address_confirmed=mark("Desde ahora entras con tu dirección nueva."),
    address_back=mark("Tu dirección de antes vale otra vez. Si no la cambiaste tú, pide una contraseña nueva."),
)


@room.post("/office/account/address", policy=Policy.OFFICER, step_up=True)
def asked() -> Response:
    """The same answer whether somebody has that address already or not (S18)."""
    try:
        with asking.deed() as session:
            changing_address.ask(session, address=typed("new_address"), by=asking.viewer(), now=asking.now())
    except (Invalid, TooMany) as wrong:
        return account_again(wrong)
    return see_other(to.office("account"), said="address-asked")


@room.get("/office/address/<token>", policy=Policy.TOKEN)
def look(token: str) -> Response:
    """The question of the link to the new address; looking at it changes nothing."""
    with asking.reading() as session:
        change = changing_address.opened(session, token, now=asking.now())
    return page(PAGE, change=change, action=to.office("address", token), back=False)


@room.post("/office/address/<token>", policy=Policy.TOKEN)
def confirmed(token: str) -> Response:
    """She signs in by it from now on."""
    with asking.deed() as session:
        changing_address.confirm(session, token, now=asking.now())
    return farewell(said="address-confirmed")


@room.get("/office/address-back/<token>", policy=Policy.TOKEN)
def look_back(token: str) -> Response:
    """The question of the link to the former one."""
    with asking.reading() as session:
        change = changing_address.opened_back(session, token, now=asking.now())
    return page(PAGE, change=change, action=to.office("address-back", token), back=True)


@room.post("/office/address-back/<token>", policy=Policy.TOKEN)
def taken_back(token: str) -> Response:
    """It counts again."""
    with asking.deed() as session:
        changing_address.take_back(session, token, now=asking.now())
    return farewell(said="address-back")
