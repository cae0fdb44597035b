"""Signing in and out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from calendar_service.db.engine import Database
from calendar_service.db.queries.people import officers
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import NotFound, TooMany
from calendar_service.domain.journal import Audit
from calendar_service.domain.people import Officer, SignIn, Throttle
from calendar_service.services.auditing import OPERATOR
from calendar_service.services.people import members, passwords, signing_in
from calendar_service.services.people.officers import change_password
from calendar_service.services.people.signing_in import Attempt, SignedIn
from tests.builders import PASSWORD, an_account
from tests.counting import counted

ROSA = "rosa@barranco.example"
HERE = "192.0.2.7/32"


@pytest.fixture
def rosa(lima: Database, now: datetime) -> Officer:
    with lima.deed() as session:
        return an_account(session, ROSA, now=now)


def attempt(database: Database, *, now: datetime, address: str = ROSA, prefix: str = HERE) -> Attempt:
    with database.deed() as session:
        return signing_in.begin(session, address=address, prefix=prefix, now=now)


def sign_in(
    database: Database, *, now: datetime, address: str = ROSA, password: str = PASSWORD, prefix: str = HERE,
    former: str = "",
) -> str | None:  # fmt: skip
    tried = attempt(database, now=now, address=address, prefix=prefix)
    outcome = tried.check(password)
    with database.deed() as session:
        return signing_in.finish(session, tried, outcome, client="Firefox, Android", former=former, now=now)


def who(database: Database, secret: str | None, *, now: datetime) -> SignedIn | None:
    assert secret is not None
    with database.reading() as session:
        return signing_in.viewer_of_session(session, secret, now=now)


def audited(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.scalars(select(Audit).order_by(Audit.id)).all()
    return [(row.deed, row.subject) for row in rows]


def test_the_right_password_opens_a_session(lima: Database, rosa: Officer, now: datetime) -> None:
    found = who(lima, sign_in(lima, now=now), now=now)
    assert found is not None
    assert found.officer.id == rosa.id
    assert found.viewer == signing_in.viewer_of(rosa)
    assert found.sign_in.client == "Firefox, Android"
    assert ("sign-in", f"officer:{rosa.id}") in audited(lima)


def test_the_address_is_taken_in_any_case_with_spaces(lima: Database, rosa: Officer, now: datetime) -> None:
    assert sign_in(lima, now=now, address="  Rosa@Barranco.Example ")


def test_a_viewer_is_what_her_memberships_say(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        officer = an_account(
            session, now=now, districts={"barranco": "manager", "miraflores": "officer"}, facilitator=True
        )
        ids = {each.role: each.district_id for each in officer.memberships}
    viewer = signing_in.viewer_of(officer)
    assert viewer.districts == frozenset(ids.values())
    assert viewer.managed == frozenset({ids["manager"]})
    assert viewer.facilitator
    assert viewer.writes
    assert viewer.channel == "page"


@pytest.mark.parametrize(
    ("address", "password"), [(ROSA, "another password, long"), (ROSA, ""), ("nobody@barranco.example", PASSWORD)]
)
def test_anything_else_is_refused_in_the_same_way(
    lima: Database, rosa: Officer, now: datetime, address: str, password: str
) -> None:
    """S3, S18: one answer, whether there is such an account or not."""
    assert sign_in(lima, now=now, address=address, password=password) is None


def test_nobodys_password_is_looked_at_as_slowly_as_anybodys(
    lima: Database, rosa: Officer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3: the same time for known and unknown. Every try costs one look at a hash with today's costs."""
    looked: list[str] = []
    real = passwords.is_right

    def counted(stored: str, password: str) -> bool:
        looked.append(stored)
        return real(stored, password)

    monkeypatch.setattr(passwords, "is_right", counted)
    sign_in(lima, now=now, password="wrong")
    sign_in(lima, now=now, address="nobody@barranco.example", password="wrong")
    assert looked == [rosa.password_hash, passwords.NOBODYS]


def test_the_hash_of_nobody_opens_nothing_even_when_it_is_right(
    lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "NOBODYS", passwords.hashed(PASSWORD))
    assert not attempt(lima, now=now, address="nobody@barranco.example").check(PASSWORD).right
    assert sign_in(lima, now=now, address="nobody@barranco.example") is None


def test_a_refused_try_is_audited_without_its_address(lima: Database, rosa: Officer, now: datetime) -> None:
    """S44 and S43."""
    sign_in(lima, now=now, password="wrong")
    sign_in(lima, now=now, address="nobody@barranco.example", password="wrong")
    (known, unknown) = [subject for deed, subject in audited(lima) if deed == "sign-in-refused"]
    assert known == f"officer:{rosa.id}"
    assert unknown.startswith("unknown:")
    assert "nobody" not in unknown


def test_five_wrong_passwords_slow_the_account_down(lima: Database, rosa: Officer, now: datetime) -> None:
    """S3: by account, wherever the tries come from; the refusal of the sixth says how long to wait."""
    for number in range(5):
        assert sign_in(lima, now=now, password="wrong", prefix=f"192.0.2.{number}/32") is None
    with pytest.raises(TooMany) as refused:
        sign_in(lima, now=now, prefix="198.51.100.1/32")
    assert refused.value.retry_after == 2
    assert sign_in(lima, now=now + timedelta(seconds=2))


