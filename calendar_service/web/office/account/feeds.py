"""An officer's own calendars: made for a device, given another address, ended (S42); who follows her districts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.errors import DomainError
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.people import Officer, PrivateFeed
from calendar_service.domain.publication import cluster_scope, district_scope
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import describing, places
from calendar_service.services.syndication import following, private_feeds
from calendar_service.services.syndication.following import Followed
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.web.office.whose import myself
from calendar_service.web.public.taking_along.subscribe import Calendars, calendars_of
from calendar_service.words import mark

room = Room("private_feeds_desk")
LIST = "office/account/feeds.html"
notices(feed_revoked=mark("Ese calendario ya no se puede leer."))

FAMILIES: Mapping[str, str] = {
    "google": mark("Google"), "apple": mark("Apple"), "outlook": mark("Outlook y Microsoft 365"),
    "thunderbird": mark("Thunderbird"), "android": mark("ICSx5 (Android)"), "nextcloud": mark("Nextcloud"),
    "home-assistant": mark("Home Assistant"), "linux": mark("Programas de Linux"), "fastmail": mark("Fastmail"),
    "proton": mark("Proton"), "browser": mark("Navegadores"), "other": mark("Otros programas"),
}  # fmt: skip
"""What families of programs are called; `services.syndication.following` tells them apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of her calendars; `about` says in words what it holds."""

    id: int
    name: str
    about: str
    last_used: Any
    since: Any


@room.get("/office/feeds", policy=Policy.OFFICER)
def feeds() -> Response:
    """Her calendars, a form for another, and how many follow the feeds of her districts."""
    return page(LIST, calendars=None, **_listed(), **EMPTY)


@room.post("/office/feeds", policy=Policy.OFFICER)
def made() -> Response:
    """Make one. Its address is shown on this answer alone, which is never stored."""
    try:
        wanted = private_feeds.read_selection(typed("address"))
        with asking.deed() as session:
            secret = private_feeds.make(
                session, name=typed("name"), selection=wanted, by=asking.viewer(), now=asking.now()
            )
    except DomainError as wrong:
        return again(LIST, wrong, calendars=None, **_listed())
    return page(LIST, calendars=_calendars(secret), **_listed(), **EMPTY)


@room.post("/office/feeds/<int:number>/rotate", policy=Policy.OFFICER)
def rotated(number: int) -> Response:
    """Give one of hers another address; the old one ends at once."""
    with asking.deed() as session:
        secret = private_feeds.rotate(session, number, by=asking.viewer(), now=asking.now())
    return page(LIST, calendars=_calendars(secret), **_listed(), **EMPTY)


@room.post(
    "/office/feeds/<int:number>/revoke", policy=Policy.OFFICER,
    twice=mark("El calendario que usa esta dirección deja de actualizarse. Para volver hay que crear otra."),
)  # fmt: skip
def revoked(number: int) -> Response:
    """End one of hers at once."""
    with asking.deed() as session:
        private_feeds.revoke(session, number, by=asking.viewer(), now=asking.now())
    return see_other(to.office("feeds"), said="feed-revoked")


def _calendars(secret: str) -> Calendars:
    return calendars_of(to.feed_private(secret), asking.words().t("Mi calendario"))


def _listed() -> dict[str, Any]:
    officer = myself().officer
    with asking.reading() as session:
        kept = [_line(session, each) for each in private_feeds.feeds_of(session, officer.id)]
        homes = _followed(session, officer)
        lately = following.lately(session, [each.scope for each in homes], now=asking.now())
    return {
        "kept": kept, "followed": [(each, lately[each.scope]) for each in homes], "families": FAMILIES,
        "longest_name": private_feeds.LONGEST_NAME,
    }  # fmt: skip


def _line(session: Session, feed: PrivateFeed) -> Line:
    chosen = private_feeds.selection_of(feed)
    return Line(
        id=feed.id, name=feed.name, about=_about(session, chosen), last_used=feed.last_used,
        since=feed.rotated or feed.created,
    )  # fmt: skip


def _about(session: Session, chosen: Selection | None) -> str:
    if chosen is None:
        return asking.words().t("Tus distritos y sus vecinos")
    return describing.describe(session, chosen, words=asking.words(), today=asking.today())


def _followed(session: Session, officer: Officer) -> list[Followed]:
    """Her districts, and the clusters that they belong to."""
    hers = {each.district_id: each.district for each in officer.memberships}
    clusters = [
        each for each in places.existing_clusters(session) if hers.keys() & {one.district_id for one in each.accepted}
    ]
    return [
        *(Followed(scope=district_scope(each.slug), name=each.name, query=f"district={each.slug}")
          for each in sorted(hers.values(), key=lambda one: one.name)),
        *(Followed(scope=cluster_scope(each.slug), name=each.name, query=f"cluster={each.slug}") for each in clusters),
    ]  # fmt: skip
