"""Told, not flooded: what asks for an answer at once, the rest in one digest each morning."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from calendar_service.db.engine import Session
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event
from calendar_service.domain.mail import Message
from calendar_service.domain.network.clusters import Cluster
from calendar_service.domain.network.news import ASKS, MUTABLE, News, NewsKind
from calendar_service.domain.people import Officer
from calendar_service.domain.territory.places import District
from calendar_service.domain.times.moments import to_utc
from calendar_service.services.joint import cohosting
from calendar_service.services.mails import mailing
from calendar_service.services.network import clusters
from calendar_service.services.news import briefing, telling
from calendar_service.services.news.headlines import headline
from calendar_service.services.people import changing_address
from calendar_service.services.status import statuses
from calendar_service.services.status.binning import discard
from calendar_service.words import words
from tests.builders import a_district, an_event, an_officer

DAY = timedelta(days=1)
MORNING = to_utc(datetime.fromisoformat("2026-12-01T07:30"), "America/Lima")


@pytest.fixture
def host(session: Session, now: datetime) -> Viewer:
    return an_officer(session, "barranco", now=now)


@pytest.fixture
def guest(session: Session, now: datetime) -> Viewer:
    return an_officer(session, "miraflores", now=now)


@pytest.fixture
def joint(session: Session, host: Viewer, guest: Viewer, now: datetime) -> Event:
    """An event to which Miraflores is invited."""
    event = an_event(session, by=host, now=now)
    cohosting.ask(session, event, ["miraflores"], by=host, now=now)
    return event


def owed(session: Session, kind: str) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def addresses(messages: list[Message]) -> list[str]:
    return [each.address for each in messages]


def kinds(session: Session, message: Message, now: datetime) -> list[str]:
    return [each.news.kind for each in briefing.content(session, [message], now=now).items]


def owe_mornings(session: Session, *, now: datetime) -> int:
    return mailing.owe(session, briefing.due(session, now=now), now=now)


@pytest.mark.usefixtures("joint")
def test_an_invitation_is_mailed_at_once_to_the_officers_who_must_answer(session: Session, now: datetime) -> None:
    (letter,) = owed(session, "asked")
    assert (letter.address, letter.due) == ("officer@miraflores.example", now)
    assert telling.stale(session, [letter], now=now) == {}
    (news,) = telling.content(session, [letter], now=now)
    assert (news.kind, news.asks) == ("cohost-asked", True)
    assert news.by_district is not None
    assert news.by_district.slug == "barranco"


def test_whoever_did_it_is_not_told(session: Session, joint: Event, host: Viewer, now: datetime) -> None:
    both = Viewer(officer_id=host.officer_id, districts=host.districts | {a_district(session, "miraflores").id})
    district = a_district(session, "barranco").id
    telling.tell(session, kind=NewsKind.CHANGE_ASKED, district_id=district, event=joint, by=both, now=now)
    telling.tell(session, kind=NewsKind.COHOST_LEFT, district_id=district, event=joint, by=both, now=now)
    assert addresses(owed(session, "asked")) == ["officer@miraflores.example"]
    assert owe_mornings(session, now=MORNING) == 0


@pytest.mark.parametrize("accept", [True, False])
def test_what_was_answered_is_not_asked_any_more_m13(
    session: Session, joint: Event, guest: Viewer, now: datetime, *, accept: bool
) -> None:
    (letter,) = owed(session, "asked")
    cohosting.answer(session, joint, "miraflores", accept=accept, by=guest, now=now)
    assert telling.stale(session, [letter], now=now) == {letter.id: "answered"}


def test_what_was_called_off_or_thrown_away_is_not_asked_m13(
    session: Session, joint: Event, host: Viewer, now: datetime
) -> None:
    draft = an_event(session, by=host, now=now, status="draft")  # type: ignore[arg-type]
    cohosting.ask(session, draft, ["miraflores"], by=host, now=now)
    of_event, of_draft = owed(session, "asked")
    statuses.cancel(session, joint, reason="lluvia", by=host, now=now)
    assert telling.stale(session, [of_event], now=now) == {of_event.id: "event-off"}
    discard(session, draft, by=host, now=now)
    assert telling.stale(session, [of_draft], now=now) == {of_draft.id: "event-off"}


def test_who_left_the_district_meanwhile_is_not_asked_m13(
    session: Session, joint: Event, guest: Viewer, now: datetime
) -> None:
    (letter,) = owed(session, "asked")
    officer = session.get(Officer, guest.officer_id)
    assert officer is not None
    officer.deactivated = now
    session.flush()
    assert telling.stale(session, [letter], now=now) == {letter.id: "not-hers"}
    assert joint.hosts


def test_answers_and_cancellations_are_one_digest_in_the_morning(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    """The host hears of the answer; the co-host, once it is one, of what happens to the event."""
    cohosting.answer(session, joint, "miraflores", accept=True, contribution="el toldo", by=guest, now=now)
    other = an_event(session, by=host, now=now, summary="Verbena")
    cohosting.ask(session, other, ["miraflores"], by=host, now=now)
    cohosting.answer(session, other, "miraflores", accept=True, by=guest, now=now)
    statuses.cancel(session, other, reason="lluvia", by=host, now=now)
    assert [owe_mornings(session, now=MORNING - timedelta(minutes=11)), owe_mornings(session, now=MORNING)] == [0, 2]
    assert owe_mornings(session, now=MORNING) == 0
    of_host, of_guest = owed(session, "news")
    assert addresses([of_host, of_guest]) == ["officer@barranco.example", "officer@miraflores.example"]
    assert (of_host.due, of_host.expires) == (MORNING, MORNING + briefing.WORTH)
    assert kinds(session, of_guest, MORNING) == ["event-cancelled"]
    assert kinds(session, of_host, MORNING) == ["cohost-accepted"]  # of what was called off there is no more to say


def test_what_was_called_off_and_is_on_again_is_not_told_as_called_off(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    cohosting.answer(session, joint, "miraflores", accept=True, by=guest, now=now)
    statuses.cancel(session, joint, reason="lluvia", by=host, now=now)
    statuses.confirm(session, joint, by=host, now=now + timedelta(hours=1))
    owe_mornings(session, now=MORNING)
    assert kinds(session, owed(session, "news")[-1], MORNING) == ["event-changed"]


def test_the_next_morning_tells_only_what_is_new(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    cohosting.answer(session, joint, "miraflores", accept=True, by=guest, now=now)
    assert owe_mornings(session, now=MORNING) == 1
    assert owe_mornings(session, now=MORNING + DAY) == 0
    cohosting.leave(session, joint, "miraflores", by=guest, now=MORNING + DAY)
    assert owe_mornings(session, now=MORNING + 2 * DAY) == 1
    first, second = owed(session, "news")
    assert [kinds(session, each, now) for each in (first, second)] == [["cohost-accepted"], ["cohost-left"]]
    assert host.officer_id == second.about["officer"]


def move(session: Session, officer_id: int | None, address: str, *, now: datetime) -> None:
    """Let an officer sign in by another address."""
    officer = session.get_one(Officer, officer_id)
    change = changing_address._make(session, officer, address, now=now)
    session.refresh(change, ["officer"])
    session.refresh(officer, ["memberships"])
    changing_address.confirm(session, changing_address.path_of(session, change).rpartition("/")[2], now=now)
    session.flush()


@pytest.mark.parametrize("hours", [-1, 1, 24], ids=["owed", "sent", "a-day-later"])
def test_a_digest_is_not_repeated_when_its_officer_moves_to_another_address(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime, hours: int
) -> None:
    cohosting.answer(session, joint, "miraflores", accept=True, by=guest, now=now)
    assert owe_mornings(session, now=MORNING) == 1
    session.execute(update(Message).values(state="sent" if hours > 0 else "queued"))
    move(session, host.officer_id, "nueva@barranco.example", now=MORNING + timedelta(hours=hours))
    assert [owe_mornings(session, now=MORNING + timedelta(hours=each)) for each in (hours, 25)] == [0, 0]
    assert addresses(owed(session, "news")) == ["officer@barranco.example" if hours > 0 else "nueva@barranco.example"]


def test_who_moves_to_another_address_is_asked_there(
    session: Session, joint: Event, guest: Viewer, now: datetime
) -> None:
    move(session, guest.officer_id, "nueva@miraflores.example", now=now)
    (letter,) = owed(session, "asked")
    assert (letter.address, telling.stale(session, [letter], now=now)) == ("nueva@miraflores.example", {})
    assert joint.hosts


def test_after_a_long_weekend_nothing_of_it_is_lost(
    session: Session, joint: Event, guest: Viewer, now: datetime
) -> None:
    cohosting.answer(session, joint, "miraflores", accept=True, by=guest, now=now)
    assert owe_mornings(session, now=MORNING + 3 * DAY) == 1
    assert owe_mornings(session, now=MORNING + 5 * DAY) == 0


def test_what_happens_to_one_event_three_times_is_said_once(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    cohosting.answer(session, joint, "miraflores", accept=True, by=guest, now=now)
    for minute in range(3):
        later = now + timedelta(minutes=minute)
        telling.tell(
            session, kind=NewsKind.EVENT_CHANGED, district_id=min(guest.districts), event=joint, by=host, now=later
        )
    owe_mornings(session, now=MORNING)
    assert kinds(session, owed(session, "news")[-1], MORNING) == ["event-changed"]


def test_a_kind_that_she_switched_off_is_not_in_her_digest(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    cohosting.answer(session, joint, "miraflores", accept=True, by=guest, now=now)
    telling.want(session, [each for each in MUTABLE if each != NewsKind.COHOST_ACCEPTED], by=host)
    session.flush()
    assert owe_mornings(session, now=MORNING) == 0
    telling.want(session, MUTABLE, by=host)
    session.flush()
    assert owe_mornings(session, now=MORNING) == 1


def test_what_asks_for_an_answer_cannot_be_switched_off(session: Session, joint: Event, guest: Viewer) -> None:
    telling.want(session, [], by=guest)
    session.flush()
    assert telling.wanted(session, guest.officer_id or 0) == []
    assert ASKS.isdisjoint(MUTABLE)
    assert telling.stale(session, owed(session, "asked"), now=joint.created) == {}


def test_a_cluster_asks_its_members_and_the_others_hear_their_answer(
    session: Session, host: Viewer, guest: Viewer, now: datetime
) -> None:
    an_officer(session, "comas", now=now)
    clusters.propose(session, name="Malecón", members=["miraflores", "comas"], proposer="barranco", by=host, now=now)
    letters = owed(session, "asked")
    assert sorted(addresses(letters)) == ["officer@comas.example", "officer@miraflores.example"]
    clusters.answer(session, "malecon", "miraflores", accept=True, by=guest, now=now)
    stale = telling.stale(session, letters, now=now)
    assert {each.address: stale.get(each.id) for each in letters} == {
        "officer@comas.example": None, "officer@miraflores.example": "answered"
    }  # fmt: skip
    assert owe_mornings(session, now=MORNING) == 1
    (digest,) = owed(session, "news")
    assert (digest.address, kinds(session, digest, MORNING)) == ("officer@barranco.example", ["cluster-joined"])


def test_a_hold_that_lapsed_is_told_to_its_own_officers(session: Session, host: Viewer, now: datetime) -> None:
    an_event(session, by=host, now=now, status="tentative")  # type: ignore[arg-type]
    after = now + timedelta(days=30)
    assert statuses.lapse_holds(session, now=after) == 1
    assert [each.kind for each in session.scalars(select(News))] == ["hold-lapsed"]


def test_a_district_that_left_reads_no_more_of_what_became_a_draft_s17(
    session: Session, host: Viewer, guest: Viewer, now: datetime
) -> None:
    hold = an_event(session, by=host, now=now, status="tentative")  # type: ignore[arg-type]
    cohosting.ask(session, hold, ["miraflores"], by=host, now=now)
    cohosting.answer(session, hold, "miraflores", accept=True, by=guest, now=now)
    telling.tell(session, kind=NewsKind.EVENT_CHANGED, district_id=min(guest.districts), event=hold, by=host, now=now)
    owe_mornings(session, now=MORNING)
    digest = owed(session, "news")[-1]
    assert briefing.stale(session, [digest], now=MORNING) == {}
    cohosting.leave(session, hold, "miraflores", by=guest, now=now)
    statuses.release(session, hold, by=host, now=now)
    assert briefing.stale(session, [digest], now=MORNING) == {digest.id: "nothing-to-say"}


def test_what_she_put_away_is_not_new_on_the_desk_any_more(
    session: Session, joint: Event, host: Viewer, guest: Viewer, now: datetime
) -> None:
    cohosting.answer(session, joint, "miraflores", accept=True, by=guest, now=now)
    officer = session.get_one(Officer, host.officer_id)
    session.refresh(officer, ["memberships"])
    later = now + timedelta(hours=1)
    assert [each.news.kind for each in briefing.unseen(session, officer, now=later, limit=5)] == ["cohost-accepted"]
    telling.see(session, until=later, by=host)
    session.flush()
    assert briefing.unseen(session, officer, now=later + DAY, limit=5) == []


def test_what_several_districts_did_is_one_line_and_their_words_stand_alone() -> None:
    """Without a database: who did what, the latest first."""

    def told(name: str, kind: NewsKind = NewsKind.CLUSTER_JOINED, text: str = "") -> News:
        whose = District(slug=name.lower(), code=name, name=name, municipality=name, zone_slug="x", latitude=0,
                         longitude=0, cell_column=0, cell_row=0, population=1, timezone="America/Lima")  # fmt: skip
        whose.id = sum(map(ord, name))
        news = News(kind=kind, district_id=1, cluster_id=1, by_district_id=whose.id, text=text, at=MORNING)
        news.district, news.by_district, news.event = whose, whose, None
        news.cluster = Cluster(slug="malecon", name="Malecón", created=MORNING)
        return news

    names = ("Ate", "Comas", "Lince", "Surco", "Rímac")
    joined = [told(each) for each in names]
    some = briefing.together([*joined, told("Ancón", NewsKind.CLUSTER_LEFT), told("Breña", text="¡Al fin!"), joined[0]])
    said = [headline(each.news, words("es"), each.also) for each in some]
    assert said == [
        "Ate, Comas, Lince y 2 más se unieron a la agrupación: Malecón", "Ancón salió de la agrupación: Malecón",
        "Breña se unió a la agrupación: Malecón",
    ]  # fmt: skip
    assert headline(joined[0], words("en"), ["Comas"]) == "Ate and Comas joined the cluster: Malecón"
