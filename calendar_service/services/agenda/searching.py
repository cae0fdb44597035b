"""What a search looks through: one folded and stemmed line per event, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda import searching as queries
from calendar_service.db.queries.agenda.listing import whole_events
from calendar_service.domain.events import Event
from calendar_service.domain.finding.sayings import Phrases, also_found_by, phrases_of
from calendar_service.domain.finding.search import SPELLING, line_of, words_in
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.services.parties import parties_of
from calendar_service.words import words

AT_ONCE = 50
"""Events whose words are written anew in one transaction."""


def write_words(session: Session, event: Event) -> None:
    """Write down what an event is found by, and by which rule."""
    event.searchable = searchable_text(session, event)
    event.words_rule = rule_of(session.installation.metropolis)


def write_stale_words(session: Session, *, limit: int = AT_ONCE) -> int:
    """Write anew the words of a few events that were written by another rule, as after an upgrade; how many there were.

    To whoever reads or edits an event nothing has changed.
    """
    rule = rule_of(session.installation.metropolis)
    stale = whole_events(session, queries.written_by_another_rule(session, rule, limit=limit))
    for event in stale:
        queries.put_words(session, event.id, searchable_text(session, event), rule=rule)
    return len(stale)


@lru_cache(maxsize=8)
def rule_of(metropolis: Metropolis) -> str:
    """Names all that decides about an event's words beside itself: how they are folded, and what things are called."""
    said = [SPELLING, *metropolis.languages, *(f"{each.slug} {each.words}" for each in metropolis.districts)]
    vocabularies = (
        metropolis.disciplines, metropolis.formats, metropolis.audiences, metropolis.accessibility,
        metropolis.venue_kinds,
    )  # fmt: skip
    for vocabulary in vocabularies:
        said += [text for term in vocabulary.terms for text in (term.slug, *_of(vocabulary, term.slug))]
    said += [text for each in metropolis.sayings for text in (*each.said, each.found_by)]
    return f"{SPELLING}-{sha256('|'.join(said).encode()).hexdigest()[:12]}"


def searchable_text(session: Session, event: Event) -> str:
    """The words of an event: its own, its venue's, hosts' and allies', what it is and for whom. It is wholly loaded."""
    metropolis = session.installation.metropolis
    venue = (event.venue.name, event.venue.address, event.venue.district.name) if event.venue else ()
    districts = (event.host, *(each.district for each in event.cohosts))
    hosts = (name for each in districts for name in (each.name, each.municipality))
    there = {each.slug for each in (*districts, *([event.venue.district] if event.venue else ()))}
    called = (each.words for each in metropolis.districts if each.slug in there)
    own = words_in(" ".join((event.summary, event.abstract, event.description, event.place_note, *venue)))
    allies = (each.name for each in parties_of(session, event).values())
    more = (*hosts, *called, *allies, *_labels(event, metropolis), *_ways_in(event, metropolis))
    also = also_found_by(own, _phrases(metropolis))
    return line_of((*own, *_words_alike(" ".join(more)), *(word for each in also for word in _words_alike(each))))


@lru_cache(maxsize=1024)
def _words_alike(text: str) -> Sequence[str]:
    """The words of what many events say alike: where they are, what they are called."""
    return tuple(words_in(text))


@lru_cache(maxsize=8)
def _phrases(metropolis: Metropolis) -> Phrases:
    return phrases_of(metropolis.sayings)


def _labels(event: Event, metropolis: Metropolis) -> Iterator[str]:
    """What people call its disciplines, its format, its audiences and how one gets in, in every language.

    What it carries because nothing was said says nothing.
    """
    for slug in event.disciplines:
        yield from _of(metropolis.disciplines, metropolis.disciplines.root_of(slug))
        yield from _of(metropolis.disciplines, slug)
    yield from _of(metropolis.formats, event.format or "")
    for slug in event.audiences:
        if slug != metropolis.default_audience:
            yield from _of(metropolis.audiences, slug)
    for code in (*event.accessibility, *(event.venue.accessibility if event.venue else ())):
        yield from _of(metropolis.accessibility, code)


def _ways_in(event: Event, metropolis: Metropolis) -> Iterator[str]:
    """The kind of its place, that it is free, online or outdoors, and its languages, in every language."""
    if event.venue:
        yield from _of(metropolis.venue_kinds, event.venue.kind)
    for language in metropolis.languages:
        if event.free:
            yield words(language).free
            yield words(language).t("gratis")
        if event.online_url:
            yield words(language).t("en línea, virtual")
        if event.outdoors:
            yield words(language).t("al aire libre")
        for spoken in event.languages:
            yield words(language).locale.languages.get(spoken, "")


def _of(vocabulary: Vocabulary, slug: str) -> Iterator[str]:
    if term := vocabulary.by_slug.get(slug):
        yield from term.labels.values()
        yield term.more.get("words", "")
