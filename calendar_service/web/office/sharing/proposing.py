"""The host's page of an event's cross-promotion: to whom it is proposed, how they answered, whom else to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.errors import DomainError, Invalid, Mendable
from calendar_service.domain.events import Event
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.network.sharing import OPEN, Share
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, notices, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import own_event
from calendar_service.services.agenda.places import existing_clusters
from calendar_service.services.events.remarks import REASON, remark
from calendar_service.services.network import sharing
from calendar_service.web.office.events.saying import SHARES
from calendar_service.web.office.forms import page_after, typed
from calendar_service.web.office.municipality.neighbourhood import around
from calendar_service.words import mark

room = Room("share-proposing")
notices(
    share_proposed=mark("Propuesta enviada. Nadie lo muestra antes de aceptar, salvo quien ya acepta siempre."),
    share_withdrawn=mark("Retiraste la propuesta: desde ahora ese distrito ya no lo muestra."),
)


@room.get("/office/events/<slug>/share", policy=Policy.OFFICER)
def with_whom(slug: str) -> Response:
    """Neighbours, a cluster or single districts, with how those answered that were asked."""
    with asking.reading() as session:
        event = own_event(session, slug, viewer=asking.viewer())
    return moved(to.office("events", event.slug, "share")) if event.slug != slug else _shown(event)


def _shown(event: Event, *, wrong: DomainError | None = None) -> Response:
    with asking.reading() as session:
        shares = sharing.shares_of(session, event, viewer=asking.viewer())
        taken = _taken(event, shares)
        clusters = [each for each in existing_clusters(session) if _members(each, taken)]
        always = sharing.agreed(session, event) - set(taken)
    return page_after(
        "office/sharing/propose.html", wrong, event=event, shares=shares, states=SHARES, open=OPEN,
        possible=sharing.may_be_shared(event, now=asking.now()), clusters=clusters,
        around=around([event.host.slug], without=taken), always=_names(always),
        form=request.form, chosen=request.form.getlist("districts") if wrong else always,
    )  # fmt: skip


def _names(slugs: set[str]) -> list[str]:
    return [each.name for each in asking.metropolis().districts if each.slug in slugs]


def _taken(event: Event, shares: Sequence[Share]) -> list[str]:
    """The districts that need not be asked: hosts, and those that were and have not said no."""
    joint = [each.district.slug for each in event.cohosts]
    return [event.host.slug, *joint, *(each.district.slug for each in shares if each.state in OPEN)]


def _members(cluster: Cluster, taken: Sequence[str]) -> list[str]:
    return [each.district.slug for each in cluster.accepted if each.district.slug not in taken]


@room.post("/office/events/<slug>/share", policy=Policy.OFFICER)
def propose(slug: str) -> Response:
    """Propose it to the districts that are ticked, to the members of the clusters that are, to all neighbours."""

    def do(session: Session, event: Event) -> None:
        text = remark(typed("text"), field="text", limit=REASON, multiline=True)
        shares = sharing.shares_of(session, event, viewer=asking.viewer())
        wanted = _wanted(session, event, _taken(event, shares))
        sharing.propose(session, event, wanted, text=text, by=asking.viewer(), now=asking.now())

    return _done(slug, do, said="share-proposed")


def _wanted(session: Session, event: Event, taken: Sequence[str]) -> Sequence[str]:
    names = request.form.getlist("clusters")
    members = [slug for each in existing_clusters(session) if each.slug in names for slug in _members(each, taken)]
    near = around([event.host.slug], without=taken).near if typed("neighbours") else []
    wanted = [*request.form.getlist("districts"), *members, *(slug for slug, _ in near)]
    if not wanted:
        raise Invalid.of("districts", "form_nobody_chosen")
    return list(dict.fromkeys(wanted))


@room.post("/office/events/<slug>/share/withdraw", policy=Policy.OFFICER)
def withdraw(slug: str) -> Response:
    """Take the proposal to one district back, shown or not; it can be made again."""

    def do(session: Session, event: Event) -> None:
        sharing.withdraw(session, event, typed("district"), by=asking.viewer(), now=asking.now())

    return _done(slug, do, said="share-withdrawn")


def _done(slug: str, do: Callable[[Session, Event], None], *, said: str) -> Response:
    try:
        with asking.deed() as session:
            do(session, own_event(session, slug, viewer=asking.viewer()))
    except Mendable as wrong:
        with asking.reading() as session:
            event = own_event(session, slug, viewer=asking.viewer())
        return _shown(event, wrong=wrong)
    return see_other(to.office("events", slug, "share"), said=said)
