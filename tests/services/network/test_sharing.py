"""Cross-promotion: proposed by the host, shown by who accepts with a mark of whose it is, taken back by either."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from calendar_service.db.engine import Database, Session
from calendar_service.db.queries.network.sharing import shares_of
from calendar_service.db.queries.syndication.feeds import revision_of
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Forbidden, Invalid, NotFound, WrongState
from calendar_service.domain.events import Event, Status
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.journal import Audit
from calendar_service.domain.network.news import News
from calendar_service.domain.network.sharing import ShareState
from calendar_service.domain.publication import cluster_scope, district_scope
from calendar_service.services.agenda import browsing, counting, mapping
from calendar_service.services.desk.board import Rows, board
from calendar_service.services.joint import cohosting, requesting
from calendar_service.services.network import sharing, standing
from calendar_service.services.status import statuses
from calendar_service.services.syndication.asking import Kind
from tests.builders import an_event, an_officer
from tests.services.feeding import a_cluster, entries, titles

MARK = "Compartido por Municipalidad de Barranco\\n\\n"


@pytest.fixture
def host(session: Session, now: datetime) -> Viewer:
    return an_officer(session, "barranco", now=now)


@pytest.fixture
def lince(session: Session, now: datetime) -> Viewer:
    return an_officer(session, "lince", now=now)


@pytest.fixture
def event(session: Session, host: Viewer, now: datetime) -> Event:
    return an_event(session, by=host, now=now)


def shared(session: Session, event: Event, host: Viewer, lince: Viewer, now: datetime) -> None:
    sharing.propose(session, event, ["lince"], text="¡Los esperamos!", by=host, now=now)
    sharing.answer(session, event, "lince", accept=True, by=lince, now=now)


def states(session: Session, event: Event) -> dict[str, str]:
    return {each.district.slug: each.state for each in shares_of(session, event)}


def told(session: Session) -> list[str]:
    return [each.kind for each in session.scalars(select(News).order_by(News.id))]


def test_a_proposal_waits_until_it_is_answered_and_nothing_is_shown_before(
    session: Session, event: Event, host: Viewer, lince: Viewer, now: datetime
) -> None:
    before = [event.version, event.sequence, revision_of(session, district_scope("lince"))]
    sharing.propose(session, event, ["lince", "ate"], text="¡Los esperamos!", by=host, now=now)
    assert [event.version, event.sequence, revision_of(session, district_scope("lince"))] == before
    [waits] = sharing.received(session, states=[ShareState.PROPOSED], viewer=lince, now=now)
    assert (waits.event, waits.district.slug, waits.text) == (event, "lince", "¡Los esperamos!")
    sharing.answer(session, event, "lince", accept=True, by=lince, now=now)
    assert states(session, event) == {"ate": "proposed", "lince": "accepted"}
    assert revision_of(session, district_scope("lince")) > before[2]
    assert told(session) == ["share-asked", "share-asked", "share-accepted"]
    with pytest.raises(WrongState):
        sharing.answer(session, event, "lince", accept=False, by=lince, now=now)


def test_who_accepted_shows_it_with_whose_it_is_and_everybody_else_as_before(lima: Database, now: datetime) -> None:
    """One UID, and the same words everywhere but for the mark."""
    with lima.deed() as session:
        host, lince = an_officer(session, "barranco", now=now), an_officer(session, "lince", now=now)
        a_cluster(session, "Centro", ["lince", "jesus-maria"], now=now)
        event = an_event(session, by=host, now=now)
        shared(session, event, host, lince, now)
        uid = event.uid
    [theirs] = entries(lima, Kind.DISTRICT, "lince", now=now)
    [ours] = entries(lima, Kind.DISTRICT, "barranco", now=now)
    assert theirs["UID"].value == ours["UID"].value == uid
    assert theirs["DESCRIPTION"].value == MARK + ours["DESCRIPTION"].value
    assert {name: line.value for name, line in theirs.items() if name != "DESCRIPTION"} == {
        name: line.value for name, line in ours.items() if name != "DESCRIPTION"
    }
    [either] = entries(lima, Kind.SELECTION, query="district=lince&district=barranco", now=now)
    assert either["DESCRIPTION"].value == ours["DESCRIPTION"].value
    [chosen] = entries(lima, Kind.SELECTION, query="district=lince&district=ate&lang=en", now=now)
    assert chosen["DESCRIPTION"].value.startswith("Shared by Municipalidad de Barranco")
    assert titles(lima, Kind.CLUSTER, "centro", now=now) == titles(lima, Kind.DISTRICT, "ate", now=now) == []


@pytest.mark.parametrize("query", ["", "?full=1", "?alarm=PT2H"])
def test_a_shared_event_stands_once_where_it_is_also_joint(lima: Database, now: datetime, query: str) -> None:
    with lima.deed() as session:
        host, lince = an_officer(session, "barranco", now=now), an_officer(session, "lince", now=now)
        event = an_event(session, by=host, now=now, rrule="FREQ=WEEKLY;COUNT=3")
        shared(session, event, host, lince, now)
        cohosting.ask(session, event, ["lince"], by=host, now=now)
        cohosting.answer(session, event, "lince", accept=True, by=lince, now=now)
    [found] = entries(lima, Kind.DISTRICT, "lince", query.removeprefix("?"), now=now)
    assert not found["DESCRIPTION"].value.startswith("Compartido")


def test_lists_maps_and_counts_agree_about_what_a_district_shows_and_the_board_plans_with_its_own(
    session: Session, event: Event, host: Viewer, lince: Viewer, now: datetime
) -> None:
    comas = an_officer(session, "comas", now=now)
    sharing.propose(session, event, ["lince", "comas"], by=host, now=now)
    for district, officer in (("lince", lince), ("comas", comas)):
        sharing.answer(session, event, district, accept=True, by=officer, now=now)
    theirs = Selection(districts=("lince",))
    [line] = browsing.find(session, theirs, now=now).lines
    [own] = browsing.find(session, Selection(districts=("barranco", "lince")), now=now).lines
    assert (line.shared_by, own.shared_by) == ("Barranco", None)
    north = browsing.find(session, Selection(zones=("lima-norte",)), now=now).total
    counts, tally = (
        mapping.dates_by_district(session, Selection(), now=now),
        counting.tally(session, Selection(), browsing.dates(session, Selection(), now=now), now=now),
    )
    numbers = {each: tally.number("district", each) for each in ("barranco", "comas", "lince")}
    assert numbers == {each: counts[each] for each in numbers} == {"barranco": 1, "comas": 1, "lince": 1}
    assert (tally.number("zone", "lima-norte"), north) == (0, 0)
    planned = board(session, theirs, weeks=4, rows=Rows.DISTRICT, viewer=lince, now=now)
    assert [each.events for each in planned.totals] == [0, 0, 0, 0]


def test_a_change_of_the_event_reaches_the_feed_of_who_shares_it_and_no_cluster_of_theirs(
    session: Session, event: Event, host: Viewer, lince: Viewer, now: datetime
) -> None:
    a_cluster(session, "Centro", ["lince", "jesus-maria"], now=now)
    shared(session, event, host, lince, now)
    scopes = (district_scope("lince"), cluster_scope("centro"))
    before = [revision_of(session, each) for each in scopes]
    statuses.cancel(session, event, reason="Lluvia", by=host, now=now + timedelta(hours=1))
    assert [revision_of(session, each) - old for each, old in zip(scopes, before, strict=True)] == [1, 0]


def test_the_receiver_takes_it_down_and_may_show_it_again(
    session: Session, event: Event, host: Viewer, lince: Viewer, now: datetime
) -> None:
    """R25."""
    shared(session, event, host, lince, now)
    sharing.take_down(session, event, "lince", by=lince, now=now)
    assert states(session, event) == {"lince": "taken-down"}
    assert browsing.find(session, Selection(districts=("lince",)), now=now).is_empty
    sharing.answer(session, event, "lince", accept=True, by=lince, now=now)
    assert states(session, event) == {"lince": "accepted"}
    assert told(session)[-2:] == ["share-ended", "share-accepted"]


def test_the_host_takes_a_proposal_back_and_may_make_it_again(
    session: Session, event: Event, host: Viewer, lince: Viewer, now: datetime
) -> None:
    """R25; what is taken back is nothing that the receiver may know of any more (S18)."""
    shared(session, event, host, lince, now)
    sharing.withdraw(session, event, "lince", by=host, now=now)
    assert browsing.find(session, Selection(districts=("lince",)), now=now).is_empty
    with pytest.raises(NotFound):
        sharing.answer(session, event, "lince", accept=True, by=lince, now=now)
    with pytest.raises(WrongState):
        sharing.withdraw(session, event, "lince", by=host, now=now)
    sharing.propose(session, event, ["lince"], by=host, now=now)
    assert states(session, event) == {"lince": "proposed"}


def test_only_the_host_proposes_and_only_the_receiver_answers_s13_s15(
    session: Session, event: Event, host: Viewer, lince: Viewer, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        sharing.propose(session, event, ["lince"], by=lince, now=now)
    sharing.propose(session, event, ["lince"], by=host, now=now)
    stranger = an_officer(session, "comas", now=now)
    for who, refusal in ((host, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            sharing.answer(session, event, "lince", accept=True, by=who, now=now)
        with pytest.raises(refusal):
            sharing.take_down(session, event, "lince", by=who, now=now)
    with pytest.raises(Forbidden):
        sharing.withdraw(session, event, "lince", by=lince, now=now)
    assert sharing.shares_of(session, event, viewer=lince) == ()
    assert states(session, event) == {"lince": "proposed"}


def test_what_is_not_public_or_over_is_not_shared(session: Session, host: Viewer, now: datetime) -> None:
    """S17."""
    draft = an_event(session, by=host, now=now, summary="Uno", status=Status.DRAFT)
    over = an_event(session, by=host, now=now, summary="Dos", start="2026-11-02T19:30", end="2026-11-02T21:00")
    for each in (draft, over):
        with pytest.raises(WrongState):
            sharing.propose(session, each, ["lince"], by=host, now=now)


@pytest.mark.parametrize("district", ["barranco", "atlantis"])
def test_nobody_proposes_to_herself_or_to_nobody(
    session: Session, event: Event, host: Viewer, now: datetime, district: str
) -> None:
    with pytest.raises(Invalid):
        sharing.propose(session, event, [district], by=host, now=now)


def test_who_takes_the_event_over_is_asked_to_share_it_no_more(
    session: Session, event: Event, host: Viewer, lince: Viewer, now: datetime
) -> None:
    sharing.propose(session, event, ["lince", "ate"], by=host, now=now)
    cohosting.ask(session, event, ["lince"], by=host, now=now)
    cohosting.answer(session, event, "lince", accept=True, by=lince, now=now)
    requesting.offer(session, event, "lince", by=host, now=now)
    [offered] = requesting.listed(session, event, viewer=lince)
    requesting.answer(session, event, offered.id, grant=True, by=lince, now=now)
    assert states(session, event) == {"ate": "proposed", "lince": "withdrawn"}
    asked = session.scalars(select(News).where(News.kind == "share-asked")).all()
    assert {each.district_id in lince.districts: each.settled is not None for each in asked} == {
        True: True,
        False: False,
    }


def test_every_deed_stands_in_the_audit_log_under_whose_it_was_s44(
    session: Session, event: Event, host: Viewer, lince: Viewer, now: datetime
) -> None:
    shared(session, event, host, lince, now)
    sharing.take_down(session, event, "lince", by=lince, now=now)
    found = session.scalars(select(Audit).where(Audit.deed.startswith("share-")).order_by(Audit.id)).all()
    assert [(each.deed, each.officer_id) for each in found] == [
        ("share-propose", host.officer_id), ("share-accept", lince.officer_id), ("share-take-down", lince.officer_id),
    ]  # fmt: skip
    assert {each.subject for each in found} == {f"event:{event.uid}"}


# Standing agreements


def test_a_standing_agreement_accepts_by_itself_what_waits_and_what_comes(
    session: Session, event: Event, host: Viewer, lince: Viewer, now: datetime
) -> None:
    sharing.propose(session, event, ["lince"], by=host, now=now)
    made = standing.agree(session, "barranco", "lince", by=lince, now=now)
    assert states(session, event) == {"lince": "accepted"}
    another = an_event(session, by=host, now=now, summary="Otra retreta")
    sharing.propose(session, another, ["lince", "ate"], by=host, now=now)
    assert states(session, another) == {"ate": "proposed", "lince": "accepted"}
    assert told(session) == ["share-asked", "share-agreed", "share-standing", "share-asked", "share-standing"]
    standing.end(session, made.id, by=lince, now=now)
    third = an_event(session, by=host, now=now, summary="La última retreta")
    sharing.propose(session, third, ["lince"], by=host, now=now)
    assert (states(session, third), states(session, another)["lince"]) == ({"lince": "proposed"}, "accepted")


def test_an_agreement_of_one_discipline_holds_for_what_is_below_it_and_for_no_other(
    session: Session, host: Viewer, lince: Viewer, now: datetime
) -> None:
    standing.agree(session, "barranco", "lince", discipline="musica", by=lince, now=now)
    band = an_event(session, by=host, now=now)
    play = an_event(session, by=host, now=now, summary="La casa de Bernarda Alba", disciplines=["teatro"])
    for each in (band, play):
        sharing.propose(session, each, ["lince"], by=host, now=now)
    assert (states(session, band), states(session, play)) == ({"lince": "accepted"}, {"lince": "proposed"})


def test_agreeing_is_the_receivers_alone_and_twice_is_as_good_as_once(
    session: Session, host: Viewer, lince: Viewer, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        standing.agree(session, "barranco", "lince", by=host, now=now)
    for giver, discipline in (("lince", ""), ("atlantis", ""), ("barranco", "alquimia")):
        with pytest.raises(Invalid):
            standing.agree(session, giver, "lince", discipline=discipline, by=lince, now=now)
    made = standing.agree(session, "barranco", "lince", by=lince, now=now)
    assert standing.agree(session, "barranco", "lince", discipline="musica", by=lince, now=now) is made
    with pytest.raises(Forbidden):
        standing.end(session, made.id, by=host, now=now)
    with pytest.raises(NotFound):
        standing.end(session, made.id, by=an_officer(session, "comas", now=now), now=now)
    assert [list(standing.mine(session, viewer=each)) for each in (host, lince)] == [[made], [made]]
