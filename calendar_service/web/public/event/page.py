"""An event's page, and that of one of its dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.access import ANYBODY, may_edit
from calendar_service.domain.errors import Gone
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.finding.agenda import line_of
from calendar_service.domain.network.organisations import Organisation
from calendar_service.domain.territory.places import Venue
from calendar_service.domain.times.dates import rule_of
from calendar_service.domain.times.moments import Span, read_recurrence_id
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import event_for
from calendar_service.services.agenda import browsing
from calendar_service.services.agenda.browsing import Dates
from calendar_service.services.mails.announced import announced_before, place_of, when_of
from calendar_service.services.mails.timetables import Known
from calendar_service.services.network import sharing
from calendar_service.services.parties import parties_of
from calendar_service.services.syndication.leaving_out import calm_if_damaged
from calendar_service.web.public.browsing import rows
from calendar_service.web.public.browsing.city_map import sketch
from calendar_service.web.public.browsing.rows import Rows, access_of
from calendar_service.web.public.event import links, structured
from calendar_service.words import tied

room = Room("event")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """One of the other dates in words, its hours apart if it ends on its first day; whether it is off or moved."""

    href: str
    machine: str
    day: str
    hours: str
    venue: str
    cancelled: bool
    moved: bool
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What cannot be overlooked: off, moved, elsewhere or over; `before` is when it was to be."""

    cancelled: bool
    moved: bool
    elsewhere: bool
    over: bool
    before: str
    reason: str


@room.get("/events/<slug>", policy=Policy.PUBLIC)
def event(slug: str) -> Response:
    """The event, with its next date first. A former slug leads to the present one; what is off for all is gone."""
    return _event(slug, None)


@room.get("/events/<slug>/<recurrence_id>", policy=Policy.PUBLIC)
def occurrence(slug: str, recurrence_id: str) -> Response:
    """One date of the event, by its original time."""
    return _event(slug, recurrence_id)


def _event(slug: str, recurrence_id: str | None) -> Response:
    with asking.reading() as session, calm_if_damaged(session, slug):
        found, _ = event_for(session, slug, viewer=ANYBODY)
        if found.slug != slug:
            return moved(to.event(found.slug, recurrence_id))
        if found.is_bare:
            raise Gone("gone" if found.withdrawn else "not_shown")
        dates = browsing.dates_of(session, found, recurrence_id=recurrence_id, now=asking.now())
        return page("public/event.html", **shown_as(session, found, dates, one_date=recurrence_id is not None))


def shown_as(session: Session, event: Event, dates: Dates, *, one_date: bool) -> dict[str, Any]:
    """What the page shows of an event: all that its template takes."""
    shown = dates.shown
    shown.event = event
    lines = Rows()
    near = [] if _is_over(shown) else browsing.nearby(session, event, shown, now=asking.now())
    own = one_date and event.repeats
    path = to.event(event.slug, shown.recurrence_id if own else None)
    named = parties_of(session, event)
    was = announced_before(session, event, shown)
    return {
        "event": event, "row": lines.row(line_of(shown, event)), "shown": shown, "span": _span(shown, event),
        "said": tied(asking.words().span(_span(shown, event), today=asking.today())),
        "state": _state(event, shown, was, whole=not own), "dates": dates, "lines": _lines(event, dates, own=own),
        "parties": _parties(event, named), "shown_by": sharing.shown_by(session, event),
        "rule": _rule(event), "facts": _facts(event, shown.venue),
        "nearby": lines.running(near), "path": path, "own": own,
        "sketch": sketch((shown.venue.district if shown.venue else event.host).slug),
        "links": links.links(event, shown, path=path, whole=not own), "may_edit": may_edit(asking.viewer(), event),
        "structured": structured.event(event, shown, path=path, coming=dates.coming, parties=named),
    }  # fmt: skip


def _parties(event: Event, named: Mapping[str, Organisation]) -> list[tuple[str, str]]:
    """Names and slugs of the organisations that take part, organisers first."""
    return [(named[slug].name, slug) for slug, _ in event.organisations if slug in named]


def _span(shown: Occurrence, event: Event) -> Span:
    return Span(start=shown.start, end=shown.end, all_day=shown.all_day, timezone=event.timezone)


