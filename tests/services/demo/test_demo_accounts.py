"""Accounts to try the service with."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.people.officers import officer_by_address
from calendar_service.domain.people import Officer, Role, SignIn
from calendar_service.services.demo.accounts import (
    DemoAccount,
    close_accounts,
    demo_accounts,
    new_passphrase,
    open_accounts,
)
from calendar_service.services.people import password_rules, passwords, signing_in

FACILITATOR = DemoAccount(address="red@demo.example", name="Red", role=Role.FACILITATOR, district=None)
MANAGER = DemoAccount(address="barranco@demo.example", name="Rosa", role=Role.MANAGER, district="barranco")
BOTH = (FACILITATOR, MANAGER)
PASSPHRASES = {each.address: f"lupa-moti-{each.role}" for each in BOTH}


def officer(session: Session, account: DemoAccount) -> Officer:
    found = officer_by_address(session, account.address)
    assert found
    return found


def test_every_account_of_the_metropolis_names_one_of_its_districts(lima: Database) -> None:
    metropolis = lima.installation.metropolis
    accounts = demo_accounts(metropolis)
    slugs = {each.slug for each in metropolis.districts}
    assert len(accounts) > 3
    assert {each.role for each in accounts} == set(Role)
    assert all((each.district in slugs) is (each.role != Role.FACILITATOR) for each in accounts)
    assert all(each.address.endswith(".example") for each in accounts)  # no mail ever leaves for them (RFC 2606)


def test_passphrases_are_long_sayable_and_different(lima: Database) -> None:
    made = {new_passphrase() for _ in range(100)}
    assert len(made) == 100
    for each in made:
        assert re.fullmatch(r"([a-z]{4}-){4}[a-z]{4}", each)
        password_rules.check(each, metropolis=lima.installation.metropolis, about=["demo"])


def test_accounts_are_made_once(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        open_accounts(session, BOTH, PASSPHRASES, now=now)
    with lima.deed() as session:
        kept = {each.address: each.password_hash for each in session.scalars(select(Officer))}
        open_accounts(session, BOTH, dict.fromkeys(PASSPHRASES, "something else"), now=now)
    with lima.reading() as session:
        assert {each.address: each.password_hash for each in session.scalars(select(Officer))} == kept
        assert passwords.is_right(kept[MANAGER.address], PASSPHRASES[MANAGER.address])
        assert officer(session, FACILITATOR).facilitator
        assert [(each.role, each.district.slug) for each in officer(session, MANAGER).memberships] == [
            (Role.MANAGER, "barranco")
        ]


def test_closing_ends_everything_even_the_last_facilitator(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        open_accounts(session, BOTH, PASSPHRASES, now=now)
        signing_in.start(session, officer(session, FACILITATOR), now=now)
    with lima.deed() as session:
        assert close_accounts(session, BOTH, now=now) == 2
        assert close_accounts(session, BOTH, now=now) == 0
    with lima.reading() as session:
        assert all(each.deactivated == now for each in session.scalars(select(Officer)))
        assert all(each.ended == now for each in session.scalars(select(SignIn)))


def test_a_closed_account_is_opened_again_with_its_passphrase(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        open_accounts(session, BOTH, PASSPHRASES, now=now)
        close_accounts(session, BOTH, now=now)
    with lima.deed() as session:
        open_accounts(session, BOTH, PASSPHRASES, now=now + timedelta(days=1))
    with lima.reading() as session:
        opened = officer(session, MANAGER)
        assert opened.deactivated is None
        assert passwords.is_right(opened.password_hash, PASSPHRASES[MANAGER.address])


def test_nobody_elses_account_is_touched(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        session.add(Officer(address="real@municipalidad.example", name="R", password_hash="-", created=now))
        open_accounts(session, BOTH, PASSPHRASES, now=now)
        close_accounts(session, BOTH, now=now)
        found = officer_by_address(session, "real@municipalidad.example")
        assert found
        assert found.deactivated is None


def test_a_metropolis_without_demo_has_no_accounts(lima: Database, tmp_path: Path) -> None:
    assert demo_accounts(replace(lima.installation.metropolis, folder=tmp_path)) == ()
