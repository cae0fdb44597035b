"""Where how much is on: what the map of the metropolis shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.agenda import mapping as queries
from calendar_service.db.queries.agenda.wording import frequency_of
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.times.window import window
from calendar_service.services.agenda import listings


def dates_by_district(session: Session, selection: Selection, *, now: datetime) -> Mapping[str, int]:
    """How many dates the list of each district (by slug) shows for a selection, whichever districts it names.

    As there: what begins in the days chosen, and of today only what is not over.
    """
    metropolis = session.installation.metropolis
    asked = window(selection, now=now, timezone=metropolis.timezone)
    question = listings.by_district(
        metropolis, replace(selection, districts=()), window=asked, past=selection.from_day is not None,
        frequency=frequency_of(session, selection.q, start=asked.start),
    )  # fmt: skip
    return queries.numbers(session, question, window=asked, now=now)
