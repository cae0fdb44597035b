"""Posting, revising and changing the status of events, with all that a change brings with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.events import event_by_slug, occurrences_of, revisions_of
from calendar_service.domain.access import ANYBODY
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from calendar_service.domain.events import Event, Occurrence, Status
from calendar_service.domain.journal import Audit
from calendar_service.domain.publication import Scope
from calendar_service.services.drafts import EventDraft, draft_of, read_draft
from calendar_service.services.events.revising import Change, change_occurrence, revise, undo_occurrence
from calendar_service.services.status.statuses import cancel, confirm, hold, lapse_holds, release
from tests.builders import an_event, an_officer

SATURDAYS: dict[str, Any] = {"rrule": "FREQ=WEEKLY;BYDAY=SA;COUNT=4"}


def redraft(event: Event, session: Session, **fields: object) -> EventDraft:
    """The event's own draft with other fields."""
    return read_draft({**draft_of(event), **fields}, metropolis=session.installation.metropolis)


def test_a_posted_series_has_its_dates_in_the_same_deed(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        event = an_event(session, by=an_officer(session, now=now), now=now, **SATURDAYS)
    with lima.reading() as session:
        found = [each.recurrence_id for each in occurrences_of(session, event)]
    assert found == ["20261205T1930", "20261212T1930", "20261219T1930", "20261226T1930"]


def test_an_officer_posts_for_her_own_district_only(lima: Database, now: datetime) -> None:
    with pytest.raises(Forbidden), lima.deed() as session:
        an_event(session, by=an_officer(session, "barranco", now=now), host="miraflores", now=now)
    with pytest.raises(Forbidden), lima.deed() as session:
        an_event(session, by=ANYBODY, now=now)
    with lima.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_what_is_refused_leaves_nothing_behind_r3(lima: Database, now: datetime) -> None:
    with pytest.raises(Invalid) as refused, lima.deed() as session:
        an_event(session, by=an_officer(session, now=now), now=now, end=None, venue=None)
    assert [(each.field, each.code) for each in refused.value.problems] == [
        ("end", "draft_end_missing"), ("venue", "draft_place_missing"),
    ]  # fmt: skip
    with lima.reading() as session:
        for table in (Event, Occurrence, Audit):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_change_is_a_revision_that_says_old_and_new(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now)
        revise(
            session,
            event,
            redraft(event, session, summary="Gran retreta"),
            seen=event.version,
            by=by,
            now=now,
        )
    with lima.reading() as session:
        latest, first = revisions_of(session, event)
    assert latest.changes == {"summary": ["Retreta en el parque", "Gran retreta"]}
    assert (first.number, first.deed, latest.number, latest.deed) == (1, "post", 2, "revise")


def test_sequence_and_last_modified_rise_with_each_shown_change_r24(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now)
        first = (event.sequence, event.last_modified)
        revise(session, event, redraft(event, session, summary="Otra"), seen=None, by=by, now=now)
        second = (event.sequence, event.last_modified)
        revise(session, event, redraft(event, session, internal_note="llevar sillas"), seen=None, by=by, now=now)
    assert second == (first[0] + 1, first[1] + timedelta(seconds=1))
    assert event.sequence == second[0]


def test_saving_without_a_change_changes_nothing(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, **SATURDAYS)
    with lima.deed() as session:
        again = event_by_slug(session, event.slug)
        revise(session, again, redraft(again, session), seen=again.version, by=by, now=now)
    with lima.reading() as session:
        assert len(revisions_of(session, again)) == 1
    assert again.version == event.version


def test_a_stale_editor_is_told_and_overwrites_nothing_r4(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now)
        seen = event.version
        revise(session, event, redraft(event, session, summary="La primera"), seen=seen, by=by, now=now)
        session.flush()
        with pytest.raises(Stale) as refused:
            revise(session, event, redraft(event, session, summary="La segunda"), seen=seen, by=by, now=now)
    assert refused.value.current == event.version
    assert event.summary == "La primera"


def test_one_date_moves_and_keeps_its_original_name(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, **SATURDAYS)
        moved = Change(start=datetime(2026, 12, 13, 18, 0), end=datetime(2026, 12, 13, 19, 0), reason="lluvia")
        change_occurrence(session, event, "20261212T1930", moved, seen=None, by=by, now=now)
    with lima.reading() as session:
        found = {each.recurrence_id: each.start for each in occurrences_of(session, event)}
    assert found["20261212T1930"] == datetime(2026, 12, 13, 18, 0)
    assert len(found) == 4


def test_an_undone_date_is_again_what_the_series_says(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, **SATURDAYS)
        change_occurrence(session, event, "20261212T1930", Change(cancelled=True), seen=None, by=by, now=now)
        assert [each.status for each in occurrences_of(session, event)].count(Status.CANCELLED) == 1
        undo_occurrence(session, event, "20261212T1930", seen=None, by=by, now=now)
        assert {each.status for each in occurrences_of(session, event)} == {Status.CONFIRMED}


def test_a_cancelled_date_stays_cancelled_when_the_series_moves_to_another_hour(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, **SATURDAYS)
        change_occurrence(session, event, "20261226T1930", Change(cancelled=True), seen=None, by=by, now=now)
        later = {"start": "2026-12-05T18:00", "end": "2026-12-05T19:30"}
        revise(session, event, redraft(event, session, **later), seen=None, by=by, now=now)
        found = {each.recurrence_id: str(each.status) for each in occurrences_of(session, event)}
    assert found["20261226T1800"] == Status.CANCELLED
    assert found["20261219T1800"] == Status.CONFIRMED


def test_a_date_that_is_none_cannot_be_changed(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, **SATURDAYS)
        with pytest.raises(NotFound):
            change_occurrence(session, event, "20261213T1930", Change(cancelled=True), seen=None, by=by, now=now)


def test_past_dates_stay_when_the_series_is_cancelled(lima: Database, now: datetime) -> None:
    later = now + timedelta(days=14)
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, **SATURDAYS)
        cancel(session, event, reason="obras", by=by, now=later)
        found = [each.status for each in occurrences_of(session, event)]
    assert found == [Status.CONFIRMED, Status.CONFIRMED, Status.CANCELLED, Status.CANCELLED]


