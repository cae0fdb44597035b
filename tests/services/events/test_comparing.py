"""What a draft would change in an event, said before it does."""

from __future__ import annotations

from datetime import datetime

from calendar_service.db.engine import Database
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.comparing import differences
from tests.builders import an_event, an_officer


def test_only_fields_that_a_draft_would_change_are_named_old_and_new(lima: Database, now: datetime) -> None:
    with lima.rehearsal() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, rrule="FREQ=WEEKLY;COUNT=3")
        typed = {**draft_of(event), "summary": "Otra", "rrule": "RRULE:COUNT=3;FREQ=WEEKLY", "price": None}
        draft = read_draft(typed, metropolis=session.installation.metropolis)
        assert differences(session, event, draft, by=by, now=now) == {"summary": ("Retreta en el parque", "Otra")}
