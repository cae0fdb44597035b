"""The register of organisations, and each one: who it is, and where it takes part."""

from __future__ import annotations

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.organisations import Organisation
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import browsing
from calendar_service.services.network import organisations as register
from calendar_service.web.public import structured_places
from calendar_service.web.public.browsing.rows import Rows

room = Room("organisations")


@room.get("/organisations", policy=Policy.PUBLIC, repeats=True)
def listing() -> Response:
    """The public entries, by district; `?district=` shows one district's."""
    known = {each.slug: each.name for each in asking.metropolis().districts}
    chosen = request.args.get("district", "")
    with asking.reading() as session:
        found = register.register(session, viewer=asking.viewer(), districts=[chosen] if chosen in known else [])
    entries = [(each, kind(each), disciplines(each)) for each in sorted(found, key=lambda each: each.district.name)]
    return page("public/organisations.html", entries=entries, chosen=known.get(chosen, ""), limit=register.LISTED)


@room.get("/organisations/<slug>", policy=Policy.PUBLIC, repeats=True)
def organisation(slug: str) -> Response:
    """One entry. A merged one leads to what replaced it."""
    with asking.reading() as session:
        found = register.organisation(session, slug, viewer=asking.viewer())
        if found.slug != slug:
            return moved(to.organisation(found.slug))
        selection = Selection(organisations=(slug,))
        agenda = browsing.each_once(session, selection, now=asking.now())
    rows = Rows()
    return page(
        "public/organisation.html", structured=structured_places.organisation(found),
        organisation=found, kind=kind(found), disciplines=disciplines(found),
        found=agenda, days=rows.agenda(agenda), running=rows.running(agenda.running), query=selection.query(),
        may_keep=register.may_keep(asking.viewer(), found),
    )  # fmt: skip


def kind(organisation: Organisation) -> str:
    """What it is, in words."""
    return asking.metropolis().organisation_kinds.label(organisation.kind, asking.language())


def disciplines(organisation: Organisation) -> list[str]:
    """What it does, in words."""
    return [asking.metropolis().disciplines.label(each, asking.language()) for each in organisation.disciplines]
