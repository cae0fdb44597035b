"""R6: asked twice under one key, done once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.domain.errors import WrongState
from calendar_service.domain.people import ApiToken, IdempotencyKey
from calendar_service.services import idempotency
from calendar_service.services.idempotency import Claim, Kept
from calendar_service.services.people import tokens
from tests.builders import an_account

ANSWER = Kept(status=201, headers={"ETag": '"2"'}, body='{"uid": "x"}')
MINUTE = timedelta(minutes=1)


@pytest.fixture
def token(lima: Database, now: datetime) -> int:
    with lima.deed() as session:
        tokens.make_token(session, an_account(session, now=now), district="barranco", now=now)
        return session.scalars(select(ApiToken.id)).one()


def claimed(database: Database, token: int, *, now: datetime, key: str = "k", asked: str = "a") -> Claim:
    with database.deed() as session:
        return idempotency.claim(session, token_id=token, key=key, fingerprint=asked, now=now)


def answered(database: Database, claim: Claim) -> None:
    with database.deed() as session:
        idempotency.keep(session, claim, ANSWER)


def test_the_same_question_gets_the_same_answer_for_a_day(lima: Database, token: int, now: datetime) -> None:
    answered(lima, claimed(lima, token, now=now))
    assert claimed(lima, token, now=now + timedelta(hours=23, minutes=59)).kept == ANSWER
    assert claimed(lima, token, now=now + timedelta(hours=24)).kept is None


def test_another_question_under_the_same_key_is_refused(lima: Database, token: int, now: datetime) -> None:
    answered(lima, claimed(lima, token, now=now))
    with pytest.raises(WrongState) as refused:
        claimed(lima, token, asked="b", now=now)
    assert refused.value.code == "key_reused"


def test_keys_are_each_tokens_own(lima: Database, token: int, now: datetime) -> None:
    answered(lima, claimed(lima, token, now=now))
    with lima.deed() as session:
        officer = an_account(session, "ana@barranco.example", now=now)
        tokens.make_token(session, officer, district="barranco", now=now)
        other = session.scalars(select(ApiToken.id).where(ApiToken.officer_id == officer.id)).one()
    assert claimed(lima, other, asked="b", now=now).kept is None


def test_who_asks_while_the_first_is_at_work_is_told_to_wait(lima: Database, token: int, now: datetime) -> None:
    claimed(lima, token, now=now)
    with pytest.raises(WrongState) as refused:
        claimed(lima, token, now=now + MINUTE - timedelta(seconds=1))
    assert refused.value.code == "key_in_flight"


def test_a_request_that_died_is_taken_over_and_can_no_longer_answer(lima: Database, token: int, now: datetime) -> None:
    dead = claimed(lima, token, now=now)
    alive = claimed(lima, token, now=now + MINUTE)
    with pytest.raises(WrongState):
        answered(lima, dead)
    answered(lima, alive)
    assert claimed(lima, token, now=now + MINUTE).kept == ANSWER


def test_a_deed_that_failed_leaves_its_key_free(lima: Database, token: int, now: datetime) -> None:
    failed = claimed(lima, token, now=now)
    with lima.deed() as session:
        idempotency.give_up(session, failed)
    assert claimed(lima, token, asked="b", now=now).kept is None


def test_giving_up_never_takes_an_answer_back(lima: Database, token: int, now: datetime) -> None:
    """The connection may break after the commit: then the deed was done, whatever the entrance believes."""
    claim = claimed(lima, token, now=now)
    answered(lima, claim)
    with lima.deed() as session:
        idempotency.give_up(session, claim)
    assert claimed(lima, token, now=now).kept == ANSWER


def test_what_no_longer_counts_is_swept(lima: Database, token: int, now: datetime) -> None:
    claimed(lima, token, key="old", now=now)
    claimed(lima, token, key="new", now=now + timedelta(hours=1))
    with lima.deed() as session:
        assert idempotency.sweep(session, now=now + timedelta(hours=24)) == 1
        assert session.scalars(select(IdempotencyKey.key)).all() == ["new"]
