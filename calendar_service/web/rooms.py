"""The rooms of the web: each module has a `room`; a new one adds its line here and nowhere else."""

from __future__ import annotations

from calendar_service.entrance import assets
from calendar_service.entrance.doors import Room
from calendar_service.web import health, syndication

ROOMS: tuple[Room, ...] = (
    health.room,
    assets.room,
    syndication.room,
)
