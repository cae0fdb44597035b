"""What stands in which feed (FEEDS decisions 3 to 8, S15, S17, R24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from calendar_service.db.engine import Database
from calendar_service.db.queries.events import event_by_slug
from calendar_service.db.queries.syndication.feeds import broken_events
from calendar_service.domain.errors import Invalid, NotFound
from calendar_service.domain.events import Event, Status
from calendar_service.domain.publication import FormerSlug, KeptText
from calendar_service.services.events.revising import Change, change_occurrence
from calendar_service.services.joint import cohosting
from calendar_service.services.network.clusters import leave
from calendar_service.services.status.statuses import cancel
from calendar_service.services.syndication import subjects
from calendar_service.services.syndication.asking import Format, Kind
from calendar_service.services.syndication.bodies import composing, gathering
from tests.builders import an_event
from tests.counting import counted
from tests.services.feeding import a_cluster, an_ask, composed, entries, of_the_office, post, titles, vevents_of

ALL = Kind.ALL


def test_drafts_and_holds_stand_in_no_feed(lima: Database, now: datetime) -> None:
    """S17."""
    for status in (Status.DRAFT, Status.TENTATIVE, Status.CONFIRMED):
        post(lima, now, host={"draft": "lima", "tentative": "rimac"}.get(status, "barranco"), status=status,
             summary=f"Es {status}")  # fmt: skip
    for kind, slug in ((ALL, ""), (Kind.SELECTION, ""), (Kind.DISTRICT, "lima"), (Kind.DISTRICT, "rimac")):
        expected = ["Es confirmed"] if kind in (ALL, Kind.SELECTION) else []
        assert titles(lima, kind, slug, now=now) == expected


@pytest.mark.parametrize("status", [Status.DRAFT, Status.TENTATIVE])
@pytest.mark.parametrize("recurrence_id", ["", "20261205T1930"])
def test_a_draft_or_hold_is_as_unknown_as_what_there_is_not(
    lima: Database, now: datetime, status: Status, recurrence_id: str
) -> None:
    """S18: the same answer as for a slug that nobody has."""
    kind = Kind.OCCURRENCE if recurrence_id else Kind.EVENT
    slug = post(lima, now, status=status)
    codes = []
    for each in (slug, "nada"):
        with pytest.raises(NotFound) as refused:
            composed(lima, an_ask(lima, kind, each, recurrence_id=recurrence_id), now=now)
        codes.append((refused.value.code, refused.value.values))
    assert codes[0] == codes[1]


def test_a_joint_event_stands_once_in_each_feed_with_one_uid(lima: Database, now: datetime) -> None:
    """S15: in a co-host's feed from when it accepts until it leaves."""
    with lima.deed() as session:
        host, guest = of_the_office(session), of_the_office(session, "miraflores")
        a_cluster(session, "malecon", ["barranco", "miraflores"], now=now)
        slug = an_event(session, by=host, now=now, summary="Feria").slug
        cohosting.ask(session, event_by_slug(session, slug), ["miraflores"], by=host, now=now)
    feeds = [(ALL, ""), (Kind.DISTRICT, "barranco"), (Kind.CLUSTER, "malecon"), (Kind.DISTRICT, "miraflores")]
    assert [titles(lima, *feed, now=now) for feed in feeds] == [["Feria"], ["Feria"], ["Feria"], []]
    with lima.deed() as session:
        cohosting.answer(session, event_by_slug(session, slug), "miraflores", accept=True, by=guest, now=now)
    found = [entries(lima, *feed, now=now) for feed in feeds]
    assert [len(each) for each in found] == [1, 1, 1, 1]
    assert len({(each[0]["UID"].value, each[0]["SEQUENCE"].value) for each in found}) == 1
    with lima.deed() as session:
        cohosting.leave(session, event_by_slug(session, slug), "miraflores", by=guest, now=now)
    assert [titles(lima, *feed, now=now) for feed in feeds] == [["Feria"], ["Feria"], ["Feria"], []]


