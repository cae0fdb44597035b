"""What a search looks through: one folded and stemmed line per event, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator

from calendar_service.db.engine import Session
from calendar_service.domain.events import Event
from calendar_service.domain.metropolis import Metropolis
from calendar_service.domain.search import indexed
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.services.events.parties import parties_of
from calendar_service.words import words


def searchable_text(session: Session, event: Event) -> str:
    """The words of an event: its own, its venue's, hosts' and allies', what it is and for whom. It is wholly loaded."""
    venue = (event.venue.name, event.venue.address, event.venue.district.name) if event.venue else ()
    hosts = (event.host.name, *(each.district.name for each in event.cohosts))
    said = (event.summary, event.abstract, event.description, event.place_note, *venue, *hosts)
    allies = (each.name for each in parties_of(session, event).values())
    return indexed((*said, *allies, *_labels(event, session.installation.metropolis)))


def _labels(event: Event, metropolis: Metropolis) -> Iterator[str]:
    """What people call its disciplines, its format and its audiences, and that it is free, in every language.

    What it carries because nothing was said says nothing.
    """
    for slug in event.disciplines:
        yield from _of(metropolis.disciplines, metropolis.disciplines.root_of(slug))
        yield from _of(metropolis.disciplines, slug)
    yield from _of(metropolis.formats, event.format or "")
    for slug in event.audiences:
        if slug != metropolis.default_audience:
            yield from _of(metropolis.audiences, slug)
    if event.free:
        for language in metropolis.languages:
            yield words(language).free
            yield words(language).t("gratis")


def _of(vocabulary: Vocabulary, slug: str) -> Iterator[str]:
    if term := vocabulary.by_slug.get(slug):
        yield from term.labels.values()
        yield term.more.get("words", "")
