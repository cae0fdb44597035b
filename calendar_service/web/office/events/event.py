"""An event on the desk: where it stands, where it appears, its dates, its co-hosts, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.access import HELD, Sight, may_edit, sees_note
from calendar_service.domain.errors import DomainError, Invalid
from calendar_service.domain.events import Event, Host, Status
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.network.requests import EventRequest
from calendar_service.domain.posting.outcomes import Outcome
from calendar_service.domain.times.dates import Date, dates_of, rule_of
from calendar_service.domain.times.moments import Span
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import event_for
from calendar_service.services.desk import desk
from calendar_service.services.desk.desk import Appearances
from calendar_service.services.desk.readers import Readers, readers_of
from calendar_service.services.drafts import draft_of
from calendar_service.services.events.posting import hold_end
from calendar_service.services.evidence import outcomes
from calendar_service.services.joint import requesting
from calendar_service.services.mails.audience import FEW, Audience, audience_of
from calendar_service.web.office.events.lines import helpful_in, lacking_in
from calendar_service.web.office.events.outcomes import said_of
from calendar_service.web.office.events.saying import CONSENTS, LABELS, SHARES, STATUSES, Saying
from calendar_service.web.office.forms import page_after
from calendar_service.web.public.event.links import whatsapp
from calendar_service.words import mark

room = Room("desk-event")
DATES_SHOWN = 50
FIELDS = ("reason", "hold_until", "contribution", "name")
"""The fields that stand on this page."""
SHOWN_APART = ("summary", "start", "end", "all_day", "timezone", "rrule", "rdates", "exdates", "venue", "currency")
"""What stands elsewhere on the page."""
NOT_SHOWN = mark("no se muestra")
"""Where it stands for everybody when the network took it off the public pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """One date in words; `changed` says what differs from what the event says, `over` that it is past; `report` leads
    to where its host says what came of it, `came` is what was said.
    """

    href: str
    words: str
    machine: str
    changed: str
    cancelled: bool
    over: bool
    report: str = ""
    came: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What belongs to an event: where it appears, what was asked of its host, who is told."""

    appearances: Appearances
    outcomes: Mapping[str, Outcome]
    requests: Sequence[EventRequest]
    audience: Audience
    readers: Readers | None


def _opened(slug: str) -> tuple[Event, Sight, Around]:
    """An event with all that belongs to it, and how much of it she sees. Raises NotFound."""
    with asking.reading() as session:
        found, sight = event_for(session, slug, viewer=asking.viewer())
        return found, sight, Around(
            appearances=desk.appearances(session, found), audience=audience_of(session, found),
            outcomes=outcomes.of_event(session, found),
            readers=readers_of(session, found, now=asking.now()) if found.is_public else None,
            requests=requesting.listed(session, found, viewer=asking.viewer()),
        )  # fmt: skip


@room.get("/office/events/<slug>", policy=Policy.OFFICER)
def event(slug: str) -> Response:
    """The page for its host and its co-hosts; for everybody else as much as a hold shows, or the public page."""
    found, sight, around = _opened(slug)
    if found.slug != slug:
        return moved(to.office("events", found.slug))
    if sight is Sight.OWN:
        return _shown(found, around)
    if found.taken_down and asking.viewer().facilitator:
        return see_other(to.office("events", found.slug, "take-down"))
    if found.is_public:
        return see_other(to.event(found.slug))
    return page("office/events/hold.html", event=found, full=sight is Sight.FULL, facts=facts_of(found, HELD))


def event_again(slug: str, wrong: DomainError) -> Response:
    """The page after a deed that could not be done, with the reason on top."""
    found, sight, around = _opened(slug)
    if sight is not Sight.OWN:
        raise wrong
    return _shown(found, around, wrong=wrong)


def _shown(event: Event, around: Around, *, wrong: DomainError | None = None) -> Response:
    problems = [each for each in wrong.problems if each.field in FIELDS] if isinstance(wrong, Invalid) else []
    told = _told(wrong) if wrong and not problems else ""
    return page_after(
        "office/events/event.html", wrong, event=event, told=told, problems=problems,
        appearances=around.appearances, share_states=SHARES, requests=around.requests,
        audience=around.audience, readers=around.readers, few=FEW, typed=request.form if wrong else {},
        **_standing(event, around.appearances), **_dates(event, around.outcomes), **_joint(event),
    )  # fmt: skip


def _told(wrong: DomainError) -> str:
    """Why it could not be done; what an event lacks is a problem of no field of this page."""
    words = asking.words()
    problems = wrong.problems if isinstance(wrong, Invalid) else [wrong]
    return " ".join(words.sentence(each.code, **each.values) for each in problems)


def _standing(event: Event, appearances: Appearances) -> dict[str, Any]:
    """Where it stands, and what its host can do."""
    apart = (*SHOWN_APART, "hold_shows") if event.is_public else SHOWN_APART
    shown = [name for name in LABELS if name not in apart]
    parties = {each.slug: each.name for each in appearances.organisations}
    return {
        "stands": asking.words().t(NOT_SHOWN if event.taken_down else STATUSES[event.status]),
        "editable": may_edit(asking.viewer(), event),
        "lacking": lacking_in(event), "helpful": helpful_in(event), "facts": facts_of(event, shown, parties=parties),
        "hold_default": hold_end(event, None, now=asking.now()),
    }  # fmt: skip


def _dates(event: Event, came: Mapping[str, Outcome]) -> dict[str, Any]:
    """When it is: in words, and its dates, fifty to a page."""
    dates, words = dates_of(event), asking.words()
    pages = -(-len(dates) // DATES_SHOWN)
    number = max(min(asking.number("dates", default=1, digits=4), pages), 1)
    begin = (number - 1) * DATES_SHOWN
    rule = rule_of(event)
    said = words.recurrence(rule, today=asking.today()) if rule else ""
    return {
        "when": words.span(_first(event, dates), today=asking.today()), "repeats": said, "count": len(dates),
        "dates": [date_line(event, each, came) for each in dates[begin : begin + DATES_SHOWN]],
        "page_number": number, "pages": pages, "over": all(_is_over(each) for each in dates),
        "whatsapp": _message(event, dates) if event.status == Status.CONFIRMED else "",
    }  # fmt: skip


def _first(event: Event, dates: Sequence[Date]) -> Span:
    """When the first of its dates is, moved ones where they are now; without any left, when the event was."""
    left = [each.span for each in dates if not each.cancelled]
    return min(left, key=lambda each: each.start, default=event.span)


def _message(event: Event, dates: Sequence[Date]) -> str:
    """WhatsApp, with a message about its next date."""
    page_ = to.absolute(asking.house().settings.base_url, to.event(event.slug))
    coming = next((each for each in dates if not each.cancelled and not _is_over(each)), None)
    return whatsapp(event, coming.span, coming.venue, page_) if coming else ""


def date_line(event: Event, date: Date, came: Mapping[str, Outcome] = MappingProxyType({})) -> DateLine:
    """One date in words."""
    words = asking.words()
    override = date.override
    changed = [words.t("otra hora")] if override and override.start else []
    if override and override.venue:
        changed.append(override.venue.name)
    if override and override.reason:
        changed.append(override.reason)
    return DateLine(
        href=to.office("events", event.slug, "dates", date.recurrence_id),
        words=words.span(date.span, today=asking.today()), machine=date.span.start.isoformat(timespec="minutes"),
        changed=" · ".join(changed), cancelled=date.cancelled, over=_is_over(date),
        came=said_of(came[date.recurrence_id]) if date.recurrence_id in came else "",
        report=to.office("events", event.slug, "outcomes", date.recurrence_id) if _took_place(event, date) else "",
    )  # fmt: skip


def _took_place(event: Event, date: Date) -> bool:
    return _is_over(date) and event.status == Status.CONFIRMED and not date.cancelled and not event.withdrawn


def _is_over(date: Date) -> bool:
    return date.span.end_utc <= asking.now()


def _joint(event: Event) -> dict[str, Any]:
    """Who does it together: her own districts' part, and how the others answered."""
    viewer = asking.viewer()
    ours = [each for each in event.hosts if each.district_id in viewer.districts]
    return {"hosts": sorted(event.hosts, key=_by_answer), "ours": ours, "consents": CONSENTS}


def _by_answer(host: Host) -> tuple[int, str]:
    order = (Consent.ACCEPTED, Consent.INVITED, Consent.DECLINED, Consent.LEFT)
    return order.index(Consent(host.state)), host.district.name


def facts_of(
    event: Event, names: Sequence[str], *, parties: Mapping[str, str] = MappingProxyType({})
) -> list[tuple[str, str]]:
    """What the event says in these fields, label and words; what says nothing is left out."""
    venues = {event.venue.slug: event.venue.name} if event.venue else {}
    saying = Saying(start=event.start, all_day=event.all_day, timezone=event.timezone, venues=venues,
                    parties=parties)  # fmt: skip
    data = draft_of(event)
    if not sees_note(asking.viewer(), event):
        data.pop("internal_note")
    if image := data["image"]:
        data["image"] = {**image, "url": ""}  # the sign that tells two pictures apart is for the history
    if not (event.free or event.price_text) and event.price is None:
        data.pop("free")
    said = ((asking.words().t(LABELS[name]), saying.said(name, data[name])) for name in names if name in data)
    return [(label, text) for label, text in said if text]