def test_feeds_hold_30_days_of_the_past_and_400_of_the_future(lima: Database, now: datetime) -> None:
    """Today is 30 November in Lima, though already 1 December in UTC."""
    for day in ("2026-10-30", "2026-10-31", "2026-11-30", "2028-01-04", "2028-01-05"):
        post(lima, now - timedelta(days=40), summary=day, start=f"{day}T19:30", end=f"{day}T23:00")
    assert titles(lima, ALL, now=now) == ["2026-10-31", "2026-11-30", "2028-01-04"]
    later = datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert titles(lima, ALL, now=later) == ["2026-11-30", "2028-01-04", "2028-01-05"]


def test_full_holds_everything(lima: Database, now: datetime) -> None:
    for day in ("2026-10-01", "2026-12-05", "2028-06-01"):
        post(lima, now - timedelta(days=100), summary=day, start=f"{day}T19:30", end=f"{day}T23:00")
    assert titles(lima, ALL, "", "full=1", now=now) == ["2026-10-01", "2026-12-05", "2028-06-01"]
    assert titles(lima, ALL, "", "from=2026-10-01&to=2026-10-31", now=now) == ["2026-10-01"]


def test_a_series_stays_whole_while_any_of_its_dates_is_within(lima: Database, now: datetime) -> None:
    post(lima, now - timedelta(days=300), start="2026-05-02T19:30", end="2026-05-02T21:00",
         rrule="FREQ=WEEKLY;UNTIL=2026-11-07".replace("-", ""))  # fmt: skip
    (entry,) = entries(lima, ALL, now=now)
    assert entry["DTSTART"].value == "20260502T193000"
    assert entry["RRULE"].value == "FREQ=WEEKLY;UNTIL=20261108T045959Z"
    assert entries(lima, ALL, now=now + timedelta(days=10)) == []


def test_of_irregular_dates_only_those_within_stand_in_a_feed(lima: Database, now: datetime) -> None:
    post(lima, now - timedelta(days=100), start="2026-09-05T19:30", end="2026-09-05T21:00",
         rdates=["2026-11-10T19:30", "2026-12-10T19:30"])  # fmt: skip
    assert [each["DTSTART"].value for each in entries(lima, ALL, now=now)] == ["20261110T193000", "20261210T193000"]


def test_a_cancelled_event_stays_as_a_notice_until_30_days_after_its_date(lima: Database, now: datetime) -> None:
    """R24."""
    with lima.deed() as session:
        officer = of_the_office(session)
        slug = an_event(session, by=officer, now=now).slug
    with lima.deed() as session:
        cancel(session, event_by_slug(session, slug), reason="Lluvia", by=officer, now=now)
    (entry,) = entries(lima, ALL, now=now)
    assert (entry["STATUS"].value, entry["SEQUENCE"].value) == ("CANCELLED", "1")
    last = datetime(2027, 1, 4, 20, tzinfo=UTC)
    assert len(entries(lima, ALL, now=last)) == 1
    assert entries(lima, ALL, now=last + timedelta(days=1)) == []


