"""What is answered without waiting: polls from memory, as good as those answered otherwise; nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import EnvironBuilder

from calendar_service.db.engine import Database
from calendar_service.web import at_once as module
from calendar_service.web.at_once import BETWEEN, Answer, AtOnce
from tests.services.feeding import post
from tests.web.conftest import BASE_URL
from tests.web.feed_clients import DISTRICT, away, settled

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

pytestmark = pytest.mark.parametrize("copies", ["sqlite"], indirect=True)


@pytest.fixture
def at_once(client: FlaskClient, lima: Database, now: datetime) -> AtOnce:
    """Of a process that has answered for a feed, compressed and plain."""
    post(lima, now)
    for packed in ("gzip", "identity"):
        for _ in range(3):
            client.get(DISTRICT, headers={"Accept-Encoding": packed})
    found = client.application.extensions["at_once"]
    assert isinstance(found, AtOnce)
    return found


def question(path: str = DISTRICT, method: str = "GET", **headers: str) -> WSGIEnvironment:
    builder = EnvironBuilder(path=path, method=method, base_url=BASE_URL)
    return builder.get_environ() | {f"HTTP_{name.upper()}": value for name, value in headers.items()}


def said(answer: Answer | None) -> tuple[int, dict[str, str], bytes]:
    assert answer
    status, headers, body = answer
    return status, dict(headers), body


def test_it_says_what_is_said_otherwise(at_once: AtOnce, client: FlaskClient) -> None:
    tag = settled(client, DISTRICT).headers["ETag"]
    for asked in ({}, {"Accept-Encoding": "gzip"}, {"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}):
        for _ in range(2):  # found out, and known
            elsewhere = client.get(DISTRICT, headers=asked)
            environ = question(**{name.replace("-", "_"): value for name, value in asked.items()})
            assert said(at_once(environ)) == (elsewhere.status_code, dict(elsewhere.headers), elsewhere.data)


def test_the_next_poll_after_a_commit_sees_it_rule_3(at_once: AtOnce, client: FlaskClient, lima: Database) -> None:
    """By hand, too: what is known is forgotten with every commit of whoever."""
    tag = settled(client, DISTRICT).headers["ETag"]
    for changed in ("a" * 32, "b" * 32):
        assert said(at_once(question(IF_NONE_MATCH=tag)))[0] == 304
        with lima.deed() as session:
            session.execute(text("UPDATE feed_version SET etag = :etag"), {"etag": changed})
        assert at_once(question(IF_NONE_MATCH=tag)) is None  # no body is at hand of what is new
        tag = f'"{changed}"'


def test_whether_anybody_committed_is_looked_at_and_not_asked(at_once: AtOnce) -> None:
    """What is asked for every poll costs as much as all the rest of it."""
    at_once(question())
    seen, again = (at_once._poller.commits() for _ in range(2))
    assert isinstance(seen, bytes)
    assert again == seen


def test_whichever_thread_asks_sees_what_was_committed_since_another_asked(
    at_once: AtOnce, client: FlaskClient, lima: Database
) -> None:
    """Each connection counts commits for itself: what one was told says nothing to another."""
    tag = settled(client, DISTRICT).headers["ETag"]
    for number in range(4):
        with ThreadPoolExecutor(1) as another:
            assert said(another.submit(at_once, question(IF_NONE_MATCH=tag)).result())[0] == 304
        with lima.deed() as session:
            session.execute(text("UPDATE feed_version SET etag = :etag"), {"etag": f"{number:032}"})
        assert at_once(question(IF_NONE_MATCH=tag)) is None
        tag = f'"{number:032}"'


def test_on_the_next_local_day_nothing_is_known(
    at_once: AtOnce, client: FlaskClient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is looked at again when the day ends, and twenty times a second before."""
    tag = settled(client, DISTRICT).headers["ETag"]
    passed = perf_counter()
    monkeypatch.setattr(module, "perf_counter", lambda: passed)
    midnight = now + timedelta(seconds=at_once._poller.today.left(now))
    at_once._now = lambda: midnight - timedelta(seconds=BETWEEN / 2)
    at_once._until = 0.0
    assert said(at_once(question(IF_NONE_MATCH=tag)))[0] == 304
    at_once._now = lambda: midnight
    passed += BETWEEN / 2 + 0.001
    assert at_once(question(IF_NONE_MATCH=tag)) is None


@pytest.mark.parametrize(
    "environ",
    [
        question("/events"), question("/feeds/districts/comas.ics"), question("/feeds/private/abc.ics"),
        question(method="HEAD"), question(HOST="evil.example"),
    ],
)  # fmt: skip
def test_whatever_else_is_asked_is_left_to_others(at_once: AtOnce, environ: WSGIEnvironment) -> None:
    assert at_once(environ) is None


def test_while_the_database_is_away_or_locked_it_leaves_all_to_who_may_wait_r13(
    at_once: AtOnce, client: FlaskClient, lima: Database
) -> None:
    tag = settled(client, DISTRICT).headers["ETag"]
    assert at_once(question(IF_NONE_MATCH=tag))
    with away(lima):
        assert at_once(question(IF_NONE_MATCH=tag)) is None
    assert said(at_once(question(IF_NONE_MATCH=tag)))[0] == 304


def test_a_body_that_went_from_memory_is_left_to_who_may_read_the_disk(at_once: AtOnce) -> None:
    """And no answer that is remembered keeps it there."""
    for _ in range(2):
        assert said(at_once(question()))[0] == 200
    for number in range(3):
        at_once._shelf.put(str(number), bytes(at_once._shelf._largest), packed=False)
        at_once._shelf.put(f"{number} again", bytes(at_once._shelf._largest), packed=False)
    assert at_once(question()) is None


def test_many_questions_leave_no_more_behind_than_there_is_room_for_s30(
    at_once: AtOnce, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = settled(client, DISTRICT).headers["ETag"]
    monkeypatch.setattr(module, "MOST_KNOWN", 10)
    most = 0
    for number in range(50):
        assert said(at_once(question(IF_NONE_MATCH=f'"{number}", {tag}')))[0] == 304
        most = max(most, len(at_once._known))
    assert most == 10
    before = len(at_once._known)
    assert said(at_once(question(IF_NONE_MATCH=f'"{"x" * 600}", {tag}')))[0] == 304
    assert len(at_once._known) <= before