def _is_over(shown: Occurrence) -> bool:
    return shown.end_utc <= asking.now()


def _state(event: Event, shown: Occurrence, was: Known | None, *, whole: bool) -> State:
    """`was` is what was announced, of an event of one date that was changed since."""
    was_moved = shown.was_moved or (was is not None and was.when != when_of(shown))
    was_elsewhere = shown.venue_id != event.venue_id or (was is not None and was.place != place_of(event, shown))
    off = event.status == Status.CANCELLED or (shown.status == Status.CANCELLED and (not whole or not event.repeats))
    return State(
        cancelled=off, moved=was_moved and not off, over=_is_over(shown),
        elsewhere=was_elsewhere and not off, before=_before(event, shown, was) if was_moved else "",
        reason=line_of(shown, event).why,
    )  # fmt: skip


def _before(event: Event, shown: Occurrence, was: Known | None) -> str:
    """When the date was to be before it was moved."""
    when = was.when if was else event.span.moved_to(read_recurrence_id(shown.recurrence_id))
    return asking.words().span(when, today=asking.today())


def _rule(event: Event) -> str:
    """The repetition in words: "cada sábado hasta el 28 de marzo"; empty for dates without a rule."""
    rule = rule_of(event)
    return asking.words().recurrence(rule, today=asking.today()) if rule else ""


def _lines(event: Event, dates: Dates, *, own: bool) -> Sequence[DateLine]:
    return [
        DateLine(
            href=to.event(event.slug, each.recurrence_id), **_day_and_hours(each, event),
            machine=rows.machine(each.start, all_day=each.all_day),
            venue=each.venue.name if each.venue and each.venue_id != event.venue_id else "",
            cancelled=each.status == Status.CANCELLED, moved=each.was_moved,
            shown=own and each.id == dates.shown.id,
        )
        for each in dates.coming
    ]  # fmt: skip


def _day_and_hours(each: Occurrence, event: Event) -> dict[str, str]:
    said = tied(asking.words().span(_span(each, event), today=asking.today()))
    if each.all_day or each.first_day != each.last_day:
        return {"day": said, "hours": ""}
    day, _, hours = said.rpartition(", ")
    return {"day": day, "hours": hours}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an event is and for whom, in words; `access` with the path of a picture beside each."""

    price: str
    disciplines: Sequence[str]
    format: str
    audiences: Sequence[str]
    age: str
    access: Sequence[tuple[str, str]]
    languages: Sequence[str]
    setting: str
    hosts: Sequence[tuple[str, str, str]]


def _facts(event: Event, venue: Venue | None) -> Facts:
    metropolis, language, words = asking.metropolis(), asking.language(), asking.words()
    codes = dict.fromkeys((*event.accessibility, *(venue.accessibility if venue else ())))
    return Facts(
        price=rows.price_of(event, words), age=_age(event),
        disciplines=[metropolis.disciplines.label(each, language) for each in event.disciplines],
        format=metropolis.formats.label(event.format, language) if event.format else "",
        audiences=[metropolis.audiences.label(each, language) for each in event.audiences],
        access=access_of(codes),
        languages=[words.language_name(each) for each in event.languages], setting=_setting(event),
        hosts=[
            (event.host.municipality, event.host.slug, ""),
            *((each.district.municipality, each.district.slug, each.contribution) for each in event.cohosts),
        ],
    )  # fmt: skip


def _age(event: Event) -> str:
    words, low, high = asking.words(), event.age_from, event.age_to
    if low is not None and high is not None:
        return words.t("de %(low)s a %(high)s años", low=low, high=high)
    if low is not None:
        return words.n("desde %(num)s año", "desde %(num)s años", low)
    return "" if high is None else words.n("hasta %(num)s año", "hasta %(num)s años", high)


def _setting(event: Event) -> str:
    words = asking.words()
    said = {True: words.t("Al aire libre"), False: words.t("Bajo techo"), None: ""}[event.outdoors]
    if not event.public_space:
        return said
    public = words.t("en un espacio público")
    return f"{said}, {public}" if said else public[:1].upper() + public[1:]
