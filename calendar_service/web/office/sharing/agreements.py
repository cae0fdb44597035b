"""Standing agreements: from whom one's district shows by itself what is proposed, and who does so with its own."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.errors import Forbidden, Invalid
from calendar_service.domain.network.sharing import ANY, StandingShare
from calendar_service.domain.territory.places import District
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.network import standing
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.web.office.municipality.neighbourhood import around
from calendar_service.web.office.whose import homes
from calendar_service.words import mark

room = Room("share-agreements")
FORM = "office/sharing/agreements.html"
notices(
    share_agreed=mark(
        "Acuerdo hecho: desde ahora se muestra por sí solo lo que te propongan, y lo que estaba por responder."
    ),
    share_agreement_ended=mark("Acuerdo terminado: te volverán a preguntar. Lo que ya muestras sigue en tu página."),
)


@room.get("/office/shares/agreements", policy=Policy.OFFICER)
def agreements() -> Response:
    """Both sides, and a form for another."""
    return page(FORM, **EMPTY | _offered())


def _offered() -> dict[str, Any]:
    homes = _homes()
    with asking.reading() as session:
        found = standing.mine(session, viewer=asking.viewer())
    ours = {each.id for each in homes}
    near = around([each.slug for each in homes])
    roots = [(each.slug, each.label(asking.language())) for each in asking.metropolis().disciplines.roots]
    return {
        "accepting": [each for each in found if each.receiver_id in ours],
        "accepted": [each for each in found if each.giver_id in ours],
        "homes": [(each.slug, each.name) for each in homes], "roots": roots, "about": _about,
        "givers": [(asking.words().t("Vecinos"), near.near), (asking.words().t("Otros distritos"), near.far)],
    }  # fmt: skip


def _about(agreement: StandingShare) -> str:
    """Of what it holds."""
    if agreement.discipline == ANY:
        return asking.words().t("todo lo que proponga")
    return asking.metropolis().disciplines.label(agreement.discipline, asking.language())


def _homes() -> list[District]:
    mine = homes()
    if not mine:
        raise Forbidden("no_district")
    return mine


@room.post("/office/shares/agreements", policy=Policy.OFFICER)
def agree() -> Response:
    """Accept by itself, from now on, what a district proposes, and what it has proposed already."""
    receiver = typed("receiver") or _homes()[0].slug
    try:
        with asking.deed() as session:
            standing.agree(
                session, typed("giver"), receiver, discipline=typed("discipline"), by=asking.viewer(), now=asking.now()
            )
    except Invalid as wrong:
        return again(FORM, wrong, **_offered(), typed=request.form)
    return see_other(to.office("shares", "agreements"), said="share-agreed")


@room.post("/office/shares/agreements/<int:number>/end", policy=Policy.OFFICER)
def end(number: int) -> Response:
    """Be asked again from now on."""
    with asking.deed() as session:
        standing.end(session, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("shares", "agreements"), said="share-agreement-ended")
