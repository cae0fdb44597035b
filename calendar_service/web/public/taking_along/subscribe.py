"""Taking a selection or an event along: into a calendar that keeps itself up to date, or by mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import segno
from flask import Response, request
from markupsafe import Markup

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.errors import Duplicate, Invalid, TooMany
from calendar_service.domain.events import Event
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.mail import Lead, SubscriptionKind
from calendar_service.entrance import asking
from calendar_service.entrance.answers import notices, page, see_other
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import describing
from calendar_service.services.mails import subscribing
from calendar_service.services.syndication.asking import DAYS_AHEAD, DAYS_BACK
from calendar_service.services.syndication.bodies.gathering import MAX_EVENTS
from calendar_service.services.syndication.leaving_out import calm_if_damaged
from calendar_service.web.office.forms import EMPTY, again
from calendar_service.web.public.browsing.choosing import read_choice
from calendar_service.web.public.taking_along.programs import said
from calendar_service.words import mark, own_name

room = Room("subscribe")
PAGE = "public/taking_along/subscribe.html"
GOOGLE = "https://calendar.google.com/calendar/r"
OUTLOOK = "https://outlook.live.com/calendar/0/addfromweb"
MICROSOFT = "https://outlook.office.com/calendar/0/addfromweb"
"""The same for accounts of work or school, which the other does not let in."""
LONGEST_IN_A_PICTURE = 400
"""Beyond it the squares are too small for a phone's camera."""
notices(subscribe_asked=mark("Revisa tu correo: te enviamos un enlace para confirmar. Puede tardar unos minutos."))

LEADS: Mapping[Lead, str] = {
    Lead.HOUR: mark("una hora antes"),
    Lead.MORNING: mark("la mañana del mismo día"),
    Lead.DAY: mark("un día antes"),
    Lead.WEEK: mark("una semana antes"),
}
KINDS: Mapping[SubscriptionKind, str] = {
    SubscriptionKind.SELECTION: mark("Un recordatorio de cada fecha"),
    SubscriptionKind.DIGEST: mark("Un resumen los jueves por la mañana"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars:
    """Where calendars subscribe to a feed. Google takes webcal, Outlook https (any other shows an empty calendar)."""

    https: str
    webcal: str
    google: str
    outlook: str
    microsoft: str

    @property
    def code(self) -> Markup:
        """The address as a picture for cameras (QR); nothing for one that no picture holds."""
        if len(self.webcal) > LONGEST_IN_A_PICTURE:
            return Markup()
        drawn = segno.make(self.webcal, error="m").svg_inline(omitsize=True, dark="#000", light="#fff")
        return Markup(drawn)  # noqa: S704 - drawn by us from an address of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is to be taken along: `event` is None for a selection; `open` whether anything is still to come."""

    name: str
    query: str
    event: Event | None
    open: bool
    calendars: Calendars

    @property
    def path(self) -> str:
        """This page."""
        return to.subscribe(event=self.event.slug) if self.event else to.subscribe(self.query)


@room.get("/subscribe", policy=Policy.PUBLIC)
def offer() -> Response:
    """What this selection is, how a calendar subscribes to it, and the form for mail."""
    with asking.reading() as session, calm_if_damaged(session, request.args.get("event", "")):
        return page(PAGE, **EMPTY, **_shown(session))


@room.post("/subscribe", policy=Policy.PUBLIC)
def ask() -> Response:
    """The same answer whether the address is new, waiting or subscribed already (S18)."""
    try:
        with asking.deed() as session:
            path = _ask(session)
    except Duplicate:  # somebody asked for the same at the same moment: her mail is on its way
        path = request.full_path
    except (Invalid, TooMany) as wrong:
        with asking.reading() as session:
            return again(PAGE, wrong, **_shown(session))
    return see_other(path, said="subscribe-asked")


def _ask(session: Session) -> str:
    subject = _subject(session)
    slug = subject.event.slug if subject.event else None
    wish = subscribing.read_wish(session, request.form, event=slug, selection=_selection(session), now=asking.now())
    subscribing.ask(session, wish, prefix=asking.client_prefix(), now=asking.now())
    return subject.path


def _shown(session: Session) -> dict[str, Any]:
    words, spoken = asking.words(), asking.metropolis().languages
    return {
        "subject": _subject(session), "languages_offered": [(each, own_name(each)) for each in spoken],
        "leads": [(key, words.t(text)) for key, text in LEADS.items()],
        "common": list(said(words, common=True)), "others": list(said(words, common=False)),
        "days_back": DAYS_BACK, "days_ahead": DAYS_AHEAD, "most_events": MAX_EVENTS,
        "consent": subscribing.CONSENT, "kinds": [(key, words.t(text)) for key, text in KINDS.items()],
    }  # fmt: skip


def _selection(session: Session) -> Selection:
    """What was chosen, whenever it takes place."""
    return read_choice(session, here=to.subscribe, ignore_time=True).selection


def _subject(session: Session) -> Subject:
    if slug := request.args.get("event"):
        event, is_open = subscribing.open_event(session, slug, now=asking.now())
        calendars = calendars_of(to.feed_event(event.slug), event.summary)
        return Subject(name=event.summary, query="", event=event, open=is_open, calendars=calendars)
    selection = _selection(session)
    name = describing.describe(session, selection, words=asking.words(), today=asking.today())
    return Subject(
        name=name, query=selection.query(), event=None, open=True, calendars=calendars_of(_feed(selection), name)
    )


def _feed(selection: Selection) -> str:
    """The feed of a selection: the one that its district or cluster has anyway, where that is all."""
    if selection.is_everything:
        return to.feed_all()
    if selection == Selection(districts=selection.districts) and len(selection.districts) == 1:
        return to.feed_district(selection.districts[0])
    if selection == Selection(clusters=selection.clusters) and len(selection.clusters) == 1:
        return to.feed_cluster(selection.clusters[0])
    return to.feed_selection(selection.query())


def calendars_of(path: str, name: str) -> Calendars:
    """Where calendars subscribe to the feed at a path, under a name."""
    https = to.absolute(asking.house().settings.base_url, path)
    webcal = to.webcal(https)
    named = urlencode({"url": https, "name": f"{name} · {asking.metropolis().name}"})
    return Calendars(
        https=https, webcal=webcal, google=f"{GOOGLE}?{urlencode({'cid': webcal})}", outlook=f"{OUTLOOK}?{named}",
        microsoft=f"{MICROSOFT}?{named}",
    )  # fmt: skip
