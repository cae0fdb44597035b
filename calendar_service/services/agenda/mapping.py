"""Where how much is on: what the map of the metropolis shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda import browsing as questions
from calendar_service.db.queries.agenda import mapping as queries
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.times.window import window


def dates_by_district(session: Session, selection: Selection, *, now: datetime) -> Mapping[str, int]:
    """How many dates the list of each district (by slug) shows for a selection, whichever districts it names.

    As there: what begins in the days chosen, and of today only what is not over.
    """
    metropolis = session.installation.metropolis
    asked = window(selection, now=now, timezone=metropolis.timezone)
    anywhere = replace(selection, districts=())
    clauses = [
        *questions.selection_clauses(anywhere, metropolis=metropolis, window=asked), questions.SHOWN,
        questions.begins_within(asked),
    ]  # fmt: skip
    if selection.from_day is None:
        clauses.append(questions.not_over(now))
    return queries.dates_by_district(session, clauses)
