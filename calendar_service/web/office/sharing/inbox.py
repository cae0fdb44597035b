"""What other municipalities propose to one's district: shown on its page and calendar with whose it is, or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask import Response

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.errors import DomainError, Mendable
from calendar_service.domain.events import Event
from calendar_service.domain.network.sharing import Share, ShareState
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import event_for
from calendar_service.services.desk import desk
from calendar_service.services.network import sharing, standing
from calendar_service.web.office.events.lines import Line, lines
from calendar_service.web.office.forms import page_after, typed
from calendar_service.words import mark

room = Room("share-inbox")
notices(
    share_shown=mark(
        "Desde ahora está en la página y en el calendario de tu distrito, con la marca de quién lo organiza."
    ),
    share_declined=mark("Declinaste la propuesta. Si cambias de idea, está abajo."),
    share_taken_down=mark("Ya no está en tu página ni en tu calendario. Si cambias de idea, está abajo."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One proposal in words; `to_whom` is which of her districts it is for, where she has several."""

    share: Share
    line: Line
    to_whom: str


@room.get("/office/shares", policy=Policy.OFFICER)
def inbox() -> Response:
    """What waits, what is shown, and what is not."""
    return _shown()


def _shown(*, wrong: DomainError | None = None) -> Response:
    with asking.reading() as session:
        found = desk.shared_with_us(session, viewer=asking.viewer(), now=asking.now())
    offers = [_offer(share, line) for (share, _), line in zip(found, lines(row for _, row in found), strict=True)]
    return page_after(
        "office/sharing/inbox.html", wrong,
        waiting=_those(offers, ShareState.PROPOSED), shown=_those(offers, ShareState.ACCEPTED),
        hidden=_those(offers, ShareState.DECLINED, ShareState.TAKEN_DOWN),
    )  # fmt: skip


def _offer(share: Share, line: Line) -> Offer:
    several = len(asking.viewer().districts) > 1
    line = replace(line, href=to.event(share.event.slug))
    return Offer(share=share, line=line, to_whom=share.district.name if several else "")


def _those(offers: Sequence[Offer], *states: ShareState) -> list[Offer]:
    return [each for each in offers if each.share.state in states]


@room.post("/office/shares/<slug>/answer", policy=Policy.OFFICER)
def answer(slug: str) -> Response:
    """Show it or decline; with `always`, what its host proposes from now on is shown by itself."""
    accept = typed("do") == "accept"

    def do(session: Session, event: Event) -> None:
        district = typed("district")
        sharing.answer(session, event, district, accept=accept, by=asking.viewer(), now=asking.now())
        if accept and typed("always"):
            standing.agree(session, event.host.slug, district, by=asking.viewer(), now=asking.now())

    return _done(slug, do, said="share-shown" if accept else "share-declined")


@room.post("/office/shares/<slug>/take-down", policy=Policy.OFFICER)
def take_down(slug: str) -> Response:
    """Show it no more; it can be shown again."""

    def do(session: Session, event: Event) -> None:
        sharing.take_down(session, event, typed("district"), by=asking.viewer(), now=asking.now())

    return _done(slug, do, said="share-taken-down")


def _done(slug: str, do: Callable[[Session, Event], None], *, said: str) -> Response:
    try:
        with asking.deed() as session:
            event, _ = event_for(session, slug, viewer=asking.viewer())
            do(session, event)
    except Mendable as wrong:
        return _shown(wrong=wrong)
    return see_other(to.office("shares"), said=said)
