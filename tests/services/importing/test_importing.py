"""Importing: parse, reconcile, report; twice is as good as once (rule 9)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.events import event_by_uid, revisions_of
from calendar_service.domain.access import ANYBODY, Viewer
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, Problem
from calendar_service.domain.events import Event, Status
from calendar_service.domain.journal import Audit
from calendar_service.domain.posting.drafts import Reading
from calendar_service.domain.publication import EVERYTHING, Scope, district_scope
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import revise
from calendar_service.services.importing import files
from calendar_service.services.importing.files import VISITOR, receiver_for, store
from calendar_service.services.importing.pacing import FEWEST, MOST, TURN, Pace
from calendar_service.services.importing.reconciling import reconcile
from calendar_service.services.importing.work import Options
from calendar_service.services.status.binning import discard
from feeds.foreign.reader import read_ics
from tests.builders import a_district, an_event, an_officer
from tests.counting import counted
from tests.feeds.reading import event, ics, read
from tests.services.bringing import bring, counts, dates, events

OTHER = [line.replace("one@", "two@").replace("Concierto", "Taller") for line in event()]
SCOPES = (EVERYTHING, district_scope("barranco"))
TWO = ics(*event("LOCATION:Parque"), *OTHER)


def test_a_file_imported_twice_changes_nothing_the_second_time(lima: Database, now: datetime) -> None:
    assert counts(bring(lima, TWO, now=now)) == {"created": 2}
    before = [(each.uid, each.version) for each in events(lima)]
    assert counts(bring(lima, TWO, now=now + timedelta(days=3))) == {"unchanged": 2}
    assert [(each.uid, each.version) for each in events(lima)] == before


def test_other_bytes_that_mean_the_same_are_known_by_their_bytes_the_next_time(lima: Database, now: datetime) -> None:
    bring(lima, TWO, now=now)
    reworked = TWO.replace(b"END:VEVENT", b"SEQUENCE:3\r\nEND:VEVENT")
    first = bring(lima, reworked, now=now)
    with lima.reading() as session:
        reading = read_ics(reworked, receiver=receiver_for(session, "barranco", limits=VISITOR))
    assert (counts(first), len(reading.known), reading.drafts) == ({"unchanged": 2}, 2, ())
    assert [(each.uid, each.summary) for _, _, each in reading.known] == [
        (each.uid, each.summary) for each in first.rows
    ]


def test_of_a_long_past_only_the_latest_is_known_and_the_rest_is_read_anew_r21(
    lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = [line.replace("20261205", "20261212") for line in OTHER]
    bring(lima, ics(*event(), *later), now=now)
    monkeypatch.setattr(files, "REMEMBERED", 1)
    with lima.reading() as session:
        receiver = receiver_for(session, "barranco", limits=replace(VISITOR, events=1))
    assert [each.summary for each in receiver.known.values()] == ["Taller"]
    reading = read_ics(ics(*event(), *later), receiver=replace(receiver, most=9))
    with lima.reading() as session:
        by = Viewer(districts=frozenset({a_district(session, "barranco").id}))
    assert counts(store(lima.deed, reading, district="barranco", by=by, now=now)) == {"unchanged": 2}


def test_what_lies_in_the_bin_is_no_longer_known(lima: Database, now: datetime) -> None:
    bring(lima, ics(*event()), now=now, options=Options(status=Status.DRAFT))
    with lima.deed() as session:
        known = event_by_uid(session, events(lima)[0].uid)
        discard(session, known, by=an_officer(session, now=now), now=now)
    assert counts(bring(lima, ics(*event()), now=now, options=Options(status=Status.DRAFT))) == {"changed": 1}


def test_a_preview_says_the_same_and_stores_nothing(lima: Database, now: datetime) -> None:
    preview = bring(lima, TWO, now=now, preview=True)
    with lima.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0
        assert session.scalar(select(func.count()).select_from(Audit)) == 0
    done = bring(lima, TWO, now=now)
    assert [(each.key, each.uid, each.outcome) for each in preview.rows] == [
        (each.key, each.uid, each.outcome) for each in done.rows
    ]


def test_what_the_file_says_anew_changes_the_event_and_keeps_its_uid(lima: Database, now: datetime) -> None:
    (row,) = bring(lima, ics(*event()), now=now).rows
    moved = ics(*(line.replace("T193000", "T200000") for line in event("SEQUENCE:1")))
    (again,) = bring(lima, moved, now=now).rows
    assert (again.outcome, again.uid) == ("changed", row.uid)
    assert dates(lima) == ["2026-12-05T20:00"]
    with lima.reading() as session:
        assert [each.deed for each in revisions_of(session, events(lima)[0])] == ["revise", "post"]


def test_an_officers_later_edit_is_not_overwritten_by_the_same_file(lima: Database, now: datetime) -> None:
    bring(lima, ics(*event()), now=now)
    with lima.deed() as session:
        by = an_officer(session, now=now)
        known = event_by_uid(session, events(lima)[0].uid)
        fields = {**draft_of(known), "summary": "Gran concierto"}
        revise(
            session, known, read_draft(fields, metropolis=session.installation.metropolis), seen=None, by=by, now=now
        )
    assert counts(bring(lima, ics(*event()), now=now)) == {"unchanged": 1}
    assert events(lima)[0].summary == "Gran concierto"


def test_good_rows_are_stored_though_others_are_refused(lima: Database, now: datetime) -> None:
    bad = ["BEGIN:VEVENT", "UID:bad", "DTSTART:20260230", "END:VEVENT"]
    report = bring(lima, ics(*bad, *event()), now=now)
    assert [(each.row, each.key, each.outcome) for each in report.rows] == [
        (4, "bad", "refused"), (8, "one@example", "created")
    ]  # fmt: skip
    assert (report.rows[0].uid, report.is_clean, len(events(lima))) == (None, False, 1)


def test_what_cannot_be_stored_leaves_nothing_behind_r3(lima: Database, now: datetime) -> None:
    refused = b"titulo,fecha,hora inicio,hora fin,precio,gratis\nGala,2026-12-05,19:30,21:00,15,si\n"
    report = bring(lima, refused + b"Feria,2026-12-06,10:00,12:00,,si", name="a.csv", now=now)
    assert [each.outcome for each in report.rows] == ["refused", "created"]
    assert [(each.field, each.code) for each in report.rows[0].problems] == [("price", "draft_free_with_price")]
    assert [each.summary for each in events(lima)] == ["Feria"]


def test_a_row_that_fails_half_way_leaves_nothing_of_itself_r3(lima: Database, now: datetime) -> None:
    good, other = read(*event(), *OTHER).drafts
    with lima.deed() as session:
        by = an_officer(session, now=now)
        drafts = [replace(good, cohosts=("atlantis",)), other]
        report = reconcile(session, drafts, district="barranco", by=by, now=now)
    assert [each.outcome for each in report.rows] == ["refused", "created"]
    assert [each.summary for each in events(lima)] == ["Taller"]
    assert len(dates(lima)) == 1


def test_the_feeds_learn_of_a_whole_part_at_once(lima: Database, now: datetime) -> None:
    def revisions() -> list[int | None]:
        with lima.reading() as session:
            return [session.scalar(select(Scope.revision).where(Scope.key == key)) for key in SCOPES]

    was = [each or 0 for each in revisions()]
    bring(lima, TWO, now=now)
    assert revisions() == [each + 1 for each in was]
    bring(lima, TWO, now=now)
    assert revisions() == [each + 1 for each in was]


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_who_waits_for_the_database_has_as_much_time_as_a_part_of_a_file_takes_r5(
    lima: Database, now: datetime
) -> None:
    (draft,) = read(*event()).drafts
    refused = Problem(field="start", code="import_bad_moment", values={"line": 1, "value": "x"})
    drafts = [replace(draft, row=row, key=f"{row}", refusals=(refused,)) for row in range(FEWEST + 1)]
    with lima.deed() as session:
        by = an_officer(session, now=now)
    moments: list[float] = []

    @contextmanager
    def deed() -> Iterator[Session]:
        moments.append(time.monotonic())
        with lima.deed() as session:
            yield session
        moments.append(time.monotonic())

    store(deed, Reading(drafts=tuple(drafts)), district="barranco", by=by, now=now)
    first, over, begun, _ = moments
    assert begun - over >= max(TURN, over - first)


@pytest.mark.parametrize(("seconds", "next_rows"), [(0.0, MOST), (0.0625, 80), (0.25, FEWEST), (9.0, FEWEST)])
def test_a_part_of_a_file_is_what_this_machine_writes_in_a_moment(seconds: float, next_rows: int) -> None:
    pace = Pace(clock=iter((1.0, 1.0 + seconds)).__next__)
    with pace.writing(50):
        pass
    assert pace.rows == next_rows


def test_two_districts_may_import_the_same_file_each_its_own_event(lima: Database, now: datetime) -> None:
    bring(lima, ics(*event()), now=now)
    assert counts(bring(lima, ics(*event()), district="comas", now=now)) == {"created": 1}
    one, other = events(lima)
    assert {one.host.slug, other.host.slug} == {"barranco", "comas"}
    assert one.uid != other.uid
    assert (one.source_key, one.source_uid) == ("district:barranco", "one@example")


def test_only_the_districts_own_officers_import_for_it(lima: Database, now: datetime) -> None:
    drafts = read(*event()).drafts
    with pytest.raises(Forbidden), lima.deed() as session:
        reconcile(session, drafts, district="comas", by=an_officer(session, now=now), now=now)
    with pytest.raises(Forbidden), lima.deed() as session:
        reconcile(session, drafts, district="comas", by=ANYBODY, now=now)
    with pytest.raises(NotFound), lima.deed() as session:
        reconcile(session, drafts, district="atlantis", by=ANYBODY, now=now)
    assert events(lima) == []


def test_an_import_stands_in_the_audit_log_s44(lima: Database, now: datetime) -> None:
    bring(lima, TWO, now=now)
    with lima.reading() as session:
        found = session.scalars(select(Audit).where(Audit.deed == "import")).one()
    assert (found.subject, found.channel) == ("district:barranco", "command")
    assert found.details == {"created": 2, "changed": 0, "unchanged": 0, "removed": 0, "refused": 0}


def test_files_of_no_kind_and_too_big_ones_are_refused(lima: Database, now: datetime) -> None:
    for data, name, code in ((b"%PDF-1.4", "a.pdf", "import_kind"), (b" \n", "a.csv", "import_empty"),
                             (b"x" * 5_000_001, "a.csv", "import_too_big")):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            bring(lima, data, name=name, now=now)
        assert refused.value.problems[0].code == code


# --- what a file leaves open ----------------------------------------------------------------------------------


def test_options_hold_where_the_file_says_nothing(lima: Database, now: datetime) -> None:
    named = [line.replace("two@", "three@") for line in OTHER]
    data = ics(*event("STATUS:CONFIRMED", "CATEGORIES:Teatro"), *named)
    options = Options(status=Status.DRAFT, discipline="danza", audience="familias")
    bring(lima, data, options=options, now=now)
    said, silent = events(lima)
    assert (said.status, said.disciplines, said.audiences) == ("confirmed", ("teatro",), ("familias",))
    assert (silent.status, silent.disciplines, silent.audiences) == ("draft", ("danza",), ("familias",))


def test_an_option_that_no_vocabulary_knows_is_refused(lima: Database, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        bring(lima, TWO, options=Options(discipline="danzon"), now=now)
    assert refused.value.problems[0].field == "discipline"


def test_without_a_place_or_title_one_is_assumed_and_said(lima: Database, now: datetime) -> None:
    nameless = [line for line in event() if not line.startswith("SUMMARY")]
    (row,) = bring(lima, ics(*nameless), now=now).rows
    assert [each.code for each in row.problems] == ["import_title_assumed", "import_place_assumed"]
    (found,) = events(lima)
    assert (found.summary, found.place_note, found.status) == ("Sin título", "Lugar por confirmar", "confirmed")


def test_a_place_that_the_district_has_already_is_that_venue(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        known = an_event(session, by=an_officer(session, now=now), now=now)
    bring(lima, ics(*event(r"LOCATION:PARQUE MUNICIPAL\, Barranco")), now=now)
    assert [each.venue_id for each in events(lima)] == [known.venue_id, known.venue_id]


# --- status ---------------------------------------------------------------------------------------------------


def test_what_the_file_calls_off_is_called_off(lima: Database, now: datetime) -> None:
    bring(lima, ics(*event()), now=now)
    assert counts(bring(lima, ics(*event("STATUS:CANCELLED")), now=now)) == {"changed": 1}
    assert events(lima)[0].status == "cancelled"
    assert counts(bring(lima, ics(*event("STATUS:CONFIRMED")), now=now)) == {"changed": 1}
    assert events(lima)[0].status == "confirmed"


def test_a_cancelling_calendar_reaches_its_own_source_only(lima: Database, now: datetime) -> None:
    bring(lima, ics(*event()), district="comas", now=now)
    (row,) = bring(lima, ics("METHOD:CANCEL", *event()), now=now).rows
    assert [each.code for each in row.problems] == ["import_nothing_to_cancel"]
    assert events(lima)[0].status == "confirmed"
    assert counts(bring(lima, ics("METHOD:CANCEL", *event()), district="comas", now=now)) == {"changed": 1}
    assert events(lima)[0].status == "cancelled"


def test_a_hold_is_held_and_something_private_stays_a_draft(lima: Database, now: datetime) -> None:
    bring(lima, ics(*event("STATUS:TENTATIVE"), *OTHER[:-1], "CLASS:PRIVATE", "END:VEVENT"), now=now)
    held, private = events(lima)
    assert (held.status, held.hold_until is not None, private.status) == ("tentative", True, "draft")


# --- dates ----------------------------------------------------------------------------------------------------


def test_a_series_brings_its_exceptions_and_the_dates_that_differ(lima: Database, now: datetime) -> None:
    first = ["BEGIN:VEVENT", "UID:one@example", "RECURRENCE-ID:20261213T003000Z", "DTSTART:20261213T013000Z",
             "DTEND:20261213T030000Z", "END:VEVENT"]  # fmt: skip
    second = ["BEGIN:VEVENT", "UID:one@example", "RECURRENCE-ID:20261220T003000Z", "STATUS:CANCELLED", "END:VEVENT"]
    rule = "RRULE:FREQ=WEEKLY;COUNT=5"
    data = ics(*event(rule, "EXDATE;TZID=America/Lima:20261226T193000"), *first, *second)
    bring(lima, data, now=now)
    expected = ["2026-12-05T19:30", "2026-12-12T20:30", "2026-12-19T19:30 off", "2027-01-02T19:30"]
    assert dates(lima) == expected
    assert counts(bring(lima, data, now=now)) == {"unchanged": 1}
    bring(lima, ics(*event(rule), *second), now=now)
    assert dates(lima) == ["2026-12-05T19:30", "2026-12-12T19:30", "2026-12-19T19:30 off", "2026-12-26T19:30",
                           "2027-01-02T19:30"]  # fmt: skip


def test_a_date_that_is_both_excepted_and_changed_takes_place(lima: Database, now: datetime) -> None:
    change = ["BEGIN:VEVENT", "UID:one@example", "RECURRENCE-ID;TZID=America/Lima:20261212T193000",
              "DTSTART;TZID=America/Lima:20261212T180000", "DURATION:PT1H", "END:VEVENT"]  # fmt: skip
    rule = "RRULE:FREQ=WEEKLY;COUNT=2"
    bring(lima, ics(*event(rule, "EXDATE;TZID=America/Lima:20261212T193000"), *change), now=now)
    assert dates(lima) == ["2026-12-05T19:30", "2026-12-12T18:00"]


def test_a_series_kept_in_utc_falls_on_our_evenings(lima: Database, now: datetime) -> None:
    lines = ["BEGIN:VEVENT", "UID:u", "DTSTART:20261206T003000Z", "DTEND:20261206T020000Z",
             "RRULE:FREQ=WEEKLY;BYDAY=SU;UNTIL=20261220T003000Z", "END:VEVENT"]  # fmt: skip
    bring(lima, ics(*lines), now=now)
    assert dates(lima) == ["2026-12-05T19:30", "2026-12-12T19:30", "2026-12-19T19:30"]
    (found,) = events(lima)
    assert (found.timezone, found.rrule) == ("America/Lima", "FREQ=WEEKLY;BYDAY=SA;UNTIL=20261219T235959")


def test_a_month_kept_in_utc_becomes_its_dates_where_no_rule_says_them(lima: Database, now: datetime) -> None:
    lines = ["BEGIN:VEVENT", "UID:u", "DTSTART:20261206T003000Z", "DTEND:20261206T020000Z",
             "RRULE:FREQ=MONTHLY;BYDAY=1SU;COUNT=3", "END:VEVENT"]  # fmt: skip
    bring(lima, ics(*lines), now=now)
    assert dates(lima) == ["2026-12-05T19:30", "2027-01-02T19:30", "2027-02-06T19:30"]


def test_of_an_endless_series_two_years_are_kept_from_a_month_ago_on(lima: Database, now: datetime) -> None:
    lines = ["BEGIN:VEVENT", "UID:u", "DTSTART;TZID=America/Lima:20190105T100000", "DURATION:PT2H",
             "RRULE:FREQ=WEEKLY;INTERVAL=2", "END:VEVENT"]  # fmt: skip
    (row,) = bring(lima, ics(*lines), now=now).rows
    assert "import_series_cut" in [each.code for each in row.problems]
    found = dates(lima)
    assert (found[0], found[-1]) == ("2026-10-31T10:00", "2028-10-28T10:00")
    assert counts(bring(lima, ics(*lines), now=now + timedelta(days=90))) == {"unchanged": 1}


def test_a_small_file_cannot_bring_dates_without_end_s36(lima: Database, now: datetime) -> None:
    daily = [line.replace("one@", "two@") for line in event("RRULE:FREQ=DAILY;COUNT=4")]
    drafts = read(*event("RRULE:FREQ=DAILY;COUNT=3"), *daily, *OTHER[:1], "UID:three", *OTHER[2:]).drafts
    with lima.deed() as session:
        by = an_officer(session, now=now)
        report = reconcile(session, drafts, district="barranco", by=by, now=now, most_dates=5)
    assert [each.outcome for each in report.rows] == ["created", "refused", "created"]
    assert ([each.code for each in report.rows[1].problems], report.dates) == (["import_dates_enough"], 4)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"])
def test_a_rule_that_we_do_not_follow_leaves_the_first_date_s36(lima: Database, now: datetime, rule: str) -> None:
    (row,) = bring(lima, ics(*event(f"RRULE:{rule}", "LOCATION:Parque")), now=now).rows
    assert [(each.field, each.code) for each in row.problems] == [("rrule", "import_rule_lost")]
    assert dates(lima) == ["2026-12-05T19:30"]


def test_a_change_of_this_date_and_all_later_ones_moves_them_all(lima: Database, now: datetime) -> None:
    change = ["BEGIN:VEVENT", "UID:one@example", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/Lima:20261212T193000",
              "DTSTART;TZID=America/Lima:20261212T180000", "DTEND;TZID=America/Lima:20261212T190000",
              "END:VEVENT"]  # fmt: skip
    bring(lima, ics(*event("RRULE:FREQ=WEEKLY;COUNT=3"), *change), now=now)
    assert dates(lima) == ["2026-12-05T19:30", "2026-12-12T18:00", "2026-12-19T18:00"]


def test_an_event_of_which_no_date_is_left_is_not_stored_and_called_off_if_it_was(
    lima: Database, now: datetime
) -> None:
    empty = ics(*event("EXDATE;TZID=America/Lima:20261205T193000"))
    (row,) = bring(lima, empty, now=now).rows
    assert (row.outcome, [each.code for each in row.problems]) == ("unchanged", ["import_no_date_left"])
    assert events(lima) == []
    bring(lima, ics(*event()), now=now)
    assert counts(bring(lima, empty, now=now)) == {"removed": 1}
    assert events(lima)[0].status == "cancelled"


def test_the_number_of_queries_does_not_grow_with_what_is_known_rule_11(lima: Database, now: datetime) -> None:
    def queries(count: int) -> int:
        lines = [line.replace("one@", f"{number}@") for number in range(count) for line in event()]
        data = ics(*lines)
        bring(lima, data, district="comas", now=now)
        with counted(lima) as asked:
            assert counts(bring(lima, data, district="comas", now=now)) == {"unchanged": count}
        return len(asked)

    assert (queries(1), queries(3)) == (6, 6)
