"""Every word of a selection, alone and together, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event as listening

from calendar_service.db.engine import Database, Session
from calendar_service.domain.access import ANYBODY
from calendar_service.domain.events import Status
from calendar_service.domain.finding.agenda import Sort
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.network.clusters import Cluster, ClusterMember, Consent
from calendar_service.services.agenda import browsing, listing
from calendar_service.services.status.statuses import cancel
from tests.builders import a_district, an_officer
from tests.services.agenda.conftest import Posting, ask

SATURDAY = date(2026, 12, 5)


def a_cluster(session: Session, slug: str, *districts: str, now: datetime, state: Consent = Consent.ACCEPTED) -> None:
    cluster = Cluster(slug=slug, name=slug, created=now)
    for each in districts:
        home = a_district(session, each).id
        cluster.members.append(ClusterMember(district_id=home, state=state, asked=now))
    session.add(cluster)
    session.flush()


# --- where -------------------------------------------------------------------------------------------------


def test_a_district_is_the_host_or_an_accepted_cohost(posting: Posting, now: datetime) -> None:
    posting("Sola")
    posting.jointly(posting("Junta", host="miraflores"), "barranco")
    posting.jointly(posting("Solo pedida", host="miraflores"), "barranco", Consent.INVITED)
    assert ask(posting.session, "district=barranco", now=now) == ["Sola", "Junta"]
    assert ask(posting.session, "district=miraflores", now=now) == ["Junta", "Solo pedida"]
    assert ask(posting.session, "district=barranco&district=miraflores", now=now) == ["Sola", "Junta", "Solo pedida"]


def test_a_cluster_is_its_accepted_members_and_each_event_stands_once(posting: Posting, now: datetime) -> None:
    posting.jointly(posting("Junta"), "miraflores")
    posting("Invitada", host="surquillo")
    a_cluster(posting.session, "malecon", "barranco", "miraflores", now=now)
    a_cluster(posting.session, "propuesta", "surquillo", now=now, state=Consent.INVITED)
    assert ask(posting.session, "cluster=malecon", now=now) == ["Junta"]
    assert ask(posting.session, "cluster=propuesta", now=now) == []


def test_a_zone_is_its_districts(posting: Posting, now: datetime) -> None:
    posting("Centro")
    posting("Norte", host="comas")
    assert ask(posting.session, "zone=lima-norte", now=now) == ["Norte"]


def test_a_venue_includes_what_was_merged_into_it(posting: Posting, now: datetime) -> None:
    old = posting("En el viejo").venue
    new = posting("En el nuevo", venue={"name": "Parque Nuevo", "kind": "parque"}).venue
    posting("En otro", venue={"name": "Otro", "kind": "parque"})
    assert old
    assert new
    old.replaced_by_id = new.id
    posting.session.flush()
    assert ask(posting.session, f"venue={new.slug}", now=now) == ["En el viejo", "En el nuevo"]


def test_near_measures_to_the_venue_else_to_the_host(posting: Posting, now: datetime) -> None:
    posting("En el parque")  # its venue lies at -12.1497,-77.0223
    posting("Sin lugar exacto", venue=None, place_note="Por confirmar")
    posting("Lejos", venue={"name": "Playa", "kind": "playa", "lat": -12.48, "lon": -76.79})
    posting("En línea", venue=None, online_url="https://video.example/1")
    posting("En el norte", host="comas", venue=None, place_note="Plaza de Armas")
    assert ask(posting.session, "near=-12.15,-77.02&km=3", now=now) == ["En el parque", "Sin lugar exacto"]
    assert ask(posting.session, "near=barranco&km=50", now=now) == [
        "En el parque", "Sin lugar exacto", "Lejos", "En el norte",
    ]  # fmt: skip


def test_near_is_a_circle_and_not_a_box(posting: Posting, now: datetime) -> None:
    degree = 0.0449  # 5 km, as degrees of latitude
    posting("En el eje", venue={"name": "Uno", "kind": "parque", "lat": -12.0 + degree * 0.98, "lon": -77.0})
    corner = {"lat": -12.0 + degree * 0.9, "lon": -77.0 + degree * 0.9}
    posting("En la esquina", venue={"name": "Dos", "kind": "parque", **corner})
    assert ask(posting.session, "near=-12.00,-77.00", now=now) == ["En el eje"]


def test_the_nearest_comes_first_and_a_series_once(posting: Posting, now: datetime) -> None:
    posting("Lejos", start="2026-12-05T10:00", venue={"name": "Playa", "kind": "playa", "lat": -12.18, "lon": -77.02})
    posting("Sin lugar", start="2026-12-05T11:00", venue=None, place_note="Por confirmar")
    posting("Aquí", rrule="FREQ=DAILY;COUNT=3", venue={"name": "Plaza", "kind": "parque", "lat": -12.16, "lon": -77.02})
    assert ask(posting.session, "near=-12.16,-77.02", now=now, sort=Sort.NEAR) == ["Aquí", "Sin lugar", "Lejos"]


def test_what_has_the_words_in_its_title_comes_first(posting: Posting, now: datetime) -> None:
    posting("Feria", start="2026-12-01T10:00", end="2026-12-01T12:00", description="Con danza y jazz")
    posting(
        "Danzas de la costa",
        rrule="FREQ=DAILY;COUNT=3",
        start="2026-12-02T10:00",
        end="2026-12-02T12:00",
        description="Jazz también",
    )
    posting("Taller de danza y jazz", start="2026-12-09T10:00", end="2026-12-09T12:00")
    found = ask(posting.session, "q=danza jazz", now=now, sort=Sort.RANK)
    assert found == ["Taller de danza y jazz", "Danzas de la costa", "Feria"]


# --- when --------------------------------------------------------------------------------------------------


def test_the_default_is_from_today_on_and_what_runs_already_stands_apart(posting: Posting, now: datetime) -> None:
    posting("Exposición", start="2026-11-10", end="2027-01-10")
    posting("Ayer", start="2026-11-29T19:00", end="2026-11-29T20:00")
    posting("Anoche hasta las dos", start="2026-11-29T22:00", end="2026-11-30T02:00")
    posting("Esta mañana", start="2026-11-30T09:00", end="2026-11-30T10:00")
    posting("Esta noche", start="2026-11-30T20:00", end="2026-11-30T22:00")
    found = browsing.find(posting.session, Selection(), now=now)
    assert [each.summary for each in found.running] == ["Exposición"]
    assert [each.summary for each in found.lines] == ["Esta mañana", "Esta noche"]
    assert ask(posting.session, now=now, past=False) == ["Exposición", "Esta noche"]
    assert (
        ask(posting.session, "from=2026-11-30&to=2026-11-30", now=now - timedelta(days=9))[0] == "Anoche hasta las dos"
    )


def test_an_evening_in_lima_is_today_though_it_is_tomorrow_in_utc(posting: Posting, now: datetime) -> None:
    """Rule 1: at `now` it is 19:30 on 30 November in Lima, and already December in UTC."""
    posting("Hoy a las once", start="2026-11-30T23:00", end="2026-11-30T23:59")
    posting("Mañana", start="2026-12-01T00:00", end="2026-12-01T01:00")
    assert ask(posting.session, "when=today", now=now) == ["Hoy a las once"]
    assert ask(posting.session, "when=tomorrow", now=now) == ["Mañana"]


def test_the_weekend_opens_on_friday_at_six(posting: Posting, now: datetime) -> None:
    posting("Viernes a las cinco", start="2026-12-04T16:00", end="2026-12-04T17:00")
    posting("Viernes a las ocho", start="2026-12-04T20:00", end="2026-12-04T22:00")
    posting("Domingo", start="2026-12-06T23:00", end="2026-12-06T23:30")
    posting("Lunes", start="2026-12-07T00:00", end="2026-12-07T01:00")
    assert ask(posting.session, "when=weekend", now=now) == ["Viernes a las ocho", "Domingo"]


def test_days_are_local_and_both_included(posting: Posting, now: datetime) -> None:
    posting("Retreta")
    posting("Madrugada", start="2026-12-05T22:00", end="2026-12-06T02:00")
    posting("Todo el día", start="2026-12-06", end="2026-12-06")
    assert ask(posting.session, "from=2026-12-05&to=2026-12-05", now=now) == ["Retreta", "Madrugada"]
    assert ask(posting.session, "from=2026-12-06&to=2026-12-06", now=now) == ["Madrugada", "Todo el día"]


# --- who sees what -----------------------------------------------------------------------------------------


def test_drafts_holds_and_what_was_withdrawn_are_in_no_list_s17(posting: Posting, now: datetime) -> None:
    posting("Borrador", status=Status.DRAFT)
    posting("Reserva", status=Status.TENTATIVE)
    posting("Publicado")
    gone = posting("Retirado")
    off = posting("Cancelado")
    by = an_officer(posting.session, "barranco", now=now, role="manager")  # type: ignore[arg-type]
    cancel(posting.session, gone, reason="error", withdraw=True, by=by, now=now)
    cancel(posting.session, off, reason="lluvia", by=by, now=now)
    assert ask(posting.session, now=now) == ["Publicado", "Cancelado"]
    assert browsing.find(posting.session, Selection(), now=now).total == 2


# --- pages, counts, days -----------------------------------------------------------------------------------


def test_a_list_is_cut_into_pages_and_a_page_beyond_the_last_is_the_last(posting: Posting, now: datetime) -> None:
    for number in range(5):
        posting(f"Evento {number}", start=f"2026-12-0{number + 1}T10:00", end=f"2026-12-0{number + 1}T11:00")
    second = browsing.find(posting.session, Selection(), now=now, page=2, size=2)
    assert [each.summary for each in second.lines] == ["Evento 2", "Evento 3"]
    assert (second.total, second.page, second.pages) == (5, 2, 3)
    assert browsing.find(posting.session, Selection(), now=now, page=99, size=2).page == 3
    assert browsing.find(posting.session, Selection(), now=now, page=-1, size=2).page == 1


def test_a_list_is_counted_up_to_a_thousand(posting: Posting, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "COUNTED", 3)
    posting("Taller", rrule="FREQ=WEEKLY;COUNT=9")
    found = browsing.find(posting.session, Selection(), now=now, size=2)
    assert (found.total, found.is_all, found.pages) == (4, False, 2)


def test_a_series_says_how_many_dates_are_left(posting: Posting, now: datetime) -> None:
    series = posting("Taller", start="2026-11-28T10:00", end="2026-11-28T12:00", rrule="FREQ=WEEKLY;COUNT=4")
    found = browsing.find(posting.session, Selection(), now=now)
    assert {each.event_id: each.left for each in found.lines} == {series.id: 3}


def test_days_hold_the_first_few_and_count_the_rest(posting: Posting, now: datetime) -> None:
    for hour in (10, 12, 14, 16):
        posting(f"A las {hour}", start=f"2026-12-05T{hour}:00", end=f"2026-12-05T{hour}:30")
    posting("Noche", start="2026-12-05T22:00", end="2026-12-06T03:00")
    posting("Festival", start="2026-12-04", end="2026-12-06")
    posting("Exposición", start="2026-11-01", end="2027-02-01")
    week = browsing.days(
        posting.session, Selection(), first=date(2026, 12, 5), last=date(2026, 12, 7), now=now, per_day=2
    )
    saturday, sunday, monday = week.days
    assert [each.summary for each in saturday.lines] == ["A las 10", "A las 12"]
    assert (saturday.total, saturday.more) == (5, 3)
    assert [[each.summary for each in day.lasting] for day in week.days] == [["Festival"], ["Festival"], []]
    assert (sunday.lines, monday.total) == ([], 0)
    assert [each.summary for each in week.long] == ["Exposición"]


def count_queries(database: Database, ask: Callable[[Session], object]) -> int:
    """How many SELECTs a question takes in a session of its own."""
    asked: list[str] = []

    def hear(*args: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event
        asked.append(args[2])

    listening.listen(database.engine, "before_cursor_execute", hear)
    with database.reading() as session:
        ask(session)
    listening.remove(database.engine, "before_cursor_execute", hear)
    return len([each for each in asked if each.startswith("SELECT")])


def test_the_number_of_queries_does_not_grow_rule_11(lima: Database, now: datetime) -> None:
    def a_list(session: Session) -> object:
        return browsing.find(session, Selection(), now=now)

    def a_week(session: Session) -> object:
        return browsing.days(session, Selection(), first=SATURDAY, last=SATURDAY + timedelta(6), now=now, per_day=9)

    for number in (1, 3):
        with lima.deed() as session:
            posting = Posting(session, now)
            posting.officers["barranco"] = an_officer(session, now=now, role=f"officer{number}")  # type: ignore[arg-type]
            for each in range(number):
                event = posting(f"Taller {each}", rrule="FREQ=DAILY;COUNT=2", start="2026-12-05T10:00")
                posting.jointly(event, "miraflores")
                posting(f"Muestra {each}", start="2026-11-01", end="2027-01-31")
        assert count_queries(lima, a_list) == 3
        assert count_queries(lima, a_week) == 3


# --- names -------------------------------------------------------------------------------------------------


def test_names_that_there_are_not_are_named(posting: Posting, now: datetime) -> None:
    a_cluster(posting.session, "malecon", "barranco", "miraflores", now=now)
    a_cluster(posting.session, "propuesta", "surquillo", "lince", now=now, state=Consent.INVITED)
    posting("Retreta", venue={"name": "Parque", "kind": "parque"})
    posting("Sorpresa", venue={"name": "Escondite", "kind": "parque"}, status=Status.DRAFT)
    good = "district=barranco&cluster=malecon&zone=lima-sur&venue=parque&discipline=danza&format=taller&audience=ninez"
    bad = "district=narnia&cluster=propuesta&zone=x&venue=y&near=z&access=w&organisation=v&discipline=danza"
    hidden = "venue=escondite"
    for query, fields in (
        (good, []),
        (bad, ["access", "cluster", "district", "near", "organisation", "venue", "zone"]),
        (hidden, ["venue"]),
    ):
        pairs = [tuple(pair.split("=", 1)) for pair in query.split("&")]
        problems = browsing.check_names(posting.session, Selection.read(pairs))  # type: ignore[arg-type]
        assert sorted(each.field for each in problems) == fields


# --- for programs ------------------------------------------------------------------------------------------


def test_an_event_of_which_two_dates_run_is_listed_once_at_the_first_of_them(posting: Posting, now: datetime) -> None:
    fair: dict[str, Any] = {"start": "2026-11-27T10:00", "end": "2026-12-02T20:00", "rdates": ["2026-11-28T10:00"]}
    posted = [posting("Feria", **fair), posting("Muestra", start="2026-11-27T12:00", end="2026-12-09T20:00")]
    officer = posting.officers["barranco"]
    posted.append(posting("Concierto", start="2026-12-01T10:00", end="2026-12-01T12:00"))
    for viewer in (ANYBODY, officer):
        found: list[tuple[int, int]] = []
        cursor: str | None = ""
        while cursor is not None:
            asked = listing.Question(selection=Selection(), limit=1, cursor=cursor)
            page = listing.event_keys(posting.session, asked, viewer=viewer, now=now)
            found += [(each.id, each.at.day) for each in page.items]
            cursor = page.next_cursor
        assert found == [(each.id, day) for each, day in zip(posted, (27, 27, 1), strict=True)]
