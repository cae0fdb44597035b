"""Who belongs to a municipality: invitations, roles, accounts closed and opened. For managers and facilitators."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.access import may_manage
from calendar_service.domain.errors import DomainError, Invalid
from calendar_service.domain.people import Officer, Role
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import places
from calendar_service.services.people import inviting, members, second_factor
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.words import mark

room = Room("people")
LIST, ONE = "office/municipality/people.html", "office/municipality/person.html"
PAGE = 100
ROLES = {Role.OFFICER: mark("gestor/a cultural"), Role.MANAGER: mark("responsable"),
         Role.FACILITATOR: mark("facilitador/a de la red")}  # fmt: skip
notices(
    invited=mark("Invitación enviada."),
    invitation_revoked=mark("La invitación ya no vale."),
    role_changed=mark("Rol cambiado. Tiene que volver a entrar."),
    removed=mark("Ya no pertenece a esta municipalidad."),
    account_closed=mark("Cuenta cerrada. Lo que publicó sigue en la agenda."),
    account_opened=mark("Cuenta abierta de nuevo."),
    facilitator_changed=mark("Cambió su derecho en la red. Tiene que volver a entrar."),
    sessions_ended=mark("Se cerraron sus sesiones."),
    factor_ended=mark("Segundo factor quitado. Sus sesiones se cerraron."),
    rule_set=mark("Regla de la red guardada."),
)


@room.get("/office/people", policy=Policy.MANAGER)
def people() -> Response:
    """Whom she looks after, the invitations that wait, and a form to invite."""
    return page(LIST, **EMPTY | _listed() | {"typed": _asked_again()})


def _asked_again() -> dict[str, Any]:
    """What stands in the form: `?again=` names an invitation that ran out, `?district=` whom she is to join."""
    number = asking.number("again")
    with asking.reading() as session:
        found = inviting.lapsed(session, by=asking.viewer(), now=asking.now()) if number else []
    return next(
        ({"address": each.address, "role": each.role, "district": each.district.slug if each.district else ""}
         for each in found if each.id == number), {"district": request.args.get("district", "")},
    )  # fmt: skip


def _listed() -> dict[str, Any]:
    viewer, number = asking.viewer(), asking.page_number()
    with asking.reading() as session:
        found, count = members.in_charge(session, by=viewer, page=number)
        waiting = inviting.pending(session, by=viewer, now=asking.now())
        sent = asking.number("sent")
        links = {each.id: inviting.path_of(session, each) for each in waiting if each.id == sent}
        districts = places.all_districts(session)
        required = second_factor.holds(session)
    return {
        "people": found, "page": number, "pages": -(-count // PAGE), "waiting": waiting, "links": links, "roles": ROLES,
        "required": required,
        "choices": [(each.slug, each.municipality) for each in districts if may_manage(viewer, each.id)],
    }  # fmt: skip


@room.post("/office/people", policy=Policy.MANAGER)
def invited() -> Response:
    """Invite somebody: a mail is owed, and the link is shown once so that it can be handed over otherwise."""
    viewer, role = asking.viewer(), typed("role")
    district = None if role == Role.FACILITATOR else typed("district")
    try:
        with asking.deed() as session:
            invitation = inviting.make_invitation(
                session, address=typed("address"), district=district, role=role, by=viewer, now=asking.now()
            )
    except DomainError as wrong:
        return again(LIST, wrong, **_listed())
    return see_other(to.office("people", query=f"sent={invitation.id}"), said="invited")


@room.post("/office/people/invitations/<int:number>/revoke", policy=Policy.MANAGER)
def revoked(number: int) -> Response:
    """Take an invitation back."""
    with asking.deed() as session:
        inviting.revoke(session, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("people"), said="invitation-revoked")


@room.get("/office/people/<int:number>", policy=Policy.MANAGER)
def person(number: int) -> Response:
    """An officer in her charge, and what may be done."""
    return page(ONE, **_person(number), **EMPTY)


def _person(number: int) -> dict[str, Any]:
    viewer = asking.viewer()
    with asking.reading() as session:
        officer = members.officer_for(session, number, by=viewer)
        coded = second_factor.has_one(session, officer.id)
    managed = [each for each in officer.memberships if may_manage(viewer, each.district_id)]
    return {
        "officer": officer, "managed": managed, "roles": ROLES, "choices": members.ROLES,
        "may_close": members.may_close(viewer, officer), "coded": coded,
    }  # fmt: skip


def _do(number: int, deed: Callable[[Session, Officer], None], *, said: str) -> Response:
    """Do something to an officer in her charge; what is refused is told on the officer's page."""
    viewer = asking.viewer()
    try:
        with asking.deed() as session:
            deed(session, members.officer_for(session, number, by=viewer))
    except DomainError as wrong:
        return again(ONE, wrong, **_person(number))
    with asking.reading() as session:
        still = members.is_in_charge(session, number, by=viewer)
    return see_other(to.office("people", str(number)) if still else to.office("people"), said=said)


