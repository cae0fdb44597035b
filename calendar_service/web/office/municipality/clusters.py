"""The clusters of an officer's districts: proposed, joined, left. They are formed by consent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.access import may_coordinate, may_name_coordinator
from calendar_service.domain.errors import DomainError, Forbidden, Invalid, Mendable, Problem
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.territory.places import District
from calendar_service.domain.territory.proximity import Group, groups_around
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda.places import existing_clusters
from calendar_service.services.desk import desk
from calendar_service.services.desk.gathering import places_of
from calendar_service.services.events.remarks import NAME, REASON, remark
from calendar_service.services.network import clusters, coordinating
from calendar_service.text import number_in
from calendar_service.web.office.events.saying import CONSENTS
from calendar_service.web.office.forms import page_after, typed
from calendar_service.web.office.municipality.neighbourhood import around
from calendar_service.web.office.whose import posting_homes
from calendar_service.web.public.browsing.city_map import Sketch, sketch
from calendar_service.words import mark

room = Room("clusters")
notices(
    cluster_proposed=mark("Agrupación propuesta. Existe desde que acepte otro distrito."),
    cluster_joined=mark("Tu distrito ya forma parte de la agrupación."),
    cluster_declined=mark("Declinaste la invitación."),
    cluster_left=mark("Tu distrito salió de la agrupación."),
    cluster_coordinated=mark("Listo: quien elegiste coordina la agrupación desde ahora."),
    cluster_invited=mark("Invitación enviada. Cada distrito acepta o declina."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A group by proximity: its districts in words, how many kilometres across, a small map, and the filled form."""

    name: str
    across: str
    sketch: Sketch
    href: str


@room.get("/office/clusters", policy=Policy.OFFICER)
def mine() -> Response:
    """The clusters, existing or only proposed, with how each member answered."""
    return _mine()


def _mine(*, wrong: DomainError | None = None) -> Response:
    with asking.reading() as session:
        found = desk.clusters(session, viewer=asking.viewer())
        naming = [each for each in found if may_name_coordinator(asking.viewer(), each)]
        officers = coordinating.candidates(session, naming)
    inviting = [each.id for each in found if may_coordinate(asking.viewer(), each)]
    return page_after(
        "office/municipality/clusters.html", wrong, clusters=found, consents=CONSENTS, officers=officers,
        inviting=inviting,
    )  # fmt: skip


@room.get("/office/clusters/new", policy=Policy.OFFICER)
def new() -> Response:
    """A form: a name, and which districts to ask, neighbours first."""
    return _form()


def _form(*, wrong: DomainError | None = None) -> Response:
    homes, form = posting_homes(), request.form or request.args
    return page_after(
        "office/municipality/cluster_form.html", wrong, homes=homes, form=form,
        around=around([each.slug for each in homes]), chosen=form.getlist("members"), consents=CONSENTS,
        proposals=[] if wrong else _proposals(homes),
    )  # fmt: skip


def _proposals(homes: list[District]) -> list[Proposal]:
    """Groups around her districts that there are not yet."""
    with asking.reading() as session:
        known = {frozenset(each.district.slug for each in one.accepted) for one in existing_clusters(session)}
    places = places_of(asking.metropolis())
    return [_proposal(group) for home in homes for group in groups_around(home.slug, places, known=known)]


def _proposal(group: Group) -> Proposal:
    names = {each.slug: each.name for each in asking.metropolis().districts}
    said = [names[each] for each in group.members]
    name = asking.words().t("%(first)s y alrededores", first=said[0])
    pairs = [("name", name), ("proposer", group.members[0]), *(("members", each) for each in group.members[1:])]
    return Proposal(
        name=", ".join(said), across=asking.words().number(round(group.across_km)), sketch=sketch(*group.members),
        href=to.office("clusters", "new", query=urlencode(pairs)),
    )  # fmt: skip


