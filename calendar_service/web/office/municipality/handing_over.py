"""Hand-over of a municipality: who has what in its name, what stays, who follows (S9). It prints as a record."""

from __future__ import annotations

from typing import Any

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import DomainError, Forbidden, Invalid, NotFound, WrongState
from calendar_service.domain.people import Role
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.importing import sources
from calendar_service.services.people import handing_over, members
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.web.office.municipality.people import ROLES
from calendar_service.words import mark

room = Room("handing-over")
ONE = "office/municipality/hand_over.html"
TOKEN_GONE = mark("El programa que usa esta clave deja de leer o publicar por la municipalidad. No se puede deshacer:"
                  " habría que crear otra.")  # fmt: skip
FEED_GONE = mark("Ese calendario deja de actualizarse. No se puede deshacer: la persona tendría que crear otro.")
SOURCE_GONE = mark("Lo que ese calendario trajo se queda; lo nuevo ya no llega. Puedes añadirlo otra vez.")
LEAVING = mark("Dejas de publicar por esta municipalidad: tus claves de ella, las invitaciones que enviaste y tus"
               " sesiones se cortan. Lo publicado se queda. Para volver te tienen que invitar.")  # fmt: skip
notices(
    token_cut=mark("La clave ya no vale."),
    source_removed=mark("Ese calendario ya no se trae. Lo que trajo se queda."),
    feed_cut=mark("Ese calendario ya no se actualiza."),
    municipality_left=mark("Dejaste la municipalidad. Lo que publicaste sigue en la agenda."),
)


@room.get("/office/districts", policy=Policy.MANAGER)
def districts() -> Response:
    """The municipalities that she looks after; who has one alone goes straight to it."""
    with asking.reading() as session:
        found = handing_over.staffed(session, by=asking.viewer(), now=asking.now())
    if len(found) == 1:
        return see_other(to.office("districts", found[0].district.slug))
    return page("office/municipality/districts.html", staff=found, alone=sum(not each.managers for each in found))


@room.get("/office/districts/<slug>", policy=Policy.MANAGER)
def hand_over(slug: str) -> Response:
    """Everything of one."""
    return page(ONE, **_shown(slug), **EMPTY)


def _shown(slug: str) -> dict[str, Any]:
    viewer = asking.viewer()
    with asking.reading() as session:
        held = handing_over.holdings_of(session, slug, by=viewer, now=asking.now())
    mine = {each.id for each in held.officers if members.may_close(viewer, each)}
    heirs = [(str(each.id), each.name) for each in held.active if each.id != viewer.officer_id]
    last = [each.id for each in held.managers] == [viewer.officer_id]
    return {
        "held": held, "roles": ROLES, "may_cut": mine, "heirs": heirs, "is_last": last,
        "belongs": held.district.id in viewer.districts, "manager": Role.MANAGER,
    }  # fmt: skip


@room.post("/office/districts/<slug>/tokens/<int:number>/revoke", policy=Policy.MANAGER, twice=TOKEN_GONE)
def token_cut(slug: str, number: int) -> Response:
    """End a token of the municipality."""
    with asking.deed() as session:
        handing_over.cut_token(session, slug, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("districts", slug), said="token-cut")


@room.post("/office/districts/<slug>/feeds/<int:number>/revoke", policy=Policy.MANAGER, twice=FEED_GONE)
def feed_cut(slug: str, number: int) -> Response:
    """End a calendar of one of its officers."""
    with asking.deed() as session:
        handing_over.cut_feed(session, slug, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("districts", slug), said="feed-cut")


@room.post("/office/districts/<slug>/sources/<int:number>/remove", policy=Policy.MANAGER, twice=SOURCE_GONE)
def source_removed(slug: str, number: int) -> Response:
    """Bring a calendar in no more."""
    with asking.deed() as session:
        sources.remove(session, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("districts", slug), said="source-removed")


@room.post("/office/districts/<slug>/leave", policy=Policy.OFFICER, step_up=True, twice=LEAVING)
def leave(slug: str) -> Response:
    """Leave it; who is its last manager names another."""
    try:
        with asking.deed() as session:
            handing_over.leave(session, slug, successor=typed("successor"), by=asking.viewer(), now=asking.now())
    except (Invalid, WrongState) as wrong:
        return _not_left(slug, wrong)
    return see_other(to.office("login"), said="municipality-left")


def _not_left(slug: str, wrong: DomainError) -> Response:
    try:
        return again(ONE, wrong, **_shown(slug))
    except (NotFound, Forbidden):
        raise wrong from None
