"""The rooms of the web: each module has a `room`; a new one adds its line here and nowhere else."""

from __future__ import annotations

from calendar_service.entrance import assets
from calendar_service.entrance.doors import Room
from calendar_service.web import health, operations, pictures, private_feeds, syndication
from calendar_service.web.office import (
    account,
    clusters,
    dashboard,
    district,
    embedding,
    entrance,
    feeds,
    importing,
    invitation,
    people,
    reset,
    special_days,
    tokens,
    venues,
)
from calendar_service.web.office.events import bin as office_bin
from calendar_service.web.office.events import (
    clashes,
    cohosts,
    dates,
    history,
    listing,
    posting,
    revising,
    statuses,
    taking_down,
)
from calendar_service.web.office.events import event as office_event
from calendar_service.web.office.events import places as venue_names
from calendar_service.web.public import (
    about,
    calendar,
    city_map,
    embed,
    event,
    events,
    home,
    machines,
    mail,
    places,
    programme,
    subscribe,
)

ROOMS: tuple[Room, ...] = (
    health.room,
    operations.room,
    assets.room,
    pictures.room,
    syndication.room,
    private_feeds.room,
    home.room,
    events.room,
    event.room,
    calendar.room,
    city_map.room,
    places.room,
    about.room,
    programme.room,
    embed.room,
    subscribe.room,
    mail.room,
    machines.room,
    entrance.room,
    reset.room,
    invitation.room,
    dashboard.room,
    account.room,
    district.room,
    people.room,
    tokens.room,
    feeds.room,
    embedding.room,
    importing.room,
    venue_names.room,
    posting.room,
    revising.room,
    listing.room,
    office_event.room,
    history.room,
    statuses.room,
    dates.room,
    cohosts.room,
    clashes.room,
    special_days.room,
    taking_down.room,
    office_bin.room,
    clusters.room,
    venues.room,
)
