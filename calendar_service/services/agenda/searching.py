"""What a search looks through: one folded text per event, the same on both databases."""

from __future__ import annotations

from calendar_service.domain.events import Event
from calendar_service.domain.search import words_in


def searchable_text(event: Event) -> str:
    """The words of an event, its venue and its hosts, a space before each. Its relations must be loaded."""
    venue = (event.venue.name, event.venue.address, event.venue.district.name) if event.venue else ()
    hosts = (event.host.name, *(each.district.name for each in event.cohosts))
    said = (event.summary, event.abstract, event.description, event.place_note, *venue, *hosts)
    return "".join(f" {word}" for word in words_in(" ".join(said)))
