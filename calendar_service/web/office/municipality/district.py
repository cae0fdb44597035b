"""The profile of a district, edited by its own officers."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid, NotFound, Stale
from calendar_service.domain.territory.places import District
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.network import districts
from calendar_service.web.office.forms import EMPTY, again, seen, typed
from calendar_service.web.office.whose import homes
from calendar_service.words import mark

room = Room("district")
FORM = "office/municipality/district.html"
notices(profile_changed=mark("Perfil guardado. Ya se ve en la página del distrito."))


@room.get("/office/district", policy=Policy.OFFICER)
def profile() -> Response:
    """The form; `?district=` chooses one of hers, else the first of them."""
    return page(FORM, **EMPTY | _shown(own(request.args.get("district", ""))))


def own(slug: str) -> District:
    """One of her districts; the first of them where none is named. Raises NotFound."""
    chosen = next((each for each in homes() if slug in ("", each.slug)), None)
    if chosen is None:
        raise NotFound("district")
    return chosen


def _shown(chosen: District) -> dict[str, Any]:
    kept = {name: getattr(chosen, name) for name in districts.LONGEST}
    return {
        "mine": homes(), "district": chosen, "typed": kept, "seen": chosen.version, "longest": districts.LONGEST,
        "now_there": None,
    }  # fmt: skip


@room.post("/office/district", policy=Policy.OFFICER)
def changed() -> Response:
    """Keep what was typed. Who saw an older version is shown what stands now beside what she typed."""
    slug, version = typed("district"), seen(request.form)
    try:
        with asking.deed() as session:
            districts.revise_profile(session, slug, request.form, seen=version, by=asking.viewer(), now=asking.now())
    except (Invalid, Stale) as wrong:
        return _again(slug, wrong, version)
    return see_other(to.office("district", query=f"district={slug}"), said="profile-changed")


def _again(slug: str, wrong: Invalid | Stale, version: int) -> Response:
    """What was typed is kept; after a stale version the next sending counts for the version shown now."""
    shown = _shown(own(slug))
    stale = isinstance(wrong, Stale)
    now_there = shown["typed"] if stale else None
    more = {"typed": request.form, "seen": shown["seen"] if stale else version, "now_there": now_there}
    return again(FORM, wrong, **shown | more)
