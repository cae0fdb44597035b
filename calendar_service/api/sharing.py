"""Cross-promotion for programs: what a district proposes to others, what it is proposed, what it shows by itself."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response

from calendar_service.api import bodies, questions, tokens
from calendar_service.api.answers import json_answer, nothing
from calendar_service.api.document.operations import ApiRoom, Parameter, Says
from calendar_service.api.events.writing import once
from calendar_service.api.shapes import agreement_json, share_json
from calendar_service.db.engine import Session
from calendar_service.domain.errors import Forbidden, Invalid, NotFound
from calendar_service.domain.events import Event
from calendar_service.domain.network.sharing import ANY, Share, ShareState
from calendar_service.entrance import asking
from calendar_service.services.access import event_with_uid_for
from calendar_service.services.drafts import AgreementDraft, ShareAnswer, ShareDraft, read_deed
from calendar_service.services.network import sharing, standing
from calendar_service.text import number_in
from calendar_service.words import mark

room = ApiRoom("sharing")
KNOWN = tuple(each for each in ShareState if each != ShareState.WITHDRAWN)
ASKED = (
    Parameter(name="state", says=mark("Cómo están; si no se dice, todas las que no se han retirado."), repeats=True,
              schema={"type": "string", "enum": [str(each) for each in KNOWN]}),
)  # fmt: skip


@room.get("/shares", Says(
    summary=mark("Lo que otras municipalidades proponen mostrar al distrito del token, y aún no termina"),
    query=ASKED, gives="Shares", officers=True,
))  # fmt: skip
def list_shares() -> Response:
    """The soonest first."""
    states = questions.values_of(ASKED)["state"]
    if wrong := next((each for each in states if each not in KNOWN), None):
        raise Invalid.of("state", "unknown_value", value=wrong[:80])
    with asking.reading() as session:
        found = sharing.received(session, states=[ShareState(each) for each in states] or KNOWN,
                                 viewer=asking.viewer(), now=asking.now())  # fmt: skip
        return _shares(found)


@room.get("/events/{uid}/shares", Says(
    summary=mark("A quiénes se propuso mostrar un evento propio, y qué respondieron"), gives="Shares", officers=True,
    refuses=(404,),
))  # fmt: skip
def list_shares_of(uid: str) -> Response:
    """By the name of the district; for its host alone."""
    with asking.reading() as session:
        event = _known(session, uid)
        if event.host_id not in asking.viewer().districts:
            raise Forbidden("not_your_event")
        return _shares(sharing.shares_of(session, event, viewer=asking.viewer()))


@room.change(
    "POST", "/events/{uid}/shares",
    Says(summary=mark("Proponer un evento propio a otros distritos, para que lo muestren con la marca de quién es"),
         takes="ShareDraft", gives="Shares"),
)  # fmt: skip
def propose_share(uid: str) -> Response:
    """Who is asked already, or shows it, is left alone; who has an agreement shows it at once."""
    asked = read_deed(ShareDraft, bodies.read())

    def deed(session: Session) -> Response:
        event = _known(session, uid)
        sharing.propose(session, event, asked.districts, text=asked.text, by=asking.viewer(), now=asking.now())
        return _shares(sharing.shares_of(session, event, viewer=asking.viewer()))

    return once(deed)


@room.change(
    "PATCH", "/events/{uid}/shares/{district}",
    Says(summary=mark("Responder por el propio distrito (accepted, declined, taken-down), o retirar lo propuesto"),
         takes="ShareAnswer", gives="Shares"),
)  # fmt: skip
def answer_share(uid: str, district: str) -> Response:
    """The receiver answers, the host withdraws."""
    asked = read_deed(ShareAnswer, bodies.read())

    def deed(session: Session) -> Response:
        event = _known(session, uid)
        return _shares([_answer(session, event, district, ShareState(asked.state))])

    return once(deed)


def _answer(session: Session, event: Event, district: str, state: ShareState) -> Share:
    by, now = asking.viewer(), asking.now()
    match state:
        case ShareState.WITHDRAWN:
            return sharing.withdraw(session, event, district, by=by, now=now)
        case ShareState.TAKEN_DOWN:
            return sharing.take_down(session, event, district, by=by, now=now)
        case _:
            return sharing.answer(session, event, district, accept=state is ShareState.ACCEPTED, by=by, now=now)


@room.get("/agreements", Says(
    summary=mark("Los acuerdos del distrito del token: qué muestra por sí solo, y quién hace lo mismo con lo suyo"),
    gives="Agreements", officers=True,
))  # fmt: skip
def list_agreements() -> Response:
    """On either side, the oldest first."""
    with asking.reading() as session:
        found = standing.mine(session, viewer=asking.viewer())
        return json_answer({"items": [agreement_json(each) for each in found]})


@room.change(
    "POST", "/agreements",
    Says(summary=mark("Mostrar por sí solo, desde ahora, lo que otro distrito proponga"), takes="AgreementDraft",
         gives="Agreement", status=201),
)  # fmt: skip
def make_agreement() -> Response:
    """What waits from there is shown, too; agreeing twice is as good as once."""
    asked = read_deed(AgreementDraft, bodies.read())
    receiver = tokens.bearer().token.district.slug

    def deed(session: Session) -> Response:
        made = standing.agree(session, asked.giver, receiver, discipline=asked.discipline or ANY, by=asking.viewer(),
                              now=asking.now())  # fmt: skip
        return json_answer(agreement_json(made), status=HTTPStatus.CREATED)

    return once(deed)


@room.change("DELETE", "/agreements/{number}", Says(
    summary=mark("Terminar un acuerdo: desde ahora se vuelve a preguntar; lo que ya se muestra, sigue"), status=204,
))  # fmt: skip
def end_agreement(number: str) -> Response:
    """Be asked again."""
    known = number_in(number)
    if known is None:
        raise NotFound("standing-share")

    def deed(session: Session) -> Response:
        standing.end(session, known, by=asking.viewer(), now=asking.now())
        return nothing()

    return once(deed)


def _known(session: Session, uid: str) -> Event:
    event, _ = event_with_uid_for(session, uid, viewer=asking.viewer())
    return event


def _shares(found: Iterable[Share]) -> Response:
    base_url = asking.house().settings.base_url
    return json_answer({"items": [share_json(each, base_url=base_url) for each in found]})
