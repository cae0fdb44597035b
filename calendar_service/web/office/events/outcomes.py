"""After the event: how many people came, asked of its host until she says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.posting.outcomes import Outcome
from calendar_service.domain.times.moments import Span
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import own_event
from calendar_service.services.draft_models import MAX_PEOPLE
from calendar_service.services.events.remarks import REASON, remark
from calendar_service.services.evidence import outcomes
from calendar_service.services.evidence.outcomes import Result
from calendar_service.web.office.forms import EMPTY, again, typed
from calendar_service.words import mark

room = Room("outcomes")
notices(outcome_kept=mark("Anotado. Gracias: así se sabe para quién se trabaja."))
FORM = "office/events/outcome.html"
DIGITS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOver:
    """A date that is over, in words, and where its host says what came of it."""

    href: str
    summary: str
    when: str
    where: str


def date_lines(dates: Sequence[Occurrence]) -> list[DateOver]:
    """Dates with their events, as lines."""
    return [_line(each, each.event) for each in dates]


def _line(date: Occurrence, event: Event) -> DateOver:
    span = Span(start=date.start, end=date.end, all_day=date.all_day, timezone=event.timezone)
    return DateOver(
        href=to.office("events", event.slug, "outcomes", date.recurrence_id), summary=event.summary,
        when=asking.words().span(span, today=asking.today()), where=event.venue.name if event.venue else "",
    )  # fmt: skip


def said_of(outcome: Outcome) -> str:
    """What came of a date, in words."""
    words = asking.words()
    if not outcome.held:
        return words.t("No se realizó")
    if outcome.people is None:
        return words.t("Se realizó; no se contó")
    return words.n("Vino %(num)s persona", "Vinieron %(num)s personas", outcome.people)


@room.get("/office/outcomes", policy=Policy.OFFICER)
def waiting() -> Response:
    """Every date of hers that waits for it, the latest first, each with its field."""
    with asking.reading() as session:
        found = outcomes.waiting(session, viewer=asking.viewer(), now=asking.now())
    return page("office/events/outcomes.html", dates=date_lines(found), most=outcomes.MOST)


@room.get("/office/events/<slug>/outcomes/<recurrence>", policy=Policy.OFFICER)
def outcome(slug: str, recurrence: str) -> Response:
    """The form of one date; what was said before stands in it."""
    event, date, known = _opened(slug, recurrence)
    if event.slug != slug:
        return moved(to.office("events", event.slug, "outcomes", recurrence))
    shown = {"people": known.people, "note": known.note} if known else {}
    return page(FORM, **EMPTY | {"event": event, "date": date, "known": known, "typed": shown})


def _opened(slug: str, recurrence: str) -> tuple[Event, DateOver, Outcome | None]:
    with asking.reading() as session:
        event = own_event(session, slug, viewer=asking.viewer())
        date = outcomes.date_over(session, event, recurrence, now=asking.now())
        return event, _line(date, event), outcomes.of_event(session, event).get(recurrence)


@room.post("/office/events/<slug>/outcomes/<recurrence>", policy=Policy.OFFICER)
def report(slug: str, recurrence: str) -> Response:
    """Keep it; on to the next one that waits."""
    event, date, known = _opened(slug, recurrence)
    try:
        result = read_result()
    except Invalid as wrong:
        return again(FORM, wrong, event=event, date=date, known=known)
    with asking.deed() as session:
        event = own_event(session, slug, viewer=asking.viewer())
        outcomes.report(session, event, recurrence, result, by=asking.viewer(), now=asking.now())
    return see_other(to.office("outcomes"), said="outcome-kept")


def read_result() -> Result:
    """What was typed. Raises Invalid."""
    note = remark(typed("note"), field="note", limit=REASON, multiline=True)
    if typed("do") == "not-held":
        return Result(held=False, note=note)
    return Result(held=True, people=None if typed("do") == "uncounted" else _people(typed("people").strip()), note=note)


def _people(text: str) -> int:
    if not text:
        raise Invalid.of("people", "outcome_people")
    if not (text.isascii() and text.isdigit()):
        raise Invalid.of("people", "number_form")
    if len(text) > DIGITS or int(text) > MAX_PEOPLE:
        raise Invalid.of("people", "number_range")
    return int(text)