def test_an_unknown_account_is_slowed_down_just_the_same(lima: Database, now: datetime) -> None:
    """S3, S18: the throttle tells nothing either."""
    for _ in range(5):
        sign_in(lima, now=now, address="nobody@barranco.example", password="wrong")
    with pytest.raises(TooMany):
        sign_in(lima, now=now, address="nobody@barranco.example", password="wrong")


def test_one_network_trying_many_accounts_is_slowed_down(lima: Database, rosa: Officer, now: datetime) -> None:
    """S3: by address prefix."""
    for number in range(30):
        attempt(lima, now=now, address=f"{number}@barranco.example")
    with pytest.raises(TooMany):
        attempt(lima, now=now)
    assert attempt(lima, now=now, prefix="198.51.100.1/32").officer_id == rosa.id


def test_many_networks_trying_many_accounts_are_slowed_down_a_little(
    lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3: globally, never for longer than ten seconds: it must not lock everybody out."""
    assert signing_in.BY_EVERYBODY.wait_after(10_000) == timedelta(seconds=10)
    monkeypatch.setattr(signing_in, "BY_EVERYBODY", replace(signing_in.BY_EVERYBODY, free=3))
    for number in range(3):
        attempt(lima, now=now, address=f"{number}@barranco.example", prefix=f"{number}")
    with pytest.raises(TooMany):
        attempt(lima, now=now, address="another@barranco.example", prefix="another")


def test_the_failed_try_stays_counted_although_nothing_else_happens(
    lima: Database, rosa: Officer, now: datetime
) -> None:
    """S3: a try counts from its beginning, so that many at the same moment get no further than one after another."""
    for _ in range(5):
        attempt(lima, now=now)
    with pytest.raises(TooMany):
        attempt(lima, now=now)


def test_a_rightful_sign_in_clears_the_account_and_gives_the_others_back(
    lima: Database, rosa: Officer, now: datetime
) -> None:
    for _ in range(4):
        sign_in(lima, now=now, password="wrong")
    assert sign_in(lima, now=now)
    with lima.reading() as session:
        counts = {row.key.partition(":")[0]: row.count for row in session.scalars(select(Throttle))}
    assert counts == {"sign-in.prefix": 4, "sign-in.all": 4}


def test_an_outdated_hash_is_made_anew_at_sign_in(lima: Database, rosa: Officer, now: datetime) -> None:
    """S1."""
    with lima.deed() as session:
        officer = officers.officer_by_id(session, rosa.id)
        officer.password_hash = PasswordHasher(memory_cost=8192, time_cost=1, parallelism=1).hash(PASSWORD)
    assert sign_in(lima, now=now)
    with lima.reading() as session:
        stored = officers.officer_by_id(session, rosa.id).password_hash
    assert not passwords.is_outdated(stored)
    assert passwords.is_right(stored, PASSWORD)


def test_a_password_changed_while_the_try_was_under_way_refuses_it(
    lima: Database, rosa: Officer, now: datetime
) -> None:
    tried = attempt(lima, now=now)
    outcome = tried.check(PASSWORD)
    with lima.deed() as session:
        officers.officer_by_id(session, rosa.id).password_hash = passwords.hashed("another one, quite long")
    with lima.deed() as session:
        assert signing_in.finish(session, tried, outcome, now=now) is None


def test_the_cookies_secret_is_not_what_is_stored(lima: Database, rosa: Officer, now: datetime) -> None:
    """S4: 128 bits, their hash stored."""
    secret = sign_in(lima, now=now)
    assert secret is not None
    assert len(secret) == 22
    with lima.reading() as session:
        stored = session.scalars(select(SignIn.token_hash)).all()
    assert len(stored) == 1
    assert secret not in stored[0]
    assert who(lima, stored[0], now=now) is None


def test_every_sign_in_has_a_new_secret_and_ends_the_browsers_former_one(
    lima: Database, rosa: Officer, now: datetime
) -> None:
    """S4: a new id at login."""
    first = sign_in(lima, now=now) or ""
    second = sign_in(lima, now=now, former=first) or ""
    assert second != first
    assert who(lima, first, now=now) is None
    assert who(lima, second, now=now) is not None


def test_a_session_ends_twelve_hours_after_it_was_last_seen(lima: Database, rosa: Officer, now: datetime) -> None:
    """S5: idle 12 hours."""
    secret = sign_in(lima, now=now) or ""
    assert who(lima, secret, now=now + timedelta(hours=12)) is None
    later = now + timedelta(hours=11)
    found = who(lima, secret, now=later)
    assert found is not None
    assert found.is_due(later)
    with lima.deed() as session:
        signing_in.see(session, found, now=later)
    again = who(lima, secret, now=now + timedelta(hours=22))
    assert again is not None
    assert not again.is_due(later + timedelta(minutes=4))


def test_a_session_ends_after_seven_days_however_busy(lima: Database, rosa: Officer, now: datetime) -> None:
    """S5: absolute 7 days."""
    secret, moment = sign_in(lima, now=now) or "", now
    while moment < now + timedelta(days=7) - timedelta(hours=10):
        moment += timedelta(hours=10)
        found = who(lima, secret, now=moment)
        assert found is not None
        with lima.deed() as session:
            signing_in.see(session, found, now=moment)
    assert who(lima, secret, now=now + timedelta(days=7) - timedelta(seconds=1)) is not None
    assert who(lima, secret, now=now + timedelta(days=7)) is None


def test_signing_out_ends_the_session_at_once(lima: Database, rosa: Officer, now: datetime) -> None:
    """S4. Twice, and with a secret of nobody, is no matter."""
    secret, other = sign_in(lima, now=now) or "", sign_in(lima, now=now) or ""
    for _ in range(2):
        with lima.deed() as session:
            signing_in.sign_out(session, secret, now=now)
            signing_in.sign_out(session, "of nobody", now=now)
    assert who(lima, secret, now=now) is None
    assert who(lima, other, now=now) is not None
    assert [deed for deed, _ in audited(lima)].count("sign-out") == 1


def test_a_closed_account_neither_signs_in_nor_stays_in(lima: Database, rosa: Officer, now: datetime) -> None:
    """S4, S9: at the next request."""
    secret = sign_in(lima, now=now) or ""
    with lima.deed() as session:
        members.deactivate(session, officers.officer_by_id(session, rosa.id), by=OPERATOR, now=now)
    assert who(lima, secret, now=now) is None
    assert sign_in(lima, now=now) is None


def test_a_session_that_outlives_its_account_counts_for_nothing(lima: Database, rosa: Officer, now: datetime) -> None:
    """S9: even one that began while the account was being closed."""
    secret = sign_in(lima, now=now)
    with lima.deed() as session:
        officers.officer_by_id(session, rosa.id).deactivated = now
    assert who(lima, secret, now=now) is None


def test_a_changed_password_ends_every_session(lima: Database, rosa: Officer, now: datetime) -> None:
    """S4."""
    secret = sign_in(lima, now=now) or ""
    with lima.deed() as session:
        officer = officers.officer_by_id(session, rosa.id)
        new = passwords.hashed("another one, quite long")
        viewer = signing_in.viewer_of(officer)
        change_password(session, officer, password_hash=new, by=viewer, now=now)
    assert who(lima, secret, now=now) is None
    assert sign_in(lima, now=now) is None
    assert sign_in(lima, now=now, password="another one, quite long")


def test_an_officer_sees_and_ends_her_own_sessions_only(lima: Database, rosa: Officer, now: datetime) -> None:
    """S5."""
    with lima.deed() as session:
        juan = an_account(session, "juan@barranco.example", now=now)
    hers = [sign_in(lima, now=now), sign_in(lima, now=now + timedelta(hours=1))]
    his = sign_in(lima, now=now, address="juan@barranco.example")
    with lima.reading() as session:
        listed = signing_in.sign_ins_of(session, rosa.id, now=now + timedelta(hours=1))
        of_juan = signing_in.sign_ins_of(session, juan.id, now=now)
    assert [each.officer_id for each in listed] == [rosa.id, rosa.id]
    by = Viewer(officer_id=rosa.id)
    with pytest.raises(NotFound), lima.deed() as session:
        signing_in.end_one(session, of_juan[0].id, by=by, now=now)
    with lima.deed() as session:
        signing_in.end_one(session, listed[0].id, by=by, now=now + timedelta(hours=1))
    assert [who(lima, each, now=now) is not None for each in (*hers, his)] == [True, False, True]


def test_all_other_sessions_end_and_the_one_in_hand_stays(lima: Database, rosa: Officer, now: datetime) -> None:
    """S5."""
    first, second = sign_in(lima, now=now), sign_in(lima, now=now)
    found = who(lima, second, now=now)
    assert found is not None
    with lima.deed() as session:
        signing_in.end_others(session, but=found.sign_in.id, by=found.viewer, now=now)
    assert who(lima, first, now=now) is None
    assert who(lima, second, now=now) is not None


def test_long_ended_sessions_are_swept_away(lima: Database, rosa: Officer, now: datetime) -> None:
    sign_in(lima, now=now)
    sign_in(lima, now=now + timedelta(days=30))
    with lima.deed() as session:
        assert signing_in.sweep(session, now=now + timedelta(days=37, seconds=1)) == 1


def test_who_a_cookie_belongs_to_takes_two_queries(lima: Database, now: datetime) -> None:
    """Rule 11: asked with every page of the desk, however many districts she has."""
    with lima.deed() as session:
        an_account(session, now=now, districts={"barranco": "officer", "lima": "officer", "ate": "manager"})
    secret = sign_in(lima, now=now)
    with counted(lima) as asked:
        assert who(lima, secret, now=now)
    assert len(asked) == 2