def test_a_withdrawn_event_leaves_a_bare_notice_in_feeds(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        officer = of_the_office(session)
        slug = an_event(session, by=officer, now=now, description="No debió salir").slug
    with lima.deed() as session:
        cancel(session, event_by_slug(session, slug), reason="Error", withdraw=True, by=officer, now=now)
    (entry,) = entries(lima, ALL, now=now)
    assert entry["SUMMARY"].value == "CANCELADO"
    assert not entry.keys() & {"DESCRIPTION", "LOCATION", "URL", "CATEGORIES", "GEO"}


def test_a_date_moved_into_the_window_brings_its_event(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        officer = of_the_office(session)
        slug = an_event(session, by=officer, now=now, start="2028-03-04T19:30", end="2028-03-04T21:00").slug
    assert entries(lima, ALL, now=now) == []
    with lima.deed() as session:
        found = event_by_slug(session, slug)
        change = Change(start=datetime(2026, 12, 20, 18), end=datetime(2026, 12, 20, 20))
        change_occurrence(session, found, "20280304T1930", change, seen=found.version, by=officer, now=now)
    (entry,) = entries(lima, ALL, now=now)
    assert entry["DTSTART"].value == "20261220T180000"


def test_a_selection_holds_what_its_page_lists(lima: Database, now: datetime) -> None:
    post(lima, now, summary="Jazz", disciplines=["jazz-fusion"], free=False, price="20")
    post(lima, now, host="lima", summary="Títeres", disciplines=["titeres"])
    assert titles(lima, Kind.SELECTION, "", "free=1", now=now) == ["Títeres"]
    assert titles(lima, Kind.SELECTION, "", "discipline=musica", now=now) == ["Jazz"]
    assert titles(lima, Kind.SELECTION, "", "q=jaz", now=now) == ["Jazz"]
    assert titles(lima, Kind.SELECTION, "", "district=lima&district=barranco", now=now) == ["Jazz", "Títeres"]
    assert titles(lima, Kind.SELECTION, "", "when=today", now=now) == []


@pytest.mark.parametrize("query", ["district=nada", "discipline=nada", "cluster=nada", "venue=nada", "near=nada"])
def test_a_selection_of_unknown_names_is_refused(lima: Database, now: datetime, query: str) -> None:
    with pytest.raises(Invalid):
        entries(lima, Kind.SELECTION, "", query, now=now)


def test_a_feed_too_large_for_google_keeps_what_is_on_next(
    lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decision 3: past dates go first, the latest of them last; then what is furthest away."""
    for day in ("2026-11-10", "2026-11-20", "2026-12-05", "2027-01-05", "2027-02-05"):
        post(lima, now - timedelta(days=40), summary=day, start=f"{day}T19:30", end=f"{day}T21:00")
    ask = an_ask(lima, ALL)
    kept = []
    for most in (5, 4, 3, 2):
        monkeypatch.setattr(gathering, "MAX_EVENTS", most)
        made = composed(lima, ask, now=now)
        kept.append(sorted(each["SUMMARY"].value for each in vevents_of(made.body.written(now).decode())))
    assert kept == [
        ["2026-11-10", "2026-11-20", "2026-12-05", "2027-01-05", "2027-02-05"],
        ["2026-11-20", "2026-12-05", "2027-01-05", "2027-02-05"],
        ["2026-12-05", "2027-01-05", "2027-02-05"],
        ["2026-12-05", "2027-01-05"],
    ]
    assert len(entries(lima, ALL, "", "full=1", now=now)) == 5


def test_whichever_feed_is_too_large_the_same_events_stay(
    lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A district's texts are found in no order and put in one after; those of everything are asked for in it."""
    days = ("2027-02-05", "2026-11-10", "2027-01-05", "2026-11-20", "2026-12-05")
    for day in days:
        post(lima, now - timedelta(days=40), summary=day, start=f"{day}T19:30", end=f"{day}T21:00")
    post(lima, now, summary="semanal", start="2026-11-28T10:00", end="2026-11-28T11:00", rrule="FREQ=WEEKLY;COUNT=3")
    kept = []
    for room in range(8_500, 14_500, 1_000):
        monkeypatch.setattr(gathering, "MAX_BYTES", room)
        ours, everything = (titles(lima, *each, now=now) for each in ((Kind.DISTRICT, "barranco"), (ALL,)))
        assert ours == everything
        kept.append(len(ours))
    assert kept[0] < kept[2] < kept[-1] == len(days) + 1


def test_a_feed_never_passes_900_kilobytes_unless_it_is_full(
    lima: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 9):
        post(lima, now, summary=f"Día {day}", start=f"2026-12-0{day}T19:30", end=f"2026-12-0{day}T21:00",
             description="ñandú " * 300)  # fmt: skip
    monkeypatch.setattr(gathering, "MAX_BYTES", 20_000)
    made = composed(lima, an_ask(lima, ALL), now=now)
    body = made.body.written(now)
    assert 10_000 < len(body) <= 20_000
    assert titles(lima, ALL, now=now) == [f"Día {day}" for day in range(1, len(vevents_of(body.decode())) + 1)]
    assert len(composed(lima, an_ask(lima, ALL, "", "full=1"), now=now).body.written(now)) > 20_000


def test_a_damaged_event_stays_out_and_the_others_stay_in(lima: Database, now: datetime) -> None:
    """Decision 8, S34: put in by SQL, since input lets no such thing through."""
    slugs = [post(lima, now, summary=f"Número {number}") for number in range(3)]
    with lima.deed() as session:
        damaged = {"summary": "Nú\x07mero 1", "sequence": 7}
        session.execute(update(Event).where(Event.slug == slugs[1]).values(damaged))
    assert titles(lima, ALL, now=now) == ["Número 0", "Número 2"]
    with lima.reading() as session:
        (broken,) = broken_events(session, limit=10)
    assert (broken.slug, broken.district) == ("numero-1", "barranco")
    assert broken.problem == "UnfitError: the character U+0007"
    assert broken.uid.endswith("@calendario.limacultura.pe")
    with pytest.raises(NotFound):
        composed(lima, an_ask(lima, Kind.EVENT, slugs[1]), now=now)


@pytest.mark.parametrize("change", [{"rrule": "FREQ=SECONDLY"}, {"timezone": "Nowhere/Land"}, {"uid": "dañado"}])
def test_whatever_is_damaged_only_that_event_is_lost(lima: Database, now: datetime, change: dict[str, Any]) -> None:
    slugs = [post(lima, now, summary=f"Número {number}") for number in range(2)]
    with lima.deed() as session:
        session.execute(update(Event).where(Event.slug == slugs[0]).values(sequence=7, **change))
    assert titles(lima, ALL, now=now) == ["Número 1"]


def test_texts_of_another_renderer_are_rendered_anew(lima: Database, now: datetime) -> None:
    """What an upgrade leaves: kept texts by an older version, which no feed may show."""
    post(lima, now)
    with lima.deed() as session:
        session.execute(update(KeptText).values(builder="0-old", text="BEGIN:VEVENT\r\nOLD\r\nEND:VEVENT\r\n"))
    assert titles(lima, ALL, now=now) == ["Retreta en el parque"]


def test_a_feed_in_english_is_of_the_same_events(lima: Database, now: datetime) -> None:
    post(lima, now)
    here, there = entries(lima, ALL, now=now), entries(lima, ALL, "", "lang=en", now=now)
    assert there[0]["DESCRIPTION"].value.startswith("Hosted by:")
    assert [each["UID"].value for each in here] == [each["UID"].value for each in there]


NAMES = {
    "": "Cultura en Lima Metropolitana",
    "lang=en&zone=lima-sur": "Culture · in Lima Sur",
    "audience=familias&free=1&district=surquillo": "Cultura · para familias · gratis · en Surquillo",
    "near=barranco&km=3": "Cultura · a menos de 3 km de Barranco",
    "time=evening&price=20&when=weekend": "Cultura · hasta S/ 20 · este fin de semana · en la noche",
}


def test_a_selections_feed_is_called_by_all_that_was_chosen(lima: Database, now: datetime) -> None:
    """Whoever follows two of them can tell them apart in her list of calendars."""
    with lima.reading() as session:
        found = {each: subjects.find(session, an_ask(lima, Kind.SELECTION, "", each), now=now) for each in NAMES}
    assert {query: subject.name for query, subject in found.items()} == NAMES


def test_an_event_to_download_is_whole_and_without_a_name(lima: Database, now: datetime) -> None:
    slug = post(lima, now, rrule="FREQ=WEEKLY;COUNT=3", rdates=["2026-12-09T18:00"])
    body = composed(lima, an_ask(lima, Kind.EVENT, slug), now=now).body.written(now).decode()
    assert len(vevents_of(body)) == 2
    assert "X-WR-CALNAME" not in body
    one = composed(lima, an_ask(lima, Kind.OCCURRENCE, slug, recurrence_id="20261212T1930"), now=now)
    (entry,) = vevents_of(one.body.written(now).decode())
    assert entry["DTSTART"].value == "20261212T193000"
    assert "RRULE" not in entry
    with pytest.raises(NotFound):
        composed(lima, an_ask(lima, Kind.OCCURRENCE, slug, recurrence_id="20261213T1930"), now=now)


def test_an_event_that_moved_says_where_to(lima: Database, now: datetime) -> None:
    slug = post(lima, now, status=Status.DRAFT)
    with lima.deed() as session:
        found = event_by_slug(session, slug)
        session.add(FormerSlug(kind="event", slug="antes", target_id=found.id))
        found.status = Status.CONFIRMED
    with lima.reading() as session, pytest.raises(subjects.MovedError) as moved:
        subjects.find(session, an_ask(lima, Kind.EVENT, "antes"), now=now)
    assert moved.value.slug == slug


@pytest.mark.parametrize("kind", [Kind.DISTRICT, Kind.CLUSTER])
def test_an_unknown_name_is_not_found(lima: Database, now: datetime, kind: Kind) -> None:
    with pytest.raises(NotFound):
        entries(lima, kind, "nada", now=now)


def test_a_cluster_that_only_one_has_joined_has_no_feed_yet(lima: Database, now: datetime) -> None:
    with lima.deed() as session:
        a_cluster(session, "malecon", ["barranco", "miraflores"], now=now, accepted=False)
    with pytest.raises(NotFound):
        entries(lima, Kind.CLUSTER, "malecon", now=now)


def test_a_cluster_that_ended_leaves_an_empty_calendar_for_ninety_days(lima: Database, now: datetime) -> None:
    """Of two members one leaves: who follows the cluster loses its dates, and is told 404 when that is settled."""
    with lima.deed() as session:
        a_cluster(session, "malecon", ["barranco", "miraflores"], now=now)
    post(lima, now)
    assert titles(lima, Kind.CLUSTER, "malecon", now=now) == ["Retreta en el parque"]
    with lima.deed() as session:
        leave(session, "malecon", "miraflores", by=of_the_office(session, "miraflores"), now=now)
    last = now + timedelta(days=90, seconds=-1)
    for format_ in Format:
        ask = replace(an_ask(lima, Kind.CLUSTER, "malecon"), format=format_)
        body = composed(lima, ask, now=last).body.written(last)
        assert b"Retreta" not in body, format_
    assert b"BEGIN:VTIMEZONE" in composed(lima, an_ask(lima, Kind.CLUSTER, "malecon"), now=last).body.written(last)
    with pytest.raises(NotFound):
        entries(lima, Kind.CLUSTER, "malecon", now=now + timedelta(days=90))


@pytest.mark.parametrize("count", [1, 3])
def test_a_feed_asks_the_database_as_often_for_three_events_as_for_one(
    lima: Database, now: datetime, count: int
) -> None:
    """Rule 11: the revision, the district, the texts."""
    for number in range(count):
        post(lima, now, summary=f"Número {number}", rrule="FREQ=WEEKLY;COUNT=3")
    with counted(lima) as asked, lima.reading() as session:
        ask = an_ask(lima, Kind.DISTRICT, "barranco")
        composing.compose(session, ask, subjects.find(session, ask, now=now), now=now)
    assert len(asked) == 3


def test_the_bytes_do_not_depend_on_the_hour(lima: Database, now: datetime) -> None:
    """Rule 3: stored data, address, local day, renderer, base URL; nothing else."""
    post(lima, now)
    bodies = {
        composed(lima, an_ask(lima, ALL), now=each).body.written(now)
        for each in (now, now + timedelta(hours=4, minutes=29))
    }
    assert len(bodies) == 1
    assert date(2026, 11, 30) == (now - timedelta(hours=5)).date()


def test_a_named_feed_and_the_same_as_a_selection_hold_the_same(lima: Database, now: datetime) -> None:
    """They are found in two ways: by each text's extent, and by every date."""
    with lima.deed() as session:
        a_cluster(session, "malecon", ["barranco", "miraflores"], now=now)
    early = now - timedelta(days=300)
    for number, day in enumerate(("2026-10-30", "2026-10-31", "2026-12-05", "2028-01-04", "2028-01-05")):
        post(lima, early, summary=f"Número {number}", start=f"{day}T19:30", end=f"{day}T23:00")
    post(lima, early, summary="Serie", start="2026-05-02T19:30", end="2026-05-02T21:00", rrule="FREQ=WEEKLY;COUNT=40")
    post(lima, early, host="miraflores", summary="Sueltas", start="2026-09-05T19:30", end="2026-09-05T21:00",
         rdates=["2026-11-10T19:30", "2026-12-10T19:30"])  # fmt: skip
    for kind, slug, query in (
        (Kind.DISTRICT, "barranco", "district=barranco"), (Kind.CLUSTER, "malecon", "cluster=malecon"),
    ):  # fmt: skip
        named = entries(lima, kind, slug, now=now)
        assert named == entries(lima, Kind.SELECTION, "", query, now=now)
        assert len(named) == (4 if kind is Kind.DISTRICT else 6)
