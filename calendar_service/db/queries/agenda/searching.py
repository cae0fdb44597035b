"""Questions about what a search looks through, and what it would have found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, or_, select, update

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda.browsing import Clause
from calendar_service.db.word_index import found_by
from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.finding.search import Either
from calendar_service.domain.territory.places import Venue


def texts_found(
    session: Session, clauses: Sequence[Clause], asked: Sequence[Either], *, limit: int
) -> list[tuple[str, list[str]]]:
    """Of a few events that are found by the words asked: the line that is searched, and the texts as written."""
    fitting = exists().where(Occurrence.event_id == Event.id, *clauses)
    question = (
        select(Event.searchable, Event.summary, Venue.name, Event.place_note, Event.abstract, Event.description)
        .outerjoin(Venue, Venue.id == Event.venue_id).where(found_by(Event.id, asked), fitting)
        .order_by(Event.id).limit(limit)
    )  # fmt: skip
    return [(line, [each or "" for each in texts]) for line, *texts in session.execute(question)]


def written_by_another_rule(session: Session, rule: str, *, limit: int) -> Sequence[int]:
    """The ids of a few events whose words were not written by a rule."""
    other = or_(Event.words_rule < rule, Event.words_rule > rule)
    return session.scalars(select(Event.id).where(other).order_by(Event.id).limit(limit)).all()


def put_words(session: Session, event_id: int, line: str, *, rule: str) -> None:
    """Write down what an event is found by; its version stays."""
    written = update(Event).where(Event.id == event_id).values(searchable=line, words_rule=rule)
    session.execute(written.execution_options(synchronize_session=False))
