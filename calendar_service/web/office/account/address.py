"""Another address to sign in by: asked for on the account's page, followed from two mails (S10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid, TooMany
from calendar_service.domain.people import AddressChange
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a link in a mail asks, and what its button does; `back` leads to the former address."""

    opened: Callable[..., AddressChange]
    deed: Callable[..., object]
    said: str
    back: bool = False


LINKS: Mapping[str, Link] = {
    "address": Link(opened=changing_address.opened, deed=changing_address.confirm, said="address-confirmed"),
    "address-back": Link(
        opened=changing_address.opened_back, deed=changing_address.take_back, said="address-back", back=True
    ),
}


@room.get("/office/<any(address, 'address-back'):way>/<token>", policy=Policy.TOKEN)
def look(way: str, token: str) -> Response:
    """The question of the link to the new address, or to the former one; looking at it changes nothing."""
    link = LINKS[way]
    with asking.reading() as session:
        change = link.opened(session, token, now=asking.now())
    return page(PAGE, change=change, action=to.office(way, token), back=link.back)


@room.post("/office/<any(address, 'address-back'):way>/<token>", policy=Policy.TOKEN)
def followed(way: str, token: str) -> Response:
    """She signs in by the new one from now on; or the former one counts again."""
    link = LINKS[way]
    with asking.deed() as session:
        link.deed(session, token, now=asking.now())
    return farewell(said=link.said)
