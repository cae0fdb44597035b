"""The first page of the desk: what waits for an answer, what ends soon, what is unfinished, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.network.news import NewsKind
from calendar_service.domain.publication import district_scope
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.desk import waiting
from calendar_service.services.news import briefing, telling
from calendar_service.services.news.briefing import Told
from calendar_service.services.news.headlines import headline, path_of, quotation
from calendar_service.services.syndication import following
from calendar_service.web.office.events.lines import lines
from calendar_service.web.office.events.outcomes import date_lines
from calendar_service.web.office.first_steps import first_steps
from calendar_service.web.office.forms import typed
from calendar_service.web.office.whose import homes, myself

room = Room("dashboard")
NEWS = 12
STANDS_ABOVE = (NewsKind.OUTCOMES_WANTED,)
"""What the page asks for by itself, as long as it waits."""
AT_FIRST = 4
"""How many pieces of news stand open; the others are folded away."""


@room.get("/office/", policy=Policy.OFFICER)
def dashboard() -> Response:
    """Where one lands after signing in."""
    officer, viewer, mine = myself().officer, asking.viewer(), homes()
    with asking.reading() as session:
        waits = waiting.dashboard(session, viewer=viewer, now=asking.now())
        scopes = {district_scope(each.slug): each.name for each in mine}
        counts = following.followed(session, list(scopes), now=asking.now()) if mine else {}
        unseen = briefing.unseen(session, officer, now=asking.now(), limit=NEWS)
    imports = [each for each in unseen if each.news.kind == NewsKind.IMPORT_PROBLEMS]
    news = [_line(each) for each in unseen if each not in imports and each.news.kind not in STANDS_ABOVE]
    begun = waits.has_published or not mine
    return page(
        "office/dashboard.html", officer=officer, homes=mine, waits=waits, count=waits.count + len(imports),
        invitations=lines(waits.invitations), holds=lines(waits.holds), drafts=lines(waits.drafts),
        coming=lines(waits.coming), over=date_lines(waits.over),
        imports=[_line(each) for each in imports], news=news, at_first=AT_FIRST,
        steps=[] if begun else first_steps(asking.words(), viewer, mine, has_published=False),
        followed=[(scopes[scope], number) for scope, number in sorted(counts.items())],
        now_seen=asking.now().isoformat(),
    )  # fmt: skip


def _line(told: Told) -> NewsLine:
    news, said = told.news, headline(told.news, asking.words(), told.also)
    return NewsLine(said=said, quoted=quotation(news), path=path_of(news), at=news.at)


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
