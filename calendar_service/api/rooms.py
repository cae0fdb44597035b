"""The rooms of the API: a new one adds its line here."""

from __future__ import annotations

from calendar_service.api import clashes, imports, places, sharing, vocabularies
from calendar_service.api.document.handbook import handbook_of
from calendar_service.api.document.operations import ApiRoom
from calendar_service.api.events import cohosts, events, images, occurrences, outcomes, statuses
from calendar_service.entrance.doors import Room

API_ROOMS: tuple[ApiRoom, ...] = (
    events.room, statuses.room, occurrences.room, cohosts.room, outcomes.room, images.room, imports.room, places.room,
    vocabularies.room, clashes.room, sharing.room,
)  # fmt: skip
ROOMS: tuple[Room, ...] = (*(each.room for each in API_ROOMS), handbook_of(API_ROOMS))
