"""How a district's profile changed, and the way back to what it said (R25)."""

from __future__ import annotations

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid, Stale
from calendar_service.entrance import asking
from calendar_service.entrance.answers import see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.network import districts
from calendar_service.web.office import changes
from calendar_service.web.office.changes import Said
from calendar_service.web.office.forms import seen, typed
from calendar_service.web.office.municipality.district import own
from calendar_service.words import mark

room = Room("profile_history")
FIELDS = {
    "site": mark("Página web"), "contact_address": mark("Correo para el público"),
    "contact_phone": mark("Teléfono para el público"), "about": mark("Sobre nosotros"),
}  # fmt: skip


@room.get("/office/district/history", policy=Policy.OFFICER)
def history() -> Response:
    """`?district=` chooses one of hers, else the first of them."""
    return _shown(request.args.get("district", ""))


def _shown(slug: str, *, wrong: Invalid | Stale | None = None) -> Response:
    chosen = own(slug)
    with asking.reading() as session:
        steps = districts.profile_steps(session, chosen.slug, by=asking.viewer())
    return changes.history(
        changes.entries(steps, FIELDS, _as_it_is), name=chosen.municipality, here=to.office("district", "history"),
        back=to.office("district", query=f"district={chosen.slug}"), seen=chosen.version,
        fields={"district": chosen.slug}, wrong=wrong,
    )  # fmt: skip


def _as_it_is(said: Said) -> Said:
    return said


@room.post("/office/district/history/<int:number>", policy=Policy.OFFICER)
def go_back(number: int) -> Response:
    """Let it say again what it said before a change."""
    slug, version = own(typed("district")).slug, seen(request.form)
    try:
        with asking.deed() as session:
            districts.go_back(session, slug, number, seen=version, by=asking.viewer(), now=asking.now())
    except (Invalid, Stale) as wrong:
        return _shown(slug, wrong=wrong)
    return see_other(to.office("district", query=f"district={slug}"), said="gone-back")
