"""Feeds over HTTP: what every calendar program relies on (FEEDS 1.5, rule 3, S27)."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as sql_event

from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.events import Status
from calendar_service.domain.publication import FormerSlug
from calendar_service.services.house import House
from calendar_service.services.status.statuses import cancel
from calendar_service.services.syndication.bodies import copies
from calendar_service.web import press
from tests.services.feeding import a_cluster, of_the_office, post
from tests.web.feed_clients import DISTRICT, EVERYWHERE, another_process, settled

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def something_on(lima: Database, now: datetime) -> str:
    """A concert of Barranco, which belongs to a cluster; its slug."""
    with lima.deed() as session:
        a_cluster(session, "malecon", ["barranco", "miraflores"], now=now)
    return post(lima, now)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What SQLAlchemy is asked meanwhile."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    sql_event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sql_event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", EVERYWHERE)
def test_a_feed_says_what_it_is_and_how_long_it_keeps(client: FlaskClient, path: str) -> None:
    for answer in (client.get(path), settled(client, path)):
        assert answer.status_code == 200
        assert answer.data.count(b"BEGIN:VEVENT\r\n") == 1
        assert dict(answer.headers) | {"ETag": "", "Last-Modified": "", "Content-Length": ""} == {
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Length": "",
            "Content-Disposition": f'inline; filename="{path.partition("?")[0].rpartition("/")[2]}"',
            "Accept-Ranges": "none",
            "ETag": "",
            "Last-Modified": "",
            "Cache-Control": "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400",
            "Vary": "Accept-Encoding",
            "Access-Control-Allow-Origin": "*",
            "X-Content-Type-Options": "nosniff",
            "Permissions-Policy": answer.headers["Permissions-Policy"],
            "Cross-Origin-Opener-Policy": "same-origin",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Strict-Transport-Security": "max-age=31536000",
        }
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert answer.headers["Last-Modified"] == "Tue, 01 Dec 2026 00:30:00 GMT"
        assert b"\r\nLAST-MODIFIED:20261201T003000Z\r\nBEGIN:VTIMEZONE" in answer.data


@pytest.mark.parametrize("path", EVERYWHERE)
def test_two_readers_get_the_same_bytes_from_any_process(client: FlaskClient, house: House, path: str) -> None:
    first, second, third = client.get(path), client.get(path), another_process(house).get(path)
    assert first.data == second.data == third.data
    assert first.headers["ETag"] == second.headers["ETag"] == third.headers["ETag"]


@pytest.mark.parametrize(
    "path", [*EVERYWHERE, "/feeds/selection.ics?lang=es&free=1", "/feeds/events/retreta-en-el-parque.ics"]
)
def test_who_has_the_version_gets_304_for_its_tag(client: FlaskClient, path: str) -> None:
    tag = settled(client, path).headers["ETag"]
    for form in (tag, f"W/{tag}", f'"other", {tag}', f'"other",W/{tag} , "third"', "*"):
        answer = client.get(path, headers={"If-None-Match": form})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == tag
        assert answer.headers["Cache-Control"].startswith("public, max-age=900")
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [DISTRICT, "/feeds/selection.ics?lang=es&free=1"])
def test_who_has_the_date_gets_304_for_it(client: FlaskClient, path: str) -> None:
    changed = settled(client, path).headers["Last-Modified"]
    assert client.get(path, headers={"If-Modified-Since": changed}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": "Mon, 30 Nov 2026 00:30:00 GMT"}).status_code == 200
    assert client.get(path, headers={"If-Modified-Since": "gestern"}).status_code == 200


def test_a_selection_without_parameters_is_the_feed_of_everything_to_the_byte(client: FlaskClient) -> None:
    """CONTRACT "Feeds"."""
    everything = settled(client, "/feeds/all.ics")
    selected = client.get("/feeds/selection.ics")
    assert (selected.data, selected.headers["ETag"]) == (everything.data, everything.headers["ETag"])
    known = {"If-None-Match": everything.headers["ETag"]}
    assert client.get("/feeds/selection.ics", headers=known).status_code == 304
    assert client.get("/feeds/selection.ics?lang=en").data == client.get("/feeds/all.ics?lang=en").data


def test_a_tag_outweighs_a_date(client: FlaskClient) -> None:
    """RFC 9110 §13.2.2."""
    changed = settled(client, DISTRICT).headers["Last-Modified"]
    answer = client.get(DISTRICT, headers={"If-Modified-Since": changed, "If-None-Match": '"other"'})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", EVERYWHERE)
def test_gzip_is_the_same_text_with_a_tag_of_its_own_and_either_tag_means_the_version(
    client: FlaskClient, path: str
) -> None:
    plain = settled(client, path)
    packed = client.get(path, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"].rstrip('"') + '-gzip"'
    for tag in (plain.headers["ETag"], packed.headers["ETag"], "W/" + packed.headers["ETag"]):
        for accepted in ("gzip", "identity"):
            answer = client.get(path, headers={"If-None-Match": tag, "Accept-Encoding": accepted})
            assert answer.status_code == 304


@pytest.mark.parametrize("header", ["identity", "gzip;q=0", "br", "", "x-gzip-like"])
def test_who_does_not_take_gzip_gets_none(client: FlaskClient, header: str) -> None:
    assert "Content-Encoding" not in client.get(DISTRICT, headers={"Accept-Encoding": header}).headers


def test_gzip_is_made_once_per_version_and_not_per_request(
    client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(client, DISTRICT)
    packed = {"Accept-Encoding": "gzip"}
    first = client.get(DISTRICT, headers=packed)
    client.application.extensions["press"].finish()
    made = sorted(path.name for path in (house.settings.data_dir / "feeds" / "named").iterdir())
    assert [name.rpartition(".")[2] for name in made] == ["body", "gz"]
    monkeypatch.setattr(gzip, "compress", None)
    for process in (client, another_process(house)):
        assert process.get(DISTRICT, headers=packed).data == first.data


@pytest.mark.every_database
def test_a_feed_too_large_for_memory_goes_out_block_by_block_as_any_other(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = settled(client, DISTRICT)
    for module in (copies, press):
        monkeypatch.setattr(module, "LARGEST_IN_HAND", 100)
    path = f"{DISTRICT}?full=1"
    first, again, head = client.get(path), client.get(path), client.head(path)
    assert (first.status_code, first.data) == (200, again.data)
    assert first.data.count(b"BEGIN:VEVENT\r\n") == small.data.count(b"BEGIN:VEVENT\r\n")
    assert (head.data, head.content_length) == (b"", len(first.data))
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert (gzip.decompress(packed.data), packed.content_length) == (first.data, len(packed.data))
    assert client.get(path, headers={"If-None-Match": packed.headers["ETag"]}).status_code == 304


def test_a_body_that_is_asked_for_again_comes_from_memory_and_a_newer_takes_its_place_at_once(
    client: FlaskClient, house: House, lima: Database, now: datetime, something_on: str
) -> None:
    folder = house.settings.data_dir / "feeds" / "named"
    packed = {"Accept-Encoding": "gzip"}
    before = [settled(client, DISTRICT), client.get(DISTRICT, headers=packed), client.get(DISTRICT, headers=packed)]
    away = folder.rename(folder.with_name("elsewhere"))
    with statements(lima) as asked:
        again = [client.get(DISTRICT), client.get(DISTRICT, headers=packed)]
    assert asked == []
    assert [each.data for each in again] == [before[0].data, before[2].data]
    away.rename(folder)
    with lima.deed() as session:
        cancel(session, event_by_slug(session, something_on), reason="", by=of_the_office(session), now=now)
    for headers in ({}, packed):
        settled(client, DISTRICT)
        answer = client.get(DISTRICT, headers=headers)
        text = gzip.decompress(answer.data) if headers else answer.data
        assert b"STATUS:CANCELLED" in text


def test_a_change_is_in_the_very_next_poll_of_every_process(
    client: FlaskClient, house: House, lima: Database, now: datetime, something_on: str
) -> None:
    """Rule 3: no process remembers a version."""
    other = another_process(house)
    tags = {process: settled(process, DISTRICT).headers["ETag"] for process in (client, other)}
    with lima.deed() as session:
        cancel(session, event_by_slug(session, something_on), reason="", by=of_the_office(session), now=now)
    answers = [process.get(DISTRICT, headers={"If-None-Match": tag}) for process, tag in tags.items()]
    assert [each.status_code for each in answers] == [200, 200]
    assert b"STATUS:CANCELLED" in answers[0].data
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize("path", EVERYWHERE)
def test_an_unchanged_feed_asks_nothing_of_the_orm(client: FlaskClient, lima: Database, path: str) -> None:
    """One row by the plain driver: neither SQLAlchemy nor Flask takes part."""
    tag = settled(client, path).headers["ETag"]
    with statements(lima) as asked:
        answers = [client.get(path, headers={"If-None-Match": tag}), client.get(path)]
    assert [each.status_code for each in answers] == [304, 200]
    assert asked == []


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    for ready in (False, True):
        if ready:
            settled(client, DISTRICT)
        head, get = client.head(DISTRICT), client.get(DISTRICT)
        assert head.data == b""
        assert dict(head.headers) == dict(get.headers)
        assert client.head(DISTRICT, headers={"If-None-Match": head.headers["ETag"]}).status_code == 304


def test_a_part_of_a_feed_is_never_given(client: FlaskClient) -> None:
    for _ in range(3):
        answer = client.get(DISTRICT, headers={"Range": "bytes=0-9"})
        assert answer.status_code == 200
        assert len(answer.data) > 1_000


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/districts/nada.ics", 404),
        ("/feeds/clusters/nada.ics", 404),
        ("/feeds/events/nada.ics", 404),
        ("/feeds/events/retreta-en-el-parque/20261206T1930.ics", 404),
        ("/feeds/nada.ics", 404),
        ("/feeds/districts/barranco.ical", 404),
        (DISTRICT + "?utm_source=x", 400),
        (DISTRICT + "?full=yes", 400),
        ("/feeds/selection.ics?district=nada", 400),
        ("/feeds/selection.ics?from=2026-01-01&to=2028-01-01", 400),
        ("/feeds/selection.ics?q=" + "a" * 101, 400),
        ("/feeds/all.ics?" + "a" * 8_100, 414),
    ],
)
def test_what_there_is_not_or_cannot_be_read_is_one_sentence(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/plain"
    assert answer.text.count("\n") == 1
    assert 10 < len(answer.text) < 300
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_refusal_names_each_parameter_that_it_is_about(client: FlaskClient) -> None:
    answer = client.get(DISTRICT + "?lang=fr&full=yes", headers={"Accept-Language": "en"})
    assert answer.text == "full: We do not know “yes”.\nlang: We do not know “fr”.\n"


def test_a_refusal_speaks_the_readers_language(client: FlaskClient) -> None:
    said = {client.get(DISTRICT + "?x=1", headers={"Accept-Language": each}).text for each in ("es", "en")}
    assert len(said) == 2


def test_only_reading_is_possible(client: FlaskClient) -> None:
    assert client.post(DISTRICT, data={"a": "b"}).status_code == 405


@pytest.mark.parametrize("path", [DISTRICT, "/feeds/nada.ics"])
def test_another_host_is_answered_by_nobody(client: FlaskClient, path: str) -> None:
    """S26: also where one row would do."""
    settled(client, DISTRICT)
    answer = client.get(path, base_url="https://evil.example")
    assert answer.status_code == 400
    assert b"VCALENDAR" not in answer.data


def test_a_former_name_leads_to_the_present_one_for_ever(client: FlaskClient, lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        found = event_by_slug(session, "retreta-en-el-parque")
        session.add(FormerSlug(kind="event", slug="antes", target_id=found.id))
        session.add(FormerSlug(kind="district", slug="barranquito", target_id=found.host_id))
    answers = [
        client.get("/feeds/districts/barranquito.ics?full=1&lang=en"),
        client.get("/feeds/events/antes.ics"),
        client.get("/feeds/events/antes/20261205T1930.ics"),
    ]
    assert [each.status_code for each in answers] == [301, 301, 301]
    assert [each.headers["Location"] for each in answers] == [
        "/feeds/districts/barranco.ics?full=1&lang=en",
        "/feeds/events/retreta-en-el-parque.ics",
        "/feeds/events/retreta-en-el-parque/20261205T1930.ics",
    ]


def test_an_event_to_download_is_an_attachment_with_a_readable_name(client: FlaskClient) -> None:
    answer = client.get("/feeds/events/retreta-en-el-parque.ics")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"retreta-en-el-parque.ics\"; filename*=UTF-8''retreta-en-el-parque.ics"
    )
    assert b"X-WR-CALNAME" not in answer.data
    one = client.get("/feeds/events/retreta-en-el-parque/20261205T1930.ics")
    assert one.headers["Content-Disposition"].startswith(
        'attachment; filename="retreta-en-el-parque-20261205T1930.ics"'
    )


def test_a_hold_is_a_secret_over_http_too(client: FlaskClient, lima: Database, now: datetime) -> None:
    """S17, S18: the answer for a hold is the answer for nothing, to the byte."""
    slug = post(lima, now, status=Status.TENTATIVE, summary="Sorpresa")
    answers = [client.get(f"/feeds/events/{each}.ics") for each in (slug, "nada-de-nada")]
    assert answers[0].status_code == answers[1].status_code == 404
    assert answers[0].data == answers[1].data
    assert b"Sorpresa" not in client.get("/feeds/all.ics").data


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
def test_who_polls_without_pause_is_never_turned_away(client: FlaskClient) -> None:
    """Decision 7: 429, 403 and 410 make programs give a calendar up."""
    tag = settled(client, DISTRICT).headers["ETag"]
    answers = [client.get(DISTRICT, headers={"If-None-Match": tag} if number % 2 else {}) for number in range(200)]
    assert {each.status_code for each in answers} == {200, 304}


def test_every_answer_leaves_its_line_in_the_log(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    tag = settled(client, DISTRICT).headers["ETag"]
    ledger = client.application.extensions["ledger"]
    ledger.write()
    caplog.set_level(logging.INFO, "calendar_service.access")
    caplog.clear()
    client.get(DISTRICT, headers={"If-None-Match": tag})
    ledger.write()
    (line,) = (each for each in caplog.records if each.name == "calendar_service.access")
    said = vars(line)
    assert (said["method"], said["path"], said["status"], said["bytes"]) == ("GET", DISTRICT, 304, 0)
