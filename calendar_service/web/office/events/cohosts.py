"""Joint events: districts are asked, and answer for themselves (S15)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.access import INVOLVED
from calendar_service.domain.errors import DomainError, Invalid, Mendable
from calendar_service.domain.events import Event
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.network.sharing import ShareState
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import event_for, own_event
from calendar_service.services.agenda.places import existing_clusters
from calendar_service.services.desk import desk
from calendar_service.services.events.remarks import CONTRIBUTION, remark
from calendar_service.services.joint import cohosting
from calendar_service.services.network import sharing
from calendar_service.web.office.events.event import event_again
from calendar_service.web.office.events.lines import lines
from calendar_service.web.office.forms import page_after, typed
from calendar_service.web.office.municipality.neighbourhood import around
from calendar_service.words import mark

room = Room("cohosts")
notices(
    cohosts_asked=mark("Invitación enviada. Nadie aparece hasta que acepte."),
    accepted=mark("Aceptaste: desde ahora el evento también está en tu página y en tu calendario."),
    declined=mark("Declinaste la invitación."),
    contribution_kept=mark("Aporte guardado."),
    left=mark("Tu distrito ya no coorganiza el evento."),
)


@room.get("/office/invitations", policy=Policy.OFFICER)
def invitations() -> Response:
    """What waits for her districts' answer: events and clusters."""
    with asking.reading() as session:
        rows = desk.invitations(session, viewer=asking.viewer(), now=asking.now())
        asked = desk.cluster_invitations(session, viewer=asking.viewer())
        waiting = sharing.received(session, states=[ShareState.PROPOSED], viewer=asking.viewer(), now=asking.now())
    return page("office/events/invitations.html", lines=lines(rows), clusters=asked, shares=len(waiting))


@room.get("/office/events/<slug>/cohosts", policy=Policy.OFFICER)
def whom_to_ask(slug: str) -> Response:
    """Which districts, or which cluster, to ask: neighbours first."""
    with asking.reading() as session:
        event = own_event(session, slug, viewer=asking.viewer())
    return moved(to.office("events", event.slug, "cohosts")) if event.slug != slug else _asking(event)


def _asking(event: Event, *, wrong: DomainError | None = None) -> Response:
    with asking.reading() as session:
        clusters = [each for each in existing_clusters(session) if _left_to_ask(each, event)]
    joined = [each.district.slug for each in event.hosts if each.state in INVOLVED]
    ours = {each.slug for each in clusters if event.host_id in {member.district_id for member in each.accepted}}
    beside, chosen = around([event.host.slug], without=joined), request.form.getlist("districts")
    ticked = request.form.getlist("clusters")
    return page_after(
        "office/events/cohosts.html", wrong, event=event, clusters=clusters, our_clusters=ours, around=beside,
        chosen=chosen, chosen_clusters=ticked, chosen_far={*chosen, *ticked} - {slug for slug, _ in beside.near} - ours,
    )  # fmt: skip


def _left_to_ask(cluster: Cluster, event: Event) -> list[str]:
    """The members of a cluster that are not in it yet."""
    joined = {event.host_id, *(each.district_id for each in event.hosts if each.state in INVOLVED)}
    return [each.district.slug for each in cluster.accepted if each.district_id not in joined]


@room.post("/office/events/<slug>/cohosts", policy=Policy.OFFICER)
def ask(slug: str) -> Response:
    """Ask the districts that are ticked, and those of the clusters that are."""
    with asking.reading() as session:
        event = own_event(session, slug, viewer=asking.viewer())
    try:
        with asking.deed() as session:
            asked = own_event(session, slug, viewer=asking.viewer())
            cohosting.ask(session, asked, _wanted(session, asked), by=asking.viewer(), now=asking.now())
    except Mendable as wrong:
        return _asking(event, wrong=wrong)
    return see_other(to.office("events", slug), said="cohosts-asked")


def _wanted(session: Session, event: Event) -> Sequence[str]:
    names = request.form.getlist("clusters")
    clusters = [each for each in existing_clusters(session) if each.slug in names]
    members = [slug for each in clusters for slug in _left_to_ask(each, event)]
    wanted = list(dict.fromkeys([*request.form.getlist("districts"), *members]))
    if not wanted:
        raise Invalid.of("districts", "form_nobody_chosen")
    return wanted


@room.post("/office/events/<slug>/answer", policy=Policy.OFFICER)
def answer(slug: str) -> Response:
    """Accept, with what one's district brings, or decline."""
    accept = typed("do") == "accept"

    def do(session: Session, event: Event) -> None:
        cohosting.answer(
            session, event, typed("district"), accept=accept, contribution=_contribution(), by=asking.viewer(),
            now=asking.now(),
        )  # fmt: skip

    return _done(slug, do, said="accepted" if accept else "declined")


@room.post("/office/events/<slug>/contribution", policy=Policy.OFFICER)
def contribute(slug: str) -> Response:
    """Say anew what one's district brings."""

    def do(session: Session, event: Event) -> None:
        cohosting.contribute(
            session, event, typed("district"), contribution=_contribution(), by=asking.viewer(), now=asking.now()
        )

    return _done(slug, do, said="contribution-kept")


@room.post("/office/events/<slug>/leave", policy=Policy.OFFICER)
def leave(slug: str) -> Response:
    """Stop co-hosting."""

    def do(session: Session, event: Event) -> None:
        cohosting.leave(session, event, typed("district"), by=asking.viewer(), now=asking.now())

    return _done(slug, do, said="left")


def _contribution() -> str:
    return remark(typed("contribution"), field="contribution", limit=CONTRIBUTION, multiline=True)


def _done(slug: str, do: Callable[[Session, Event], None], *, said: str) -> Response:
    """Do it, or show the event as it is now with the reason why not. Who declined or left goes back to her desk."""
    try:
        with asking.deed() as session:
            event, _ = event_for(session, slug, viewer=asking.viewer())
            do(session, event)
    except Mendable as wrong:
        return event_again(slug, wrong)
    stays = said in ("accepted", "contribution-kept")
    return see_other(to.office("events", slug) if stays else to.office("invitations"), said=said)
