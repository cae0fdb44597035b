"""Who coordinates a cluster, and the districts that she asks later (S13, S15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.clusters import coordinated
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, Invalid, NotFound
from calendar_service.domain.network.news import News
from calendar_service.domain.people import Officer
from calendar_service.services.network import clusters, coordinating
from tests.builders import an_officer


@pytest.fixture
def rosa(session: Session, now: datetime) -> Viewer:
    """Of Barranco; she proposes, and so coordinates."""
    return an_officer(session, "barranco", now=now)


@pytest.fixture
def luis(session: Session, now: datetime) -> Viewer:
    return an_officer(session, "miraflores", now=now)


@pytest.fixture
def malecon(session: Session, rosa: Viewer, luis: Viewer, now: datetime) -> str:
    """Barranco and Miraflores are in it; Chorrillos declined."""
    slug = clusters.propose(
        session, name="Malecón", members=["miraflores", "chorrillos"], proposer="barranco", by=rosa, now=now
    ).slug
    clusters.answer(session, slug, "miraflores", accept=True, by=luis, now=now)
    clusters.answer(session, slug, "chorrillos", accept=False, by=an_officer(session, "chorrillos", now=now), now=now)
    return slug


def who(session: Session, slug: str) -> str | None:
    found = coordinated(session, slug).coordinating
    return found.name if found else None


def name(session: Session, slug: str, chosen: Viewer, *, by: Viewer, now: datetime) -> None:
    coordinating.name_coordinator(session, slug, chosen.officer_id or 0, by=by, now=now)
    session.flush()


def test_who_coordinates_passes_it_on_and_all_members_are_told(
    session: Session, malecon: str, rosa: Viewer, luis: Viewer, now: datetime
) -> None:
    assert who(session, malecon) == "officer barranco"
    name(session, malecon, luis, by=rosa, now=now)
    assert who(session, malecon) == "officer miraflores"
    told = session.scalars(select(News).where(News.kind == "cluster-coordinated").order_by(News.id)).all()
    assert [(each.district_id, each.text) for each in told] == [
        (each, "officer miraflores") for each in sorted(rosa.districts | luis.districts)
    ]
    with pytest.raises(Forbidden):
        name(session, malecon, rosa, by=rosa, now=now)


def test_nobody_else_says_who_coordinates_and_strangers_know_of_no_proposal(
    session: Session, malecon: str, rosa: Viewer, luis: Viewer, now: datetime
) -> None:
    stranger = an_officer(session, "comas", now=now)
    for by, refusal in ((luis, Forbidden), (stranger, Forbidden), (replace(rosa, writes=False), Forbidden)):
        with pytest.raises(refusal):
            name(session, malecon, luis, by=by, now=now)
    with pytest.raises(Invalid):
        name(session, malecon, stranger, by=rosa, now=now)
    name(session, malecon, luis, by=Viewer(facilitator=True), now=now)
    assert who(session, malecon) == "officer miraflores"
    idea = clusters.propose(session, name="Idea", members=["ate"], proposer="barranco", by=rosa, now=now).slug
    with pytest.raises(NotFound):
        coordinating.cluster_for(session, idea, viewer=stranger)


@pytest.mark.parametrize("ends", ["account", "membership"])
def test_once_she_is_gone_any_member_says_who_follows(
    session: Session, malecon: str, rosa: Viewer, luis: Viewer, now: datetime, ends: str
) -> None:
    if ends == "account":
        session.get_one(Officer, rosa.officer_id).deactivated = now
    else:
        clusters.answer(session, _third(session, malecon, rosa, now), "ate", accept=True,
                        by=an_officer(session, "ate", now=now), now=now)  # fmt: skip
        clusters.leave(session, malecon, "barranco", by=rosa, now=now)
    assert who(session, malecon) is None
    name(session, malecon, luis, by=luis, now=now)
    assert who(session, malecon) == "officer miraflores"


def _third(session: Session, slug: str, rosa: Viewer, now: datetime) -> str:
    coordinating.invite(session, slug, ["ate"], by=rosa, now=now)
    return slug


def test_who_coordinates_asks_further_districts_and_again_who_declined(
    session: Session, malecon: str, rosa: Viewer, luis: Viewer, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        coordinating.invite(session, malecon, ["ate"], by=luis, now=now)
    with pytest.raises(Invalid):
        coordinating.invite(session, malecon, ["atlantis"], by=rosa, now=now)
    coordinating.invite(session, malecon, ["ate", "chorrillos", "miraflores"], by=rosa, now=now)
    states = {each.district.slug: each.state for each in coordinated(session, malecon).members}
    assert states == {"barranco": "accepted", "miraflores": "accepted", "chorrillos": "invited", "ate": "invited"}
