"""The rooms of the web: each module has a `room`; a new one adds its line here and nowhere else."""

from __future__ import annotations

from calendar_service.entrance import assets
from calendar_service.entrance.doors import Room
from calendar_service.web import health, operations, syndication
from calendar_service.web.office import account, dashboard, district, entrance, invitation, people, reset, tokens
from calendar_service.web.public import about, calendar, event, events, home, machines, places

ROOMS: tuple[Room, ...] = (
    health.room,
    operations.room,
    assets.room,
    syndication.room,
    home.room,
    events.room,
    event.room,
    calendar.room,
    places.room,
    about.room,
    machines.room,
    entrance.room,
    reset.room,
    invitation.room,
    dashboard.room,
    account.room,
    district.room,
    people.room,
    tokens.room,
)
