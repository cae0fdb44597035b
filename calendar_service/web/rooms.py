"""The rooms of the web: each module has a `room`; a new one adds its line here and nowhere else."""

from __future__ import annotations

from calendar_service.entrance import assets
from calendar_service.entrance.doors import Room
from calendar_service.web import health, operations, pictures, private_feeds, syndication
from calendar_service.web.office import board, dashboard, importing, special_days
from calendar_service.web.office.account import (
    account,
    address,
    entrance,
    feeds,
    invitation,
    reset,
    second_factor,
    tokens,
)
from calendar_service.web.office.event_form import clashes, parties
from calendar_service.web.office.event_form import places as venue_names
from calendar_service.web.office.events import bin as office_bin
from calendar_service.web.office.events import (
    cohosts,
    dates,
    history,
    listing,
    outcomes,
    requests,
    statuses,
    taking_down,
)
from calendar_service.web.office.events import event as office_event
from calendar_service.web.office.evidence import report
from calendar_service.web.office.municipality import (
    audit,
    clusters,
    district,
    embedding,
    handing_over,
    people,
    profile_history,
)
from calendar_service.web.office.posting import posting, preview, revising, templates
from calendar_service.web.office.register import merging, venue_history, venues
from calendar_service.web.office.register import organisations as register
from calendar_service.web.office.sharing import agreements, inbox, proposing
from calendar_service.web.public import about, organisations, places
from calendar_service.web.public.browsing import calendar, city_map, events, home, programme
from calendar_service.web.public.event import page as event_page
from calendar_service.web.public.machines import cards, offline, open_data, robots
from calendar_service.web.public.taking_along import embed, mail, subscribe

ROOMS: tuple[Room, ...] = (
    health.room,
    operations.room,
    assets.room,
    pictures.room,
    syndication.room,
    private_feeds.room,
    home.room,
    events.room,
    event_page.room,
    calendar.room,
    city_map.room,
    places.room,
    organisations.room,
    about.room,
    programme.room,
    cards.room,
    offline.room,
    open_data.room,
    embed.room,
    subscribe.room,
    mail.room,
    robots.room,
    entrance.room,
    reset.room,
    invitation.room,
    dashboard.room,
    account.room,
    address.room,
    second_factor.room,
    district.room,
    profile_history.room,
    people.room,
    handing_over.room,
    audit.room,
    tokens.room,
    feeds.room,
    embedding.room,
    importing.room,
    venue_names.room,
    parties.room,
    preview.room,
    templates.room,
    posting.room,
    revising.room,
    listing.room,
    office_event.room,
    history.room,
    outcomes.room,
    report.room,
    statuses.room,
    dates.room,
    cohosts.room,
    requests.room,
    proposing.room,
    inbox.room,
    agreements.room,
    clashes.room,
    special_days.room,
    taking_down.room,
    office_bin.room,
    board.room,
    clusters.room,
    venues.room,
    venue_history.room,
    merging.room,
    register.room,
)