@room.post("/office/clusters/new", policy=Policy.OFFICER)
def propose() -> Response:
    """Propose it: one's own district accepts with that, the others are asked."""
    proposer = typed("proposer") or posting_homes()[0].slug
    try:
        name, theme, members = _wanted(proposer)
        with asking.deed() as session:
            clusters.propose(
                session, name=name, theme=theme, members=members, proposer=proposer, by=asking.viewer(),
                now=asking.now(),
            )  # fmt: skip
    except Forbidden:
        raise
    except DomainError as wrong:
        return _form(wrong=wrong)
    return see_other(to.office("clusters"), said="cluster-proposed")


def _wanted(proposer: str) -> tuple[str, str, list[str]]:
    """What it is called, what for, and who is asked. Raises Invalid with all that is wrong."""
    problems: list[Problem] = []

    def read_text(field: str, limit: int, missing: str = "") -> str:
        try:
            return remark(typed(field), field=field, limit=limit, missing=missing)
        except Invalid as wrong:
            problems.extend(wrong.problems)
            return ""

    name, theme = read_text("name", NAME, "required"), read_text("theme", REASON)
    members = request.form.getlist("members")
    if len({proposer, *members}) < clusters.FEWEST:
        few = {"fewest": clusters.FEWEST}
        problems.append(Problem(field="members", code="cluster_too_small", values=few))
    if problems:
        raise Invalid(problems)
    return name, theme, members


@room.post("/office/clusters/<slug>/answer", policy=Policy.OFFICER)
def answer(slug: str) -> Response:
    """Accept or decline for one's district."""
    accept = typed("do") == "accept"

    def do(session: Session) -> None:
        clusters.answer(session, slug, typed("district"), accept=accept, by=asking.viewer(), now=asking.now())

    return _done(do, said="cluster-joined" if accept else "cluster-declined")


@room.post("/office/clusters/<slug>/leave", policy=Policy.OFFICER)
def leave(slug: str) -> Response:
    """Leave with one's district; what was done together stays."""

    def do(session: Session) -> None:
        clusters.leave(session, slug, typed("district"), by=asking.viewer(), now=asking.now())

    return _done(do, said="cluster-left")


@room.post("/office/clusters/<slug>/coordinator", policy=Policy.OFFICER)
def coordinator(slug: str) -> Response:
    """Say who coordinates from now on."""
    number = number_in(typed("coordinator")) or 0

    def do(session: Session) -> None:
        coordinating.name_coordinator(session, slug, number, by=asking.viewer(), now=asking.now())

    return _done(do, said="cluster-coordinated")


@room.get("/office/clusters/<slug>/invite", policy=Policy.OFFICER)
def whom_to_invite(slug: str) -> Response:
    """Which further districts: those around its members first."""
    return _inviting(slug)


def _inviting(slug: str, *, wrong: Invalid | None = None) -> Response:
    with asking.reading() as session:
        found = coordinating.cluster_for(session, slug, viewer=asking.viewer())
    if not may_coordinate(asking.viewer(), found):
        raise Forbidden("not_coordinator")
    members = [each.district.slug for each in found.accepted]
    asked = [each.district.slug for each in found.members if each.state == Consent.INVITED]
    return page_after(
        "office/municipality/cluster_invite.html", wrong, cluster=found, around=around(members, without=asked)
    )


@room.post("/office/clusters/<slug>/invite", policy=Policy.OFFICER)
def invite(slug: str) -> Response:
    """Ask the districts that are ticked."""
    try:
        wanted = request.form.getlist("members")
        if not wanted:
            raise Invalid.of("members", "form_nobody_chosen")
        with asking.deed() as session:
            coordinating.invite(session, slug, wanted, by=asking.viewer(), now=asking.now())
    except Invalid as wrong:
        return _inviting(slug, wrong=wrong)
    return see_other(to.office("clusters"), said="cluster-invited")


def _done(do: Callable[[Session], None], *, said: str) -> Response:
    try:
        with asking.deed() as session:
            do(session)
    except Mendable as wrong:
        return _mine(wrong=wrong)
    return see_other(to.office("clusters"), said=said)
