"""What a program reads: everything public without a token, and with one what its district may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from calendar_service.api.document.schemas import EVENT
from calendar_service.db.engine import Database
from calendar_service.services.network import clusters
from tests.api.conftest import BASE_URL, Program, fields
from tests.builders import an_officer

pytestmark = pytest.mark.one_database

CONTRACT = [
    "uid", "slug", "url", "status", "hold_until", "hold_shows", "reason", "summary", "abstract", "description", "lang",
    "host", "cohosts", "start", "end", "timezone", "all_day", "rrule", "rdates", "exdates", "overrides", "disciplines",
    "format", "audiences", "age_from", "age_to", "free", "price", "currency", "price_text", "booking_url", "venue",
    "place_note", "online_url", "outdoors", "public_space", "accessibility", "languages", "organisations", "image",
    "expected_attendance", "date_reason", "sequence", "version", "created", "last_modified",
]  # fmt: skip
"""The fields of an event as they are promised."""


def summaries(program: Program, query: str = "") -> list[str | None]:
    answer = program.get("/events" + query)
    assert answer.status_code == 200, answer.text
    return [each["summary"] for each in answer.get_json()["items"]]


def test_an_event_has_the_promised_fields_in_their_order(barranco: Program, concert: dict[str, Any]) -> None:
    assert list(barranco.post("/events", concert).get_json()) == CONTRACT == list(EVENT)


@pytest.mark.every_database
def test_an_event_is_told_as_it_was_posted(barranco: Program, anybody: Program, concert: dict[str, Any]) -> None:
    posted = {
        **concert, "abstract": "Con la banda municipal", "price": None, "age_from": 6, "languages": ["es"],
        "accessibility": ["bano-accesible"], "format": "concierto", "booking_url": "https://entradas.example/1",
        "rrule": "FREQ=WEEKLY;COUNT=3", "exdates": ["2026-12-12T19:30"], "expected_attendance": 300,
    }  # fmt: skip
    uid = barranco.post("/events", posted).get_json()["uid"]
    told = anybody.get(f"/events/{uid}").get_json()
    expected = {
        "status": "confirmed", "host": "barranco", "slug": "retreta-en-el-parque", "venue": "parque-municipal",
        "url": f"{BASE_URL}/events/retreta-en-el-parque", "audiences": ["todo-publico"], "timezone": "America/Lima",
        "cohosts": [], "overrides": [], "organisations": [], "image": None, "hold_until": None, "hold_shows": None,
        "expected_attendance": None, "public_space": True, "created": "2026-12-01T00:30:00Z", "rdates": [],
        "exdates": ["2026-12-12T19:30"], "rrule": "FREQ=WEEKLY;COUNT=3", "start": "2026-12-05T19:30", "age_from": 6,
        "accessibility": ["bano-accesible"], "format": "concierto", "languages": ["es"], "free": True,
        "booking_url": "https://entradas.example/1", "abstract": "Con la banda municipal",
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected


def test_an_all_day_event_is_told_in_dates_with_the_last_day_included(barranco: Program) -> None:
    feast = {
        "summary": "Feria",
        "start": "2026-12-05",
        "end": "2026-12-07",
        "place_note": "Bajada",
        "status": "confirmed",
    }
    told = barranco.post("/events", feast).get_json()
    assert (told["start"], told["end"], told["all_day"]) == ("2026-12-05", "2026-12-07", True)
    date = barranco.get("/occurrences").get_json()["items"][0]
    assert (date["recurrence_id"], date["start"], date["end"]) == ("2026-12-05", "2026-12-05", "2026-12-07")


def test_a_price_is_a_decimal_written_as_text(barranco: Program, concert: dict[str, Any]) -> None:
    told = barranco.post("/events", {**concert, "free": False, "price": "15.5"}).get_json()
    assert (told["price"], told["currency"]) == ("15.50", "PEN")


@pytest.mark.every_database
def test_drafts_and_holds_are_nowhere_for_a_citizen_s17(
    barranco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    for status in ("draft", "tentative"):
        uid = barranco.post("/events", {**concert, "status": status}).get_json()["uid"]
        assert anybody.get(f"/events/{uid}").status_code == 404
    for query in ("", "?updated_since=2000-01-01T00:00:00Z", "?q=retreta"):
        assert summaries(anybody, query) == []
        assert len(summaries(barranco, query)) == 2
    assert anybody.get("/occurrences").get_json()["items"] == []
    assert len(barranco.get("/occurrences").get_json()["items"]) == 2


def test_a_draft_of_another_district_answers_as_one_that_is_not_there_s18(
    barranco: Program, surco: Program, concert: dict[str, Any]
) -> None:
    uid = barranco.post("/events", {**concert, "status": "draft"}).get_json()["uid"]
    hidden, absent = surco.get(f"/events/{uid}"), surco.get("/events/nobody@example.org")
    assert hidden.status_code == absent.status_code == 404
    assert {**hidden.get_json(), "incident": ""} == {**absent.get_json(), "incident": ""}


BUSY = {"slug": None, "url": None, "summary": None, "hold_shows": None, "venue": None, "free": None, "reason": "",
        "abstract": "", "price_text": "", "lang": None, "format": None, "place_note": ""}  # fmt: skip


@pytest.mark.every_database
def test_of_a_busy_hold_other_districts_see_hours_discipline_audience_and_size_alone(
    barranco: Program, surco: Program, concert: dict[str, Any]
) -> None:
    held = {**concert, "status": "tentative", "expected_attendance": 400, "rrule": "FREQ=WEEKLY;COUNT=2",
            "abstract": "Secreto", "format": "concierto"}  # fmt: skip
    uid = barranco.post("/events", held).get_json()["uid"]
    move = {"start": "2026-12-13T18:00", "end": "2026-12-13T19:00", "reason": "Procesión", "venue": "parque-municipal"}
    barranco.put(f"/events/{uid}/occurrences/20261212T1930", move)
    told = surco.get(f"/events/{uid}")
    shown = told.get_json()
    assert {name: shown[name] for name in BUSY} == BUSY
    assert (shown["host"], shown["start"], shown["end"]) == ("barranco", "2026-12-05T19:30", "2026-12-05T21:00")
    assert (shown["disciplines"], shown["audiences"]) == (["bandas"], ["todo-publico"])
    assert shown["expected_attendance"] == 400
    assert shown["overrides"] == [{
        "recurrence_id": "2026-12-12T19:30", "start": "2026-12-13T18:00", "end": "2026-12-13T19:00",
        "status": "confirmed", "venue": None, "reason": "",
    }]  # fmt: skip
    for answer in (told, surco.get("/occurrences"), surco.get("/events")):
        assert all(word not in answer.text for word in ("Retreta", "retreta", "Secreto", "Procesi", "municipal"))
    assert [each["summary"] for each in surco.get("/occurrences").get_json()["items"]] == [None, None]


@pytest.mark.every_database
@pytest.mark.parametrize(
    "query", ["q=retreta", "venue=parque-municipal", "free=1", "near=barranco", "format=concierto", "age=8",
              "access=bano-accesible", "outdoors=1"],
)  # fmt: skip
def test_a_busy_hold_does_not_answer_for_what_it_does_not_show(
    barranco: Program, surco: Program, concert: dict[str, Any], query: str
) -> None:
    past = {"start": "2026-11-05T19:30", "end": "2026-11-05T21:00"}
    barranco.post("/events", {**concert, **past})  # so that everybody knows the venue
    more = {"format": "concierto", "accessibility": ["bano-accesible"], "outdoors": True}
    barranco.post("/events", {**concert, **more, "status": "tentative"})
    assert summaries(surco, f"?{query}") == []
    assert surco.get(f"/occurrences?{query}").get_json()["items"] == []
    assert summaries(barranco, f"?{query}") == ["Retreta en el parque"]
    assert summaries(surco, "?district=barranco&discipline=musica&audience=todo-publico") == [None]


def test_a_hold_that_shows_everything_is_seen_wholly_by_officers_alone(
    barranco: Program, surco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    uid = barranco.post("/events", {**concert, "status": "tentative", "hold_shows": "full"}).get_json()["uid"]
    assert surco.get(f"/events/{uid}").get_json()["summary"] == "Retreta en el parque"
    assert surco.get(f"/events/{uid}").get_json()["hold_shows"] is None
    assert barranco.get(f"/events/{uid}").get_json()["hold_shows"] == "full"
    assert summaries(surco, "?q=retreta") == ["Retreta en el parque"]
    assert anybody.get(f"/events/{uid}").status_code == 404


def test_how_many_people_are_expected_is_told_to_officers_alone(
    barranco: Program, surco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    uid = barranco.post("/events", {**concert, "expected_attendance": 400}).get_json()["uid"]
    told = [each.get(f"/events/{uid}").get_json()["expected_attendance"] for each in (barranco, surco, anybody)]
    assert told == [400, 400, None]


def test_cancelled_events_are_listed_and_withdrawn_ones_only_as_bare_notices_of_a_change(
    barranco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    off = barranco.post("/events", concert).get_json()["uid"]
    gone = barranco.post("/events", {**concert, "summary": "Error"}).get_json()["uid"]
    barranco.post(f"/events/{off}/cancel", {"reason": "Lluvia"})
    barranco.post(f"/events/{gone}/cancel", {"withdraw": True})
    listed = anybody.get("/events").get_json()["items"]
    assert [(each["uid"], each["status"], each["reason"]) for each in listed] == [(off, "cancelled", "Lluvia")]
    assert [each["event_uid"] for each in anybody.get("/occurrences").get_json()["items"]] == [off]
    changed = anybody.get("/events?updated_since=2026-11-01T00:00:00Z").get_json()["items"]
    bare = next(each for each in changed if each["uid"] == gone)
    assert (bare["status"], bare["summary"], bare["slug"], bare["venue"]) == ("cancelled", None, None, None)
    assert anybody.get(f"/events/{gone}").get_json() == bare


@pytest.mark.every_database
def test_the_list_is_in_the_order_of_the_first_date_that_fits(barranco: Program, concert: dict[str, Any]) -> None:
    for day, name in ((7, "C"), (5, "A"), (6, "B")):
        when = {"start": f"2026-12-0{day}T19:30", "end": f"2026-12-0{day}T21:00"}
        barranco.post("/events", {**concert, **when, "summary": name})
    weekly = {"start": "2026-11-01T10:00", "end": "2026-11-01T11:00", "rrule": "FREQ=WEEKLY;COUNT=6", "summary": "D"}
    barranco.post("/events", {**concert, **weekly})
    assert summaries(barranco) == ["A", "D", "B", "C"]  # its date of 6 December is in the morning
    assert summaries(barranco, "?from=2026-12-07") == ["C"]
    assert summaries(barranco, "?from=2026-11-01&to=2026-11-30") == ["D"]


@pytest.mark.every_database
def test_a_search_is_told_by_rank_or_nearness_page_after_page(
    barranco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    far = {"name": "Plaza de Armas", "kind": "parque", "lat": -11.77, "lon": -77.17}
    posted = ((6, "Algo de retreta", None), (7, "Retretas", None), (8, "Retreta", far), (9, "Retreta de nadie", None))
    for day, title, venue in posted:
        said = concert | {"summary": title, "start": f"2026-12-{day:02d}T19:00", "end": f"2026-12-{day:02d}T20:00"}
        barranco.post("/events", said | ({"venue": venue} if venue else {}) | {"status": "confirmed"})

    def told(asker: Program, query: str) -> list[str]:
        found: list[str] = []
        page: dict[str, Any] = {"next_cursor": ""}
        while page["next_cursor"] is not None:
            page = asker.get(f"/events?{query}&limit=3&cursor={page['next_cursor']}").get_json()
            found += [each["summary"] for each in page["items"]]
        return found

    best = ["Algo de retreta", "Retreta", "Retreta de nadie", "Retretas"]
    assert told(anybody, "q=retreta&sort=rank") == told(barranco, "q=retreta&sort=rank") == best
    assert told(anybody, "near=barranco&km=50&sort=near")[-1] == "Retreta"
    for query in ("sort=rank", "q=a&sort=near", "q=a&sort=rank&updated_since=2026-11-01T00:00:00Z", "q=a&sort=x"):
        refused = anybody.get(f"/events?{query}")
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (400, "sort"), query


def test_an_occurrence_is_told_by_its_original_time(barranco: Program, concert: dict[str, Any]) -> None:
    posted = barranco.post("/events", {**concert, "rrule": "FREQ=WEEKLY;COUNT=2"}).get_json()
    barranco.put(f"/events/{posted['uid']}/occurrences/20261212T1930",
                 {"start": "2026-12-13T18:00", "end": "2026-12-13T19:00"})  # fmt: skip
    assert barranco.get("/occurrences?from=2026-12-12").get_json()["items"] == [{
        "event_uid": posted["uid"], "slug": "retreta-en-el-parque", "recurrence_id": "2026-12-12T19:30",
        "start": "2026-12-13T18:00", "end": "2026-12-13T19:00", "all_day": False, "timezone": "America/Lima",
        "status": "confirmed", "summary": "Retreta en el parque", "venue": "parque-municipal", "host": "barranco",
        "url": f"{BASE_URL}/events/retreta-en-el-parque/20261212T1930",
    }]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "status"),
    [("from=2026-12-01&to=2028-01-04", 200), ("from=2026-12-01&to=2028-01-05", 400), ("to=2028-12-31", 400),
     ("from=2030-01-01", 200), ("when=month", 200)],
)  # fmt: skip
def test_dates_are_asked_for_400_days_at_most_s30(anybody: Program, query: str, status: int) -> None:
    answer = anybody.get(f"/occurrences?{query}")
    assert answer.status_code == status
    if status == 400:
        assert fields(answer) == [("to", "list_range")]


def test_dates_without_a_last_day_end_after_400_days(barranco: Program, concert: dict[str, Any]) -> None:
    for day in ("2028-01-03", "2028-01-04"):  # the 400th day from 30 November 2026 is 3 January 2028
        barranco.post("/events", {**concert, "start": f"{day}T10:00", "end": f"{day}T11:00"})
    found = barranco.get("/occurrences").get_json()["items"]
    assert [each["start"] for each in found] == ["2028-01-03T10:00"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/events?distrito=barranco", [("distrito", "selection_unknown_key")]),
        ("/events?district=atlantis", [("district", "selection_unknown_value")]),
        ("/events?cluster=nadie&venue=nada",
         [("cluster", "selection_unknown_value"), ("venue", "selection_unknown_value")]),
        ("/events?limit=0", [("limit", "selection_number")]),
        ("/events?limit=201", [("limit", "selection_number")]),
        ("/events?limit=1&limit=2", [("limit", "selection_once")]),
        ("/events?cursor=nada", [("cursor", "list_cursor")]),
        ("/events?updated_since=2026-12-01", [("updated_since", "list_instant")]),
        ("/events?updated_since=2026-12-01T00:00:00", [("updated_since", "list_instant")]),
        ("/events?when=never&limit=x", [("when", "selection_unknown_value"), ("limit", "selection_number")]),
        ("/occurrences?updated_since=2026-12-01T00:00:00Z", [("updated_since", "selection_unknown_key")]),
        ("/venues?zone=lima-sur", [("zone", "selection_unknown_key")]),
        ("/venues?district=atlantis", [("district", "selection_unknown_value")]),
        ("/districts?q=a", [("q", "selection_unknown_key")]),
        ("/formats?a=1", [("a", "selection_unknown_key")]),
        ("/events/x@y?full=1", [("full", "selection_unknown_key")]),
        ("/events?from=9999-12-31", [("from", "selection_day")]),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_refused_with_a_sentence_for_each_parameter(
    anybody: Program, path: str, expected: list[tuple[str, str]]
) -> None:
    answer = anybody.get(path)
    assert answer.status_code == 400
    assert fields(answer) == expected
    assert all(each["message"] for each in answer.get_json()["errors"])


def test_a_plus_sign_that_became_a_space_is_understood(anybody: Program) -> None:
    assert anybody.get("/events?updated_since=2026-12-01T00:00:00+00:00").status_code == 200


def test_the_districts_are_told_with_their_neighbours_and_feeds(anybody: Program) -> None:
    found = anybody.get("/districts").get_json()
    assert (len(found["items"]), found["next_cursor"]) == (43, None)
    barranco = next(each for each in found["items"] if each["slug"] == "barranco")
    assert barranco["neighbours"] == ["chorrillos", "miraflores", "santiago-de-surco"]
    assert barranco["feed"] == f"{BASE_URL}/feeds/districts/barranco.ics"
    assert (barranco["zone"], barranco["code"]) == ("lima-centro", "150104")


def test_only_clusters_that_exist_are_told(anybody: Program, lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        by, other = an_officer(session, "barranco", now=now), an_officer(session, "miraflores", now=now)
        for name in ("Malecón", "Propuesta"):
            clusters.propose(session, name=name, members=["miraflores"], proposer="barranco", by=by, now=now)
        clusters.answer(session, "malecon", "miraflores", accept=True, by=other, now=now)
    found = anybody.get("/clusters").get_json()["items"]
    assert [(each["slug"], each["members"]) for each in found] == [("malecon", ["barranco", "miraflores"])]


@pytest.mark.parametrize("kind", ["disciplines", "formats", "audiences", "accessibility"])
def test_vocabularies_are_told_with_their_labels_in_every_language(anybody: Program, app: Flask, kind: str) -> None:
    terms = app.extensions["house"].metropolis.vocabularies
    found = anybody.get(f"/{kind}").get_json()["items"]
    expected = terms[kind.removesuffix("s") if kind != "accessibility" else kind]
    assert [(each["slug"], each["labels"]) for each in found] == [(t.slug, dict(t.labels)) for t in expected.terms]
    assert all(set(each["labels"]) == {"es", "en"} for each in found)


def test_an_audience_tells_its_ages_and_a_discipline_what_it_belongs_to(anybody: Program) -> None:
    audiences = {each["slug"]: each for each in anybody.get("/audiences").get_json()["items"]}
    assert (audiences["primera-infancia"]["age_from"], audiences["primera-infancia"]["age_to"]) == (0, 5)
    disciplines = {each["slug"]: each for each in anybody.get("/disciplines").get_json()["items"]}
    assert disciplines["teatro"]["parent"] == "artes-escenicas"


@pytest.mark.every_database
def test_venues_are_told_by_district(barranco: Program, surco: Program, concert: dict[str, Any]) -> None:
    barranco.post("/events", concert)
    surco.post("/events", {**concert, "venue": {"name": "Parque de la Amistad"}})
    surco.post("/events", {**concert, "status": "draft", "venue": {"name": "Sorpresa"}})  # S17: a draft's alone
    told = barranco.get("/venues").get_json()["items"]
    assert [each["slug"] for each in told] == ["parque-de-la-amistad", "parque-municipal"]
    assert [each["slug"] for each in barranco.get("/venues?district=barranco").get_json()["items"]] == [
        "parque-municipal"
    ]
    assert (told[1]["district"], told[1]["kind"], told[1]["lat"]) == ("barranco", "parque", -12.1497)


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_a_list_shows_each_change_at_once_though_events_are_written_once(
    barranco: Program, surco: Program, anybody: Program, concert: dict[str, Any]
) -> None:
    event = barranco.post("/events", concert | {"status": "confirmed"}).get_json()
    uid, version = event["uid"], event["version"]

    def listed() -> dict[str, Any]:
        (found,) = anybody.get("/events").get_json()["items"]
        return dict(found)

    told = [listed()["summary"]]
    barranco.patch(f"/events/{uid}", {"summary": "Otra noche"}, version=version)
    told.append(listed()["summary"])
    barranco.post(f"/events/{uid}/hosts", {"districts": ["santiago-de-surco"]})
    told.append(listed()["cohosts"])
    surco.patch(f"/events/{uid}/hosts/santiago-de-surco", {"state": "accepted"})
    told.append([each["district"] for each in listed()["cohosts"]])
    barranco.put(f"/events/{uid}/occurrences/20261205T1930", {"status": "cancelled", "reason": "Lluvia"})
    told.append([each["reason"] for each in listed()["overrides"]])
    assert told == [concert["summary"], "Otra noche", [], ["santiago-de-surco"], ["Lluvia"]]
