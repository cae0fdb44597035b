"""The first page of the desk: what waits for an answer, what ends soon, what is unfinished, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from calendar_service import addresses as to
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.desk import desk
from calendar_service.services.mails import briefing, telling
from calendar_service.services.mails.headlines import headline, path_of, quotation
from calendar_service.web.office.events.lines import lines
from calendar_service.web.office.forms import typed

room = Room("dashboard")
NEWS = 12


@room.get("/office/", policy=Policy.OFFICER)
def dashboard() -> Response:
    """Where one lands after signing in."""
    found = asking.signed_in()
    memberships = sorted(found.officer.memberships, key=lambda each: each.district.name) if found else []
    with asking.reading() as session:
        waiting = desk.dashboard(session, viewer=asking.viewer(), now=asking.now())
        unseen = briefing.unseen(session, found.officer, now=asking.now(), limit=NEWS) if found else []
    return page(
        "office/dashboard.html", officer=found.officer if found else None, memberships=memberships,
        invitations=lines(waiting.invitations), clusters=waiting.cluster_invitations, holds=lines(waiting.holds),
        drafts=lines(waiting.drafts), coming=lines(waiting.coming), is_empty=waiting.is_empty,
        news=[NewsLine(said=headline(each, asking.words()), quoted=quotation(each), path=path_of(each), at=each.at)
              for each in unseen],
        now_seen=asking.now().isoformat(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsLine:
    """One piece of news in words."""

    said: str
    quoted: str
    path: str
    at: datetime


@room.post("/office/seen", policy=Policy.OFFICER)
def seen() -> Response:
    """Put away the news that stood on the page; what came meanwhile stays."""
    with asking.deed() as session:
        telling.see(session, until=_until(), by=asking.viewer())
    return see_other(to.office())


def _until() -> datetime:
    """When the page with the news was made; never later than now."""
    try:
        return min(datetime.fromisoformat(typed("until")), asking.now())
    except (TypeError, ValueError):
        return asking.now()
