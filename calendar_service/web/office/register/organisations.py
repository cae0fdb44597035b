"""The register of organisations at the desk: entered, changed, looked into, merged."""

from __future__ import annotations

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.access import may_post_for
from calendar_service.domain.errors import DomainError, Forbidden, Mendable, Stale
from calendar_service.domain.network.organisations import Organisation
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import places
from calendar_service.services.network import organisations as register
from calendar_service.web.office.event_form.choices import options
from calendar_service.web.office.forms import Form, page_after, seen
from calendar_service.words import mark

room = Room("office-organisations")
notices(
    organisation_entered=mark("Organización inscrita. Ya puede participar en eventos."),
    organisation_changed=mark("Organización guardada y revisada hoy."),
    organisation_merged=mark("Unidas: sus eventos nombran ahora a esta."),
)


@room.get("/office/organisations", policy=Policy.OFFICER)
def listing() -> Response:
    """The whole register; those that she keeps lead to their form."""
    with asking.reading() as session:
        found = register.register(session, viewer=asking.viewer())
    entries = [(each, register.may_keep(asking.viewer(), each)) for each in found]
    return page("office/register/organisations.html", entries=entries)


@room.get("/office/organisations/new", policy=Policy.OFFICER)
def new() -> Response:
    """An empty form."""
    return _shown(None, Form({"public": "1"}))


@room.post("/office/organisations/new", policy=Policy.OFFICER)
def enter() -> Response:
    """Enter what was typed."""
    form = Form(request.form)
    try:
        entry = register.read_entry(form, form.getlist("disciplines"), asking.metropolis())
        with asking.deed() as session:
            district = form.get("district", "")
            made = register.enter(session, entry, district=district, by=asking.viewer(), now=asking.now())
    except DomainError as wrong:
        return _shown(None, form, wrong=wrong)
    return see_other(to.organisation(made.slug), said="organisation-entered")


@room.get("/office/organisations/<slug>", policy=Policy.OFFICER)
def organisation(slug: str) -> Response:
    """The form of one."""
    with asking.reading() as session:
        found = _kept(session, slug)
    return moved(to.office("organisations", found.slug)) if found.slug != slug else _shown(found, _form_of(found))


@room.post("/office/organisations/<slug>", policy=Policy.OFFICER)
def change(slug: str) -> Response:
    """Keep what was typed; so it is looked into. Who saw an older version gets what stands now."""
    form = Form(request.form)
    try:
        entry = register.read_entry(form, form.getlist("disciplines"), asking.metropolis())
        with asking.deed() as session:
            found = _kept(session, slug)
            register.change(session, found, entry, seen=seen(form) or 0, by=asking.viewer(), now=asking.now())
    except Mendable as wrong:
        return _again(slug, form, wrong)
    return see_other(to.organisation(slug), said="organisation-changed")


@room.post(
    "/office/organisations/<slug>/merge", policy=Policy.OFFICER,
    twice=mark("Sus eventos nombran desde ahora a la otra, y su dirección lleva allí. No se puede deshacer."),
)  # fmt: skip
def merge(slug: str) -> Response:
    """Let another entry stand for this one."""
    form = Form(request.form)
    try:
        with asking.deed() as session:
            found = _kept(session, slug)
            into = form.get("into", "")
            other = register.merge(session, found, into, seen=seen(form) or 0, by=asking.viewer(), now=asking.now())
    except Forbidden:
        raise
    except DomainError as wrong:
        return _again(slug, form, wrong)
    return see_other(to.organisation(other.slug), said="organisation-merged")


def _kept(session: Session, slug: str) -> Organisation:
    found = register.organisation(session, slug, viewer=asking.viewer())
    if not register.may_keep(asking.viewer(), found):
        raise Forbidden("not_your_district")
    return found


def _form_of(found: Organisation) -> Form:
    entry = register.entry_of(found)
    form = Form({
        "name": entry.name, "kind": entry.kind, "about": entry.about, "site": entry.site,
        "contact_address": entry.contact_address, "contact_phone": entry.contact_phone,
        "public": "1" if entry.public else "", "seen": str(found.version),
    })  # fmt: skip
    form.setlist("disciplines", list(entry.disciplines))
    return form


def _again(slug: str, form: Form, wrong: DomainError) -> Response:
    with asking.reading() as session:
        found = _kept(session, slug)
    return _shown(found, _form_of(found) if isinstance(wrong, Stale) or "name" not in form else form, wrong=wrong)


def _shown(found: Organisation | None, form: Form, *, wrong: DomainError | None = None) -> Response:
    metropolis, language, viewer = asking.metropolis(), asking.language(), asking.viewer()
    with asking.reading() as session:
        homes = [(each.slug, each.name) for each in places.all_districts(session) if may_post_for(viewer, each.id)]
        others = register.register(session, viewer=viewer) if found else ()
    return page_after(
        "office/register/organisation.html", wrong, organisation=found, form=form,
        homes=homes, kinds=options(metropolis.organisation_kinds, language),
        disciplines=[(each.slug, each.label(language)) for each in metropolis.disciplines.roots],
        others=[(each.slug, each.name) for each in others if found and each.id != found.id],
    )  # fmt: skip
