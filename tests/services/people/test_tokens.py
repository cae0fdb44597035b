"""API tokens."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.db.queries.people import officers
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, WrongState
from calendar_service.domain.journal import Audit
from calendar_service.domain.people import ApiToken, Officer
from calendar_service.services.auditing import OPERATOR
from calendar_service.services.people import members, signing_in, tokens
from tests.builders import a_district, an_account
from tests.counting import counted

YEAR = timedelta(days=365)


@pytest.fixture
def rosa(lima: Database, now: datetime) -> Officer:
    with lima.deed() as session:
        return an_account(session, districts={"barranco": "manager", "ate": "officer"}, now=now)


def made(database: Database, officer: Officer, *, now: datetime, by: Viewer | None = None, **more: object) -> str:
    given = {"district": "barranco", "read_only": False, "name": "Web", **more}
    with database.deed() as session:
        return tokens.make_token(session, officer, by=by, now=now, **given)  # type: ignore[arg-type]


def bearer(database: Database, secret: str, *, now: datetime) -> tokens.Bearer | None:
    with database.reading() as session:
        return tokens.viewer_of_token(session, secret, now=now)


def test_a_token_speaks_for_its_officer_in_one_district_only(lima: Database, rosa: Officer, now: datetime) -> None:
    """S11: bound to a municipality; it manages nobody, even if she does."""
    found = bearer(lima, made(lima, rosa, now=now), now=now)
    with lima.reading() as session:
        home = a_district(session, "barranco").id
    assert found is not None
    assert found.viewer == Viewer(officer_id=rosa.id, districts=frozenset({home}), channel="api")
    assert found.token.district.slug == "barranco"


def test_a_token_of_a_facilitator_is_no_facilitator(lima: Database, now: datetime) -> None:
    """S11, S16."""
    with lima.deed() as session:
        officer = an_account(session, facilitator=True, now=now)
    found = bearer(lima, made(lima, officer, now=now), now=now)
    assert found is not None
    assert not found.viewer.facilitator


def test_a_read_only_token_does_not_write(lima: Database, rosa: Officer, now: datetime) -> None:
    """S11: scope."""
    found = bearer(lima, made(lima, rosa, read_only=True, now=now), now=now)
    assert found is not None
    assert not found.viewer.writes


def test_what_is_stored_is_a_prefix_and_a_hash(lima: Database, rosa: Officer, now: datetime) -> None:
    """S11: shown once."""
    secret = made(lima, rosa, now=now)
    with lima.reading() as session:
        row = session.scalars(select(ApiToken)).one()
    assert secret.startswith("cal_")
    assert len(secret) == 26
    assert row.prefix == secret[:10]
    assert secret not in row.token_hash
    assert bearer(lima, row.token_hash, now=now) is None
    assert bearer(lima, row.prefix, now=now) is None


def test_a_token_ends_after_a_year(lima: Database, rosa: Officer, now: datetime) -> None:
    """S11: expiry."""
    secret = made(lima, rosa, now=now)
    assert bearer(lima, secret, now=now + YEAR - timedelta(seconds=1)) is not None
    assert bearer(lima, secret, now=now + YEAR) is None


def test_a_revoked_token_ends_at_once(lima: Database, rosa: Officer, now: datetime) -> None:
    """S11. Twice is no matter; somebody else's is not found."""
    secret, other = made(lima, rosa, now=now), made(lima, rosa, now=now)
    by = signing_in.viewer_of(rosa)
    found = bearer(lima, secret, now=now)
    assert found is not None
    with pytest.raises(NotFound), lima.deed() as session:
        tokens.revoke(session, found.token.id, by=Viewer(officer_id=rosa.id + 1), now=now)
    for _ in range(2):
        with lima.deed() as session:
            tokens.revoke(session, found.token.id, by=by, now=now)
    assert bearer(lima, secret, now=now) is None
    assert bearer(lima, other, now=now) is not None
    with lima.reading() as session:
        assert [each.prefix for each in tokens.tokens_of(session, rosa.id, now=now)] == [other[:10]]


def test_a_token_dies_with_the_membership(lima: Database, rosa: Officer, now: datetime) -> None:
    """S9, S15: even a token that nobody revoked."""
    secret = made(lima, rosa, district="ate", now=now)
    with lima.deed() as session:
        officer = officers.officer_by_id(session, rosa.id)
        officer.memberships = [each for each in officer.memberships if each.district.slug != "ate"]
    assert bearer(lima, secret, now=now) is None


def test_a_token_dies_with_the_account(lima: Database, rosa: Officer, now: datetime) -> None:
    """S9."""
    secret = made(lima, rosa, now=now)
    with lima.deed() as session:
        members.deactivate(session, officers.officer_by_id(session, rosa.id), by=OPERATOR, now=now)
        assert bearer_in(session, secret, now) is None


def bearer_in(session: object, secret: str, now: datetime) -> tokens.Bearer | None:
    return tokens.viewer_of_token(session, secret, now=now)  # type: ignore[arg-type]


def test_nobody_makes_a_token_for_another_or_for_a_district_not_hers(
    lima: Database, rosa: Officer, now: datetime
) -> None:
    """S13."""
    with pytest.raises(Forbidden):
        made(lima, rosa, by=Viewer(officer_id=rosa.id + 1, facilitator=True), now=now)
    with pytest.raises(Forbidden):
        made(lima, rosa, by=signing_in.viewer_of(rosa), district="miraflores", now=now)
    with pytest.raises(NotFound):
        made(lima, rosa, by=signing_in.viewer_of(rosa), district="atlantis", now=now)
    with pytest.raises(Invalid):
        made(lima, rosa, by=signing_in.viewer_of(rosa), name="x" * 61, now=now)
    assert made(lima, rosa, by=signing_in.viewer_of(rosa), now=now)


def test_twenty_tokens_are_enough(lima: Database, rosa: Officer, now: datetime) -> None:
    """Rule 11: every list is bounded."""
    for _ in range(20):
        made(lima, rosa, now=now)
    with pytest.raises(WrongState):
        made(lima, rosa, now=now)
    assert made(lima, rosa, now=now + YEAR)


def test_when_a_token_was_last_used_is_kept_every_few_minutes(lima: Database, rosa: Officer, now: datetime) -> None:
    """S11: last use."""
    secret = made(lima, rosa, now=now)
    first = bearer(lima, secret, now=now)
    assert first is not None
    assert first.is_due(now)
    with lima.deed() as session:
        tokens.see(session, first, now=now)
    again = bearer(lima, secret, now=now)
    assert again is not None
    assert again.token.last_used == now
    assert not again.is_due(now + timedelta(minutes=4))
    assert again.is_due(now + timedelta(minutes=5))


def test_making_and_revoking_are_audited_without_the_secret(lima: Database, rosa: Officer, now: datetime) -> None:
    """S44."""
    secret = made(lima, rosa, now=now)
    found = bearer(lima, secret, now=now)
    assert found is not None
    with lima.deed() as session:
        tokens.revoke(session, found.token.id, by=signing_in.viewer_of(rosa), now=now)
    with lima.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.subject == f"token:{found.token.id}")).all()
    assert [row.deed for row in rows] == ["token-made", "token-revoked"]
    assert secret not in str([row.details for row in rows])


def test_who_a_token_speaks_for_takes_two_queries(lima: Database, rosa: Officer, now: datetime) -> None:
    """Rule 11: asked with every call of the API."""
    secret = made(lima, rosa, now=now)
    with counted(lima) as asked:
        assert bearer(lima, secret, now=now)
    assert len(asked) == 2
