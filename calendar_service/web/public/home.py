"""The first page: what is on today and this weekend, before anything else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Response

from calendar_service.db.engine import Session
from calendar_service.domain.events import Occurrence
from calendar_service.domain.selection import Selection, When
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services import browsing
from calendar_service.services.browsing import Found
from calendar_service.web.public.filters import quick
from calendar_service.web.public.rows import Rows

room = Room("home")
TODAY_SHOWN = 8
WEEKEND_SHOWN = 10
LATER_SHOWN = 12
LATER_DAYS = 14


@room.get("/", policy=Policy.PUBLIC)
def home() -> Response:
    """Today, the weekend, the days after."""
    now, rows = asking.now(), Rows()
    with asking.reading() as session:
        today = browsing.find(session, Selection(when=When.TODAY), now=now, size=TODAY_SHOWN, past=False)
        weekend = _find(session, Selection(when=When.WEEKEND), size=WEEKEND_SHOWN)
        later = _find(session, _days_after_today(), size=LATER_SHOWN + WEEKEND_SHOWN)
        shown = {each.id for each in (*today.occurrences, *weekend.occurrences)}
        return page(
            "public/home.html", today_rows=rows.agenda(today), today_found=today,
            running=rows.running(today.running), weekend_rows=rows.agenda(_unless(weekend, today.occurrences)),
            weekend_found=weekend, later_rows=rows.agenda(_but(later, shown)), quick=quick(Selection()),
        )  # fmt: skip


def _find(session: Session, selection: Selection, *, size: int) -> Found:
    return browsing.find(session, selection, now=asking.now(), size=size, past=False, running=False)


def _days_after_today() -> Selection:
    tomorrow = asking.today() + timedelta(days=1)
    return Selection(from_day=tomorrow, to_day=tomorrow + timedelta(days=LATER_DAYS))


def _unless(found: Found, shown: Sequence[Occurrence]) -> Found:
    return _but(found, {each.id for each in shown})


def _but(found: Found, shown: set[int]) -> Found:
    """The same without what stands above already, so that nothing is said twice."""
    left = [each for each in found.occurrences if each.id not in shown][:LATER_SHOWN]
    return Found(
        occurrences=left, running=found.running, dates_left=found.dates_left, total=found.total,
        page=found.page, pages=found.pages,
    )  # fmt: skip
