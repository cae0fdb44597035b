"""R25: a draft that was thrown away can be brought back for thirty days; to everybody else it is not there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from calendar_service.db.engine import Database
from calendar_service.domain.access import Sight, sight, worded_to
from calendar_service.domain.errors import NotFound, WrongState
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.services.drafts import draft_of
from calendar_service.services.status import binning
from tests.builders import an_event, an_officer


def test_only_a_draft_that_was_never_public_goes_into_the_bin(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        for status in (Status.CONFIRMED, Status.TENTATIVE):
            with pytest.raises(WrongState):
                binning.discard(session, an_event(session, by=by, now=now, status=status), by=by, now=now)


def test_in_the_bin_it_is_there_for_nobody(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        draft = an_event(session, by=by, now=now, status=Status.DRAFT)
        binning.discard(session, draft, by=by, now=now)
        assert sight(by, draft) is Sight.NOTHING
        assert session.scalars(select(Event.id).where(worded_to(by))).all() == []
        assert [each.id for each in binning.binned(session, by=by)] == [draft.id]


def test_brought_back_it_says_all_that_it_said(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by, other = an_officer(session, now=now), an_officer(session, "miraflores", now=now)
        draft = an_event(session, by=by, now=now, status=Status.DRAFT, rrule="FREQ=WEEKLY;COUNT=3")
        said = draft_of(draft)
        binning.discard(session, draft, by=by, now=now)
        with pytest.raises(NotFound):
            binning.restore(session, draft.slug, by=other, now=now)
        back = binning.restore(session, draft.slug, by=by, now=now)
        assert (draft_of(back), back.status) == (said, Status.DRAFT)
        assert session.scalar(select(func.count()).select_from(Occurrence)) == 3
        with pytest.raises(NotFound):
            binning.restore(session, draft.slug, by=by, now=now)


def test_after_thirty_days_it_is_gone_for_good(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        binning.discard(session, an_event(session, by=by, now=now, status=Status.DRAFT), by=by, now=now)
        assert binning.empty(session, now=now + timedelta(days=29)) == 0
        assert binning.empty(session, now=now + timedelta(days=31)) == 1
        assert session.scalars(select(Event.id)).all() == []