def test_past_dates_stay_when_the_rule_no_longer_makes_them(lima: Database, now: datetime) -> None:
    later = now + timedelta(days=14)
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, **SATURDAYS)
        other = redraft(event, session, start="2026-12-20T11:00", end="2026-12-20T12:00", rrule=None)
        revise(session, event, other, seen=None, by=by, now=later)
        found = [each.recurrence_id for each in occurrences_of(session, event)]
    assert found == ["20261205T1930", "20261212T1930", "20261220T1100"]


@pytest.mark.parametrize(
    ("status", "deed"),
    [(Status.DRAFT, cancel), (Status.CONFIRMED, hold), (Status.DRAFT, release), (Status.CONFIRMED, confirm)],
)
def test_other_ways_between_statuses_are_refused(
    lima: Database, now: datetime, status: Status, deed: Callable[..., None]
) -> None:
    needed: dict[Any, dict[str, Any]] = {cancel: {"reason": ""}, hold: {"until": None}}
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, status=status)
        with pytest.raises(WrongState):
            deed(session, event, by=by, now=now, **needed.get(deed, {}))


def test_a_hold_lapses_to_a_draft_after_its_last_day(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, status=Status.TENTATIVE)
        assert event.hold_until == date(2026, 12, 5)
        assert lapse_holds(session, now=datetime.fromisoformat("2026-12-06T04:59:00+00:00")) == 0
        assert lapse_holds(session, now=datetime.fromisoformat("2026-12-06T05:00:00+00:00")) == 1
        assert lapse_holds(session, now=datetime.fromisoformat("2026-12-06T05:00:00+00:00")) == 0
    assert event.status == Status.DRAFT


def test_withdrawing_blanks_the_text_and_keeps_the_uid(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, description="Texto puesto por error")
        uid = event.uid
        cancel(session, event, reason="", withdraw=True, by=by, now=now)
    assert (event.summary, event.description, event.uid, event.withdrawn) == ("", "", uid, True)


def test_drafts_raise_no_feed_and_publishing_raises_its_own(lima: Database, now: datetime) -> None:
    def revisions(session: Session) -> dict[str, int]:
        return dict(session.execute(select(Scope.key, Scope.revision).where(Scope.revision > 0)).all())

    with lima.deed() as session:
        by = an_officer(session, now=now)
        event = an_event(session, by=by, now=now, status=Status.DRAFT)
        planned = {"desk": 1, "desk/barranco": 1}
        assert revisions(session) == planned
        confirm(session, event, by=by, now=now)
        assert revisions(session) == planned | {"all": 1, "district/barranco": 1}
