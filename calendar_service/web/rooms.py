"""The rooms of the web: each module has a `room`; a new one adds its line here and nowhere else."""

from __future__ import annotations

from calendar_service.web import assets, health
from calendar_service.web.doors import Room

ROOMS: tuple[Room, ...] = (
    health.room,
    assets.room,
)
