"""A program posts, revises and throws away: its own district's events, by the version it has seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.events import Event
from calendar_service.domain.journal import Audit, Revision
from calendar_service.domain.people import Role
from calendar_service.services.access import event_with_uid_for
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import revise
from tests.api.conftest import BASE_URL, Program, fields, program_of
from tests.builders import an_officer

pytestmark = pytest.mark.one_database


def posted(program: Program, concert: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = program.post("/events", {**concert, **more})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_posted_event_is_found_where_location_says(barranco: Program, concert: dict[str, Any]) -> None:
    answer = barranco.post("/events", concert)
    told = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{BASE_URL}/api/v1/events/{told['uid']}"
    assert answer.headers["ETag"] == f'"{told["version"]}"'
    again = barranco.get(answer.headers["Location"].removeprefix(f"{BASE_URL}/api/v1"))
    assert (again.get_json(), again.headers["ETag"]) == (told, answer.headers["ETag"])


@pytest.mark.every_database
def test_a_draft_needs_no_more_than_a_summary_and_a_start(barranco: Program) -> None:
    told = barranco.post("/events", {"summary": "Retreta", "start": "2026-12-05T19:30"}).get_json()
    assert (told["status"], told["end"], told["disciplines"]) == ("draft", None, ["otras"])


def test_a_hold_and_a_public_event_also_need_an_end_and_a_place(barranco: Program) -> None:
    for status in ("tentative", "confirmed"):
        bare = {"summary": "Retreta", "start": "2026-12-05T19:30", "status": status}
        answer = barranco.post("/events", bare)
        assert answer.status_code == 400
        assert fields(answer) == [("end", "draft_end_missing"), ("venue", "draft_place_missing")]
    assert barranco.get("/events").get_json()["items"] == []


def test_a_hold_holds_until_the_earlier_of_thirty_days_and_the_start_unless_told_otherwise(
    barranco: Program, concert: dict[str, Any]
) -> None:
    held = {**concert, "status": "tentative"}
    assert barranco.post("/events", held).get_json()["hold_until"] == "2026-12-05"
    far = {**held, "start": "2027-03-05T19:30", "end": "2027-03-05T21:00"}
    assert barranco.post("/events", far).get_json()["hold_until"] == "2026-12-30"
    assert barranco.post("/events", {**held, "hold_until": "2026-12-03"}).get_json()["hold_until"] == "2026-12-03"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("summary", "required"), ("start", "required")]),
        ({"status": "cancelled"}, [("status", "unknown_choice"), ("summary", "required"), ("start", "required")]),
        ({"summary": "A", "start": "2026-12-05T19:30", "uid": "mine@x"}, [("uid", "draft_unknown_field")]),
        ({"summary": "A", "start": "2026-12-05T19:30", "version": 1}, [("version", "draft_unknown_field")]),
        ({"summary": "A", "start": "2026-12-05", "internal_note": ""}, [("internal_note", "draft_unknown_field")]),
        ({"summary": "A", "start": "2026-12-05T19:30", "venue": "no-hay"}, [("venue", "unknown_value")]),
        ({"summary": "A", "start": "2026-12-05T19:30", "hold_until": "2026-12-01"},
         [("hold_until", "hold_until_without_hold")]),
        ({"summary": 1, "start": "2026-12-05", "free": "sí"}, [("summary", "wrong_type"), ("free", "wrong_type")]),
        ({"summary": "A", "start": "2026-12-05", "rrule": "FREQ=SECONDLY;COUNT=2"}, [("rrule", "rule_frequency")]),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_field_by_field_and_nothing_is_stored_s14_s40(
    barranco: Program, body: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    answer = barranco.post("/events", body)
    assert (answer.status_code, fields(answer)) == (400, expected)
    assert barranco.get("/events?updated_since=2000-01-01T00:00:00Z").get_json()["items"] == []


def test_a_token_posts_for_its_own_district_alone_s11(barranco: Program, concert: dict[str, Any]) -> None:
    assert barranco.post("/events", {**concert, "host": "barranco"}).status_code == 201
    for other in ("miraflores", "atlantis"):
        answer = barranco.post("/events", {**concert, "host": other})
        assert (answer.status_code, answer.get_json()["code"]) == (403, "not_your_district")


def test_a_read_only_token_reads_drafts_and_writes_nothing_s11(
    app: Flask, lima: Database, now: datetime, barranco: Program, concert: dict[str, Any]
) -> None:
    draft = posted(barranco, concert, status="draft")
    program = program_of(app, lima, "barranco", now=now, role=Role.MANAGER, read_only=True)
    uid = draft["uid"]
    assert program.get(f"/events/{uid}").status_code == 200
    answers = [
        program.post("/events", concert), program.post(f"/events/{uid}/confirm"), program.delete(f"/events/{uid}"),
        program.patch(f"/events/{uid}", {"summary": "X"}, version=draft["version"]),
        program.post(f"/events/{uid}/hosts", {"districts": ["surco"]}),
    ]  # fmt: skip
    assert {(each.status_code, each.get_json()["code"]) for each in answers} == {(403, "token_only_reads")}


def test_a_change_needs_the_version_that_was_seen(barranco: Program, concert: dict[str, Any]) -> None:
    """R4, rule 8."""
    event = posted(barranco, concert)
    for ask in (barranco.patch, barranco.put):
        answer = ask(f"/events/{event['uid']}", {"summary": "Otra"})
        assert (answer.status_code, answer.get_json()["code"]) == (428, "if_match_missing")
    changed = barranco.patch(f"/events/{event['uid']}", {"summary": "Otra"}, version=event["version"])
    assert changed.status_code == 200
    late = barranco.patch(f"/events/{event['uid']}", {"summary": "Tarde"}, version=event["version"])
    assert (late.status_code, late.get_json()["code"]) == (412, "stale")
    assert late.headers["ETag"] == changed.headers["ETag"]
    assert barranco.get(f"/events/{event['uid']}").get_json() == changed.get_json()


@pytest.mark.parametrize("sent", ['W/"{0}"', '"1", "{0}"', "*"])
def test_a_tag_that_a_proxy_weakened_or_one_of_several_counts_as_seen(
    barranco: Program, concert: dict[str, Any], sent: str
) -> None:
    event = posted(barranco, concert)
    seen = {"If-Match": sent.format(event["version"])}
    answer = barranco.ask("PATCH", f"/events/{event['uid']}", json={"summary": "Otra"}, headers=seen)
    assert answer.status_code == 200


def test_who_changes_meanwhile_on_a_page_is_not_overwritten(
    lima: Database, now: datetime, barranco: Program, concert: dict[str, Any]
) -> None:
    """R4: pages and API hold to the same version."""
    event = posted(barranco, concert)
    with lima.deed() as session:
        by = an_officer(session, "barranco", now=now + timedelta(1), role=Role.MANAGER)
        found, _ = event_with_uid_for(session, event["uid"], viewer=by)
        draft = read_draft({**draft_of(found), "summary": "De la página"}, metropolis=session.installation.metropolis)
        revise(session, found, draft, seen=event["version"], by=by, now=now)
    answer = barranco.patch(f"/events/{event['uid']}", {"summary": "Del programa"}, version=event["version"])
    assert answer.status_code == 412
    assert barranco.get(f"/events/{event['uid']}").get_json()["summary"] == "De la página"


@pytest.mark.every_database
def test_a_patch_changes_what_it_names_and_null_takes_away(barranco: Program, concert: dict[str, Any]) -> None:
    """RFC 7396."""
    event = posted(barranco, concert, abstract="Con la banda", age_from=6, format="concierto")
    patch = {"abstract": None, "age_from": None, "venue": {"name": "Plaza Nueva", "address": None}, "free": None}
    told = barranco.patch(f"/events/{event['uid']}", patch, version=event["version"]).get_json()
    changed = {name for name in told if told[name] != event[name]}
    assert changed == {"abstract", "age_from", "venue", "free", "sequence", "version", "last_modified"}
    assert (told["abstract"], told["age_from"], told["venue"], told["free"]) == ("", None, "plaza-nueva", False)


def test_a_patch_may_come_as_a_merge_patch_and_take_no_required_field_away(
    barranco: Program, concert: dict[str, Any]
) -> None:
    event = posted(barranco, concert)
    headers = {"If-Match": f'"{event["version"]}"', "Content-Type": "application/merge-patch+json"}
    answer = barranco.ask("PATCH", f"/events/{event['uid']}", data=b'{"summary": null}', headers=headers)
    assert (answer.status_code, fields(answer)) == (400, [("summary", "required")])


@pytest.mark.every_database
def test_a_patch_from_times_to_dates_need_not_say_so_twice(barranco: Program, concert: dict[str, Any]) -> None:
    event = posted(barranco, concert)
    patch = {"start": "2026-12-05", "end": "2026-12-06"}
    told = barranco.patch(f"/events/{event['uid']}", patch, version=event["version"]).get_json()
    assert (told["start"], told["end"], told["all_day"]) == ("2026-12-05", "2026-12-06", True)


def test_what_was_read_may_be_sent_back_whole(barranco: Program, concert: dict[str, Any]) -> None:
    """GET, change, PUT: fields that are only told may come back as they were told."""
    event = posted(barranco, concert, rrule="FREQ=WEEKLY;COUNT=2", price_text="Colaboración voluntaria")
    barranco.put(f"/events/{event['uid']}/occurrences/20261212T1930", {"status": "cancelled"})
    read = barranco.get(f"/events/{event['uid']}").get_json()
    same = barranco.put(f"/events/{event['uid']}", read, version=read["version"])
    assert (same.status_code, same.get_json()) == (200, read)
    told = barranco.put(f"/events/{event['uid']}", {**read, "summary": "Otra"}, version=read["version"]).get_json()
    assert {name for name in told if told[name] != read[name]} == {"summary", "sequence", "version", "last_modified"}


@pytest.mark.parametrize(
    "change",
    [{"status": "cancelled"}, {"host": "miraflores"}, {"uid": "x@y"}, {"version": 99}, {"cohosts": [{}]},
     {"hold_until": "2026-12-04"}, {"slug": "otro"}],
)  # fmt: skip
def test_what_is_only_told_is_never_taken_s14(
    barranco: Program, concert: dict[str, Any], change: dict[str, Any]
) -> None:
    event = posted(barranco, concert, status="draft")
    (name,) = change
    for answer in (
        barranco.patch(f"/events/{event['uid']}", change, version=event["version"]),
        barranco.put(f"/events/{event['uid']}", {**event, **change}, version=event["version"]),
    ):
        assert (answer.status_code, fields(answer)) == (400, [(name, "read_only")])
    assert barranco.get(f"/events/{event['uid']}").get_json() == event


@pytest.mark.every_database
def test_a_put_empties_what_it_leaves_out_but_nothing_that_a_program_does_not_see_s14(
    lima: Database, now: datetime, barranco: Program, concert: dict[str, Any]
) -> None:
    event = posted(barranco, concert, abstract="Con la banda", age_from=6)
    with lima.deed() as session:
        session.scalars(select(Event)).one().internal_note = "Pedir sillas"
    read = barranco.get(f"/events/{event['uid']}").get_json()
    least = {"summary": "Retreta", "start": "2026-12-05T19:30", "end": "2026-12-05T21:00", "place_note": "Malecón"}
    told = barranco.put(f"/events/{event['uid']}", least, version=read["version"]).get_json()
    assert (told["abstract"], told["age_from"], told["venue"], told["free"]) == ("", None, None, False)
    with lima.reading() as session:
        assert session.scalars(select(Event.internal_note)).one() == "Pedir sillas"


def test_nobody_but_the_host_changes_an_event_s15(barranco: Program, surco: Program, concert: dict[str, Any]) -> None:
    event = posted(barranco, concert)
    uid = event["uid"]
    answers = [
        surco.patch(f"/events/{uid}", {"summary": "X"}, version=1), surco.put(f"/events/{uid}", concert, version=1),
        surco.delete(f"/events/{uid}"), surco.post(f"/events/{uid}/cancel", {"reason": "X"}),
        surco.put(f"/events/{uid}/occurrences/20261205T1930", {"status": "cancelled"}),
        surco.post(f"/events/{uid}/hosts", {"districts": ["comas"]}),
    ]  # fmt: skip
    assert {(each.status_code, each.get_json()["code"]) for each in answers} == {(403, "not_your_event")}
    assert barranco.get(f"/events/{uid}").get_json() == event


def test_what_one_may_not_know_of_cannot_be_changed_either_s18(
    barranco: Program, surco: Program, concert: dict[str, Any]
) -> None:
    uid = posted(barranco, concert, status="draft")["uid"]
    answers = [
        surco.patch(f"/events/{uid}", {"summary": "X"}, version=1), surco.delete(f"/events/{uid}"),
        surco.post(f"/events/{uid}/confirm"), surco.post(f"/events/{uid}/hosts", {"districts": ["comas"]}),
        surco.delete(f"/events/{uid}/occurrences/20261205T1930"),
        surco.patch(f"/events/{uid}/hosts/comas", {"state": "accepted"}),
    ]  # fmt: skip
    assert {each.status_code for each in answers} == {404}


def test_a_draft_is_thrown_away_and_nothing_else(barranco: Program, concert: dict[str, Any]) -> None:
    draft = posted(barranco, concert, status="draft")
    assert barranco.ask("DELETE", f"/events/{draft['uid']}", headers={"If-Match": '"9"'}).status_code == 412
    answer = barranco.delete(f"/events/{draft['uid']}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert barranco.delete(f"/events/{draft['uid']}").status_code == 404
    for status in ("tentative", "confirmed"):
        event = posted(barranco, concert, status=status)
        refused = barranco.delete(f"/events/{event['uid']}")
        assert (refused.status_code, refused.get_json()["code"]) == (409, "only_drafts_are_deleted")


@pytest.mark.every_database
def test_what_a_program_does_is_written_down_with_its_channel_s44(
    lima: Database, barranco: Program, concert: dict[str, Any]
) -> None:
    event = posted(barranco, concert)
    barranco.patch(f"/events/{event['uid']}", {"summary": "Otra"}, version=event["version"])
    with lima.reading() as session:
        notes = session.execute(select(Audit.deed, Audit.channel).where(Audit.deed.startswith("event-"))).all()
        deeds = session.scalars(select(Revision.deed).order_by(Revision.number)).all()
    assert [tuple(each) for each in notes] == [("event-post", "api"), ("event-revise", "api")]
    assert deeds == ["post", "revise"]
