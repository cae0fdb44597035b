"""`invite` and `token`: how the first person comes in, and how a municipality's own programs do."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime

from calendar_service import addresses as to
from calendar_service.cli.opening import done, opened
from calendar_service.cli.places import known_district
from calendar_service.cli.terminal import Refused, WrongUse, give
from calendar_service.db.engine import Session
from calendar_service.db.queries.people.officers import officer_by_address
from calendar_service.domain.mailboxes import fold_address
from calendar_service.domain.people import Role
from calendar_service.services.people.inviting import invite
from calendar_service.services.people.tokens import make_token


def add_invite(parser: ArgumentParser) -> None:
    parser.add_argument("address", metavar="ADDRESS", help="the mail address of whom to invite")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--district", metavar="SLUG", help="to the municipality of this district")
    where.add_argument("--facilitator", action="store_true", help="to look after the network")
    parser.add_argument("--manager", action="store_true", help="to look after the district's officers as well")
    parser.set_defaults(do=_invite)


def add_token(parser: ArgumentParser) -> None:
    parser.add_argument("address", metavar="ADDRESS", help="the mail address of the officer whose token it is")
    parser.add_argument("--district", metavar="SLUG", required=True, help="the district for which it works")
    parser.add_argument("--read-only", action="store_true", help="it may read and nothing else")
    parser.set_defaults(do=_token)


def _invite(given: Namespace) -> int:
    if given.facilitator and given.manager:
        raise WrongUse("--manager goes with --district: a facilitator looks after every municipality.")
    with opened() as house:
        district = known_district(house, given.district) if given.district else None
        now, role = house.now(), _role(given)
        path = done(house, lambda session: invite(
            session, address=given.address, district=district, role=role, now=now
        ))  # fmt: skip
        link = to.absolute(house.settings.base_url, path)
        give(given, {"address": given.address, "role": role, "district": district, "link": link}, link)
    return 0


def _role(given: Namespace) -> Role:
    if given.facilitator:
        return Role.FACILITATOR
    return Role.MANAGER if given.manager else Role.OFFICER


def _token(given: Namespace) -> int:
    with opened() as house:
        district = known_district(house, given.district)
        token = done(house, lambda session: _made(session, given, district, now=house.now()))
        give(given, {"token": token, "district": district, "read_only": given.read_only}, token)
    return 0


def _made(session: Session, given: Namespace, district: str, *, now: datetime) -> str:
    officer = officer_by_address(session, fold_address(given.address))
    if officer is None:
        raise Refused(f"There is no account of {given.address}: invite first.")
    return make_token(session, officer, district=district, read_only=given.read_only, now=now)
