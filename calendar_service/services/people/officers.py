"""Accounts: made, and changed by their owner: her name, her language, her password."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import district_by_slug
from calendar_service.db.queries.people import keys, officers
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.mail import MessageKind
from calendar_service.domain.mailboxes import fold_address, read_address
from calendar_service.domain.people import Membership, Officer
from calendar_service.services.auditing import OPERATOR, note
from calendar_service.services.mails import mailing
from calendar_service.services.people import password_rules, passwords
from calendar_service.text import clean

LONGEST_NAME = 100
TOLD_WITHIN = timedelta(days=2)


def check_password(session: Session, password: str, *, address: str, name: str) -> None:
    """Raises Invalid when a password may not be chosen by this person (S2)."""
    about = [address.partition("@")[0], *name.split()]
    password_rules.check(password, metropolis=session.installation.metropolis, about=about)


def check_account(session: Session, *, address: str, name: str, password: str) -> None:
    """What somebody enters to make her account. Raises Invalid with every problem."""
    problems: list[Problem] = []
    for check in (lambda: read_name(name), lambda: check_password(session, password, address=address, name=name)):
        try:
            check()
        except Invalid as wrong:
            problems += wrong.problems
    if problems:
        raise Invalid(problems)


def read_name(text: str) -> str:
    """A person's name as it is kept. Raises Invalid."""
    name = clean(text, multiline=False)
    if not name:
        raise Invalid.of("name", "name_missing")
    if len(name) > LONGEST_NAME:
        raise Invalid.of("name", "name_long", longest=LONGEST_NAME)
    return name


def new_officer(
    session: Session, *, address: str, name: str, password_hash: str, language: str, now: datetime
) -> Officer:
    """An account without any right yet. Raises Invalid."""
    spoken = session.installation.metropolis.languages
    officer = Officer(
        address=fold_address(address), name=read_name(name), password_hash=password_hash,
        language=language if language in spoken else session.installation.metropolis.language, created=now,
    )  # fmt: skip
    officer.memberships = []  # known to be none: nobody has to load them
    session.add(officer)
    session.flush()
    return officer


def make_officer(
    session: Session, *, address: str, name: str, password: str, districts: Mapping[str, str],
    facilitator: bool = False, language: str = "", now: datetime,
) -> Officer:  # fmt: skip
    """An account made by whoever has the machine: `districts` maps slugs to roles. Raises Invalid, NotFound.

    Slow (it hashes the password): for demo accounts and tests.
    """
    officer = new_officer(
        session, address=read_address(address), name=name, password_hash=passwords.hashed(password),
        language=language, now=now,
    )  # fmt: skip
    officer.facilitator = facilitator
    for slug, role in districts.items():
        membership = Membership(district_id=district_by_slug(session, slug).id, role=role, since=now)
        officer.memberships.append(membership)
    session.flush()
    note(session, by=OPERATOR, deed="account-made", subject=f"officer:{officer.id}", now=now)
    return officer


def describe(session: Session, *, name: str, language: str, by: Viewer, now: datetime) -> None:
    """An officer changes her name and the language in which she is written to. Raises Invalid."""
    officer = officers.officer_by_id(session, by.officer_id or 0)
    if language not in session.installation.metropolis.languages:
        raise Invalid.of("language", "language_unknown")
    officer.name, officer.language = read_name(name), language
    note(session, by=by, deed="account-changed", subject=f"officer:{officer.id}", now=now)


def change_password(session: Session, officer: Officer, *, password_hash: str, by: Viewer, now: datetime) -> None:
    """Set a new password (checked and hashed by the caller, who has seen the old one or a reset's link): every
    session ends, open reset links die, and she is told by mail (S4, S8).
    """
    officer.password_hash = password_hash
    keys.end_sign_ins(session, officer.id, now=now)
    keys.end_resets(session, officer.id, now=now)
    note(session, by=by, deed="password-changed", subject=f"officer:{officer.id}", now=now)
    mailing.owe_letter(
        session, kind=MessageKind.PASSWORD_CHANGED, address=officer.address, language=officer.language,
        about={"officer": officer.id, "at": now.isoformat()}, key=now.isoformat(), now=now, lifetime=TOLD_WITHIN,
    )  # fmt: skip