@room.post("/office/people/<int:number>/role", policy=Policy.MANAGER)
def role_changed(number: int) -> Response:
    """Make her a manager, or an officer again."""
    deed = partial(
        members.change_role, district_id=_district_id(), role=typed("role"), by=asking.viewer(), now=asking.now()
    )
    return _do(number, deed, said="role-changed")


@room.post(
    "/office/people/<int:number>/remove", policy=Policy.MANAGER,
    twice=mark("Deja de publicar por esta municipalidad, y sus claves y calendarios de ella se cortan."),
)  # fmt: skip
def removed(number: int) -> Response:
    """Take her out of a municipality."""
    deed = partial(members.remove, district_id=_district_id(), by=asking.viewer(), now=asking.now())
    return _do(number, deed, said="removed")


def _district_id() -> int:
    try:
        return int(typed("district_id"))
    except ValueError:
        raise Invalid.of("district_id", "district_missing") from None


@room.post(
    "/office/people/<int:number>/close", policy=Policy.MANAGER,
    twice=mark("Se cierran sus sesiones y se anulan sus claves, sus calendarios privados y sus invitaciones."),
)  # fmt: skip
def closed(number: int) -> Response:
    """Close her account."""
    deed = partial(members.deactivate, by=asking.viewer(), now=asking.now())
    return _do(number, deed, said="account-closed")


@room.post("/office/people/<int:number>/open", policy=Policy.MANAGER)
def opened(number: int) -> Response:
    """Open her account again."""
    deed = partial(members.reactivate, by=asking.viewer(), now=asking.now())
    return _do(number, deed, said="account-opened")


@room.post("/office/people/<int:number>/facilitator", policy=Policy.FACILITATOR)
def facilitator_changed(number: int) -> Response:
    """Let her look after the network, or no longer."""
    wished = typed("facilitator") == "1"
    deed = partial(members.set_facilitator, facilitator=wished, by=asking.viewer(), now=asking.now())
    return _do(number, deed, said="facilitator-changed")


@room.post("/office/people/<int:number>/second-factor", policy=Policy.FACILITATOR, step_up=True)
def second_factor_ended(number: int) -> Response:
    """Take the second factor of who lost her phone away; she is known otherwise."""
    deed = partial(second_factor.end, by=asking.viewer(), now=asking.now())
    return _do(number, deed, said="factor-ended")


@room.post("/office/people/rule", policy=Policy.FACILITATOR)
def rule_set() -> Response:
    """Let the network require a second factor of managers and facilitators, or no longer."""
    with asking.deed() as session:
        second_factor.require(session, required=typed("required") == "1", by=asking.viewer(), now=asking.now())
    return see_other(to.office("people"), said="rule-set")


@room.post("/office/people/<int:number>/sessions", policy=Policy.MANAGER)
def sessions_ended(number: int) -> Response:
    """Sign her out everywhere (S5)."""
    deed = partial(members.end_sessions, by=asking.viewer(), now=asking.now())
    return _do(number, deed, said="sessions-ended")
