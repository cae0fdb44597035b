"""An officer's second factor: set up, its codes for paper, taken away (S6). The password is asked again for each."""

from __future__ import annotations

from typing import Any

import segno
from flask import Response
from markupsafe import Markup

from calendar_service import addresses as to
from calendar_service.domain.errors import DomainError
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.people import second_factor
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.web.office.whose import myself
from calendar_service.words import mark

room = Room("second-factor")
PAGE = "office/account/second_factor.html"
notices(
    second_factor_ended=mark("Desde ahora entras solo con tu contraseña."),
    second_factor_begun=mark("Casi listo: falta el código de tu aplicación."),
)


@room.get("/office/account/second-factor", policy=Policy.OFFICER)
def second_factor_page() -> Response:
    """What she has, and what may be done."""
    return page(PAGE, **_shown(), **EMPTY)


def _shown(codes: tuple[str, ...] = ()) -> dict[str, Any]:
    me, address, secret = myself().officer, "", ""
    with asking.reading() as session:
        kept = second_factor.state_of(session, me.id)
        if kept.begun:
            secret = second_factor.begin(session, me, now=asking.now())
            address = second_factor.address_for(session, me, secret)
        needed = second_factor.is_required(session, asking.viewer())
    return {
        "state": kept, "secret": secret, "address": address, "square": _square(address) if address else "",
        "codes": codes, "needed": needed,
    }  # fmt: skip


def _square(address: str) -> Markup:
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, dark="#000", light="#fff")
    return Markup(drawn)  # noqa: S704 - segno's own drawing


@room.post("/office/account/second-factor/begin", policy=Policy.OFFICER, step_up=True)
def begun() -> Response:
    """Make the secret that her app reads from the square."""
    with asking.deed() as session:
        second_factor.begin(session, myself().officer, now=asking.now())
    return see_other(to.office("account", "second-factor"), said="second-factor-begun")


@room.post("/office/account/second-factor", policy=Policy.OFFICER)
def confirmed() -> Response:
    """Her app shows the right code; the codes for paper are shown on this answer alone, which is never stored."""
    me, now = myself().officer, asking.now()
    try:
        with asking.deed() as session:
            second_factor.count_try(session, me.id, now=now)
        with asking.deed() as session:
            codes = second_factor.confirm(session, typed("code"), officer=me, by=asking.viewer(), now=now)
    except DomainError as wrong:
        return again(PAGE, wrong, **_shown())
    return page(PAGE, **_shown(tuple(codes)), **EMPTY)


@room.post("/office/account/second-factor/codes", policy=Policy.OFFICER, step_up=True)
def renewed() -> Response:
    """New codes for paper; the old ones count no more."""
    with asking.deed() as session:
        codes = second_factor.renew_codes(session, officer=myself().officer, by=asking.viewer(), now=asking.now())
    return page(PAGE, **_shown(tuple(codes)), **EMPTY)


@room.post("/office/account/second-factor/end", policy=Policy.OFFICER, step_up=True)
def ended() -> Response:
    """Do without."""
    with asking.deed() as session:
        second_factor.end(session, myself().officer, by=asking.viewer(), now=asking.now())
    return see_other(to.office("account"), said="second-factor-ended")
