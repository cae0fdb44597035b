"""An event's page, its dates, and the ways out of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from calendar_service.db.queries.events import event_by_slug
from calendar_service.domain.events import Event
from calendar_service.domain.network.clusters import Consent
from calendar_service.domain.publication import FormerSlug
from calendar_service.services.drafts import draft_of, read_draft
from calendar_service.services.events.revising import Change, change_occurrence, revise
from calendar_service.services.status.statuses import cancel
from tests.web.desk import an_officer_of, sign_in
from tests.web.pages import Element, visit
from tests.web.season import Season

pytestmark = pytest.mark.one_database

SATURDAYS = {"rrule": "FREQ=WEEKLY;BYDAY=SA;COUNT=4"}


def facts(page: Element) -> dict[str, str]:
    """What the page says, by what it is about."""
    found = page.one("dl", cls="facts")
    return dict(zip(found.texts("dt"), found.texts("dd"), strict=True))


def structured(page: Element) -> Any:  # noqa: ANN401 - JSON
    scripts = (each for each in page.all("script") if each.attrs.get("type") == "application/ld+json")
    return json.loads(next(scripts).text)


def change(season: Season, event: Event, recurrence_id: str, **changed: Any) -> None:  # noqa: ANN401 - of Change
    with season.house.deed() as session:
        mine = session.merge(event)
        by = season.officers["barranco"]
        change_occurrence(session, mine, recurrence_id, Change(**changed), seen=mine.version, by=by, now=season.now)


def revise_to(season: Season, event: Event, **changed: Any) -> None:  # noqa: ANN401 - of a draft
    with season.house.deed() as session:
        mine = event_by_slug(session, event.slug)
        draft = read_draft({**draft_of(mine), **changed}, metropolis=session.installation.metropolis)
        revise(session, mine, draft, seen=None, by=season.officers["barranco"], now=season.now)


def call_off(season: Season, event: Event, *, withdraw: bool = False) -> None:
    with season.house.deed() as session:
        by = season.officers["barranco"]
        cancel(session, session.merge(event), reason="Por la lluvia.", withdraw=withdraw, by=by, now=season.now)


# --- what it says ------------------------------------------------------------------------------------------


def test_an_event_says_when_where_how_much_for_whom_and_who(client: FlaskClient, season: Season) -> None:
    event = season.post(
        "Taller de títeres", disciplines=["titeres"], format="taller", audiences=["familias"], age_from=6,
        age_to=11, free=False, price="12.5", price_text="Incluye materiales", accessibility=["lengua-de-senas"],
        languages=["es", "qu"], outdoors=True, public_space=True, booking_url="https://reservas.example/1",
        abstract="Con medias viejas.",
    )  # fmt: skip
    season.jointly(event, "miraflores", brings="El estrado")
    season.jointly(event, "lince", Consent.INVITED, brings="Las luces")
    page = visit(client, f"/events/{event.slug}")
    assert page.one("h1").text == "Taller de títeres"
    when = page.one(cls="when-card").one("p", cls="when")
    assert (when.text, when.one("time").attrs["datetime"]) == (
        "sáb. 5 de diciembre, 7:30 p. m. a 9 p. m.", "2026-12-05T19:30",
    )  # fmt: skip
    said = facts(page)
    assert said["Dónde"] == "Parque Municipal Av. Grau 100 Barranco Al aire libre, en un espacio público"
    assert said["Cómo llegar"] == "Google Maps Waze OpenStreetMap Otra app"
    assert said["Cuánto"] == "S/ 12.50 Incluye materiales Reservas o entradas"
    assert said["Para quién"] == "Familias De 6 a 11 años"
    assert said["Accesibilidad"] == "Interpretación en lengua de señas peruana"
    assert said["Idioma"] == "Español y quechua"
    assert said["Organizan"] == "Municipalidad de Barranco Municipalidad de Miraflores El estrado"
    assert "Lince" not in page.text, "S15: nobody is shown before it accepts"
    assert "Las luces" not in page.text


def test_its_text_keeps_emphasis_lists_and_links_and_nothing_else_s20(client: FlaskClient, season: Season) -> None:
    text = (
        "Trae **ganas**.\n\n- Una media\n- Dos botones\n\n[La página](https://uno.example) "
        "[mala](javascript:alert(1)) <script>alert(1)</script> <img src=x onerror=alert(1)>\n# Gritos"
    )
    event = season.post("Taller", description=text)
    answer = client.get(f"/events/{event.slug}").text
    prose = visit(client, f"/events/{event.slug}").one("div", cls="prose")
    assert (prose.texts("strong"), prose.texts("li")) == (["ganas"], ["Una media", "Dos botones"])
    link = prose.one("a")
    assert (link.attrs["href"], set(link.attrs["rel"].split())) == (
        "https://uno.example", {"nofollow", "ugc", "noopener", "noreferrer"},
    )  # fmt: skip
    assert {each.tag for each in prose.all()} == {"p", "strong", "ul", "li", "a", "br"}
    assert "<script>alert(1)</script> <img src=x onerror=alert(1)>" in prose.text, "it stands as it was typed"
    assert "<script>alert" not in answer
    assert "javascript:" not in "".join(prose.hrefs())


def test_several_days_are_said_as_days(client: FlaskClient, season: Season) -> None:
    event = season.post("Festival", start="2026-12-04", end="2026-12-06")
    page = visit(client, f"/events/{event.slug}")
    assert page.one(cls="when-card").one("p", cls="when").text == "del 4 al 6 de diciembre"


def test_a_series_shows_its_rule_its_next_date_and_the_others(client: FlaskClient, season: Season) -> None:
    event = season.post("Taller", start="2026-11-28T10:00", end="2026-11-28T12:00", **SATURDAYS)
    page = visit(client, f"/events/{event.slug}")
    card = page.one(cls="when-card")
    assert card.one("p", cls="when").text == "sáb. 5 de diciembre, 10 a. m. a 12 p. m."
    assert card.one(cls="rule").text == "Cada sábado, 4 fechas"
    dates = page.one("ul", cls="dates")
    assert dates.hrefs() == [f"/events/{event.slug}/202612{day}T1000" for day in ("05", "12", "19")]


def test_dates_that_were_called_off_are_listed_and_not_counted(client: FlaskClient, season: Season) -> None:
    event = season.post("Taller", **SATURDAYS)
    change(season, event, "20261212T1930", cancelled=True)
    page = visit(client, f"/events/{event.slug}")
    assert page.one(cls="when-card").one("a", cls="onward").text == "3 fechas por venir"
    assert len(page.one("ul", cls="dates").all("li")) == 4


def test_one_date_has_a_page_of_its_own(client: FlaskClient, season: Season) -> None:
    event = season.post("Taller", **SATURDAYS)
    page = visit(client, f"/events/{event.slug}/20261212T1930")
    assert page.one(cls="when-card").one("p", cls="when").text == "sáb. 12 de diciembre, 7:30 p. m. a 9 p. m."
    canonical = next(each for each in page.all("link") if each.attrs["rel"] == "canonical")
    assert canonical.attrs["href"] == f"https://agenda.example/events/{event.slug}/20261212T1930"
    assert f"/feeds/events/{event.slug}/20261212T1930.ics" in page.hrefs()
    for there_is_none in ("20261213T1930", "20261212", "x", "20261212T1930Z"):
        visit(client, f"/events/{event.slug}/{there_is_none}", status=404)


def test_the_page_of_the_only_date_is_the_events(client: FlaskClient, season: Season) -> None:
    event = season.post("Retreta")
    page = visit(client, f"/events/{event.slug}/20261205T1930")
    canonical = next(each for each in page.all("link") if each.attrs["rel"] == "canonical")
    assert canonical.attrs["href"] == f"https://agenda.example/events/{event.slug}"


# --- what cannot be overlooked -----------------------------------------------------------------------------


def test_a_cancelled_event_says_so_and_offers_no_reminder(client: FlaskClient, season: Season) -> None:
    event = season.post("Retreta")
    path = f"/events/{event.slug}"
    assert f"/subscribe?event={event.slug}" in visit(client, path).hrefs()
    call_off(season, event)
    page = visit(client, path)
    flag = page.one(cls="banner-flag")
    assert (flag.text, flag.attrs["role"]) == ("Cancelado Por la lluvia.", "status")
    (title,) = (each.attrs["content"] for each in page.all("meta") if each.attrs.get("property") == "og:title")
    assert title == f"Cancelado: {page.one('h1').text}"
    assert f"/subscribe?event={event.slug}" not in page.hrefs()
    assert structured(page)["eventStatus"] == "https://schema.org/EventCancelled"
    assert page.one("article").all("a", cls="onward")[-1].text == "Lo que viene en Barranco"


def test_one_cancelled_date_does_not_cancel_the_series(client: FlaskClient, season: Season) -> None:
    event = season.post("Taller", **SATURDAYS)
    change(season, event, "20261205T1930", cancelled=True, reason="Feriado.")
    page = visit(client, f"/events/{event.slug}")
    assert page.all(cls="banner-flag") == []
    assert page.one(cls="when-card").one("time").attrs["datetime"] == "2026-12-12T19:30"
    assert page.one("ul", cls="dates").one("li").text == "sáb. 5 de diciembre, 7:30 p. m. a 9 p. m. Cancelado"
    alone = visit(client, f"/events/{event.slug}/20261205T1930")
    assert alone.one(cls="banner-flag").text == "Cancelado Feriado."


def test_a_moved_date_says_when_it_was_to_be(client: FlaskClient, season: Season) -> None:
    event = season.post("Taller", **SATURDAYS)
    start, end = datetime(2026, 12, 13, 17), datetime(2026, 12, 13, 19)
    change(season, event, "20261212T1930", start=start, end=end, reason="Por la procesión.")
    page = visit(client, f"/events/{event.slug}/20261212T1930")
    assert page.one(cls="banner-flag").text == (
        "Cambió de fecha u hora Antes: sáb. 12 de diciembre, 7:30 p. m. a 9 p. m. Por la procesión."
    )
    assert page.one(cls="when-card").one("time").attrs["datetime"] == "2026-12-13T17:00"
    said = structured(page)
    assert said["eventStatus"] == "https://schema.org/EventRescheduled"
    assert said["previousStartDate"] == "2026-12-12T19:30:00-05:00"
    assert visit(client, f"/events/{event.slug}").all(cls="banner-flag") == []


def test_an_event_of_one_date_says_when_and_where_it_was_announced(client: FlaskClient, season: Season) -> None:
    """Who looked yesterday looks again: an edit tells as much as a date of a series that is moved."""
    event = season.post("Retreta", start="2026-12-05T19:30", end="2026-12-05T21:00")

    def flags() -> list[str]:
        return [each.text for each in visit(client, f"/events/{event.slug}").all(cls="banner-flag")]

    revise_to(season, event, description="Con banda.")
    assert flags() == []
    revise_to(season, event, start="2026-12-06T18:00", end="2026-12-06T20:00")
    assert flags() == ["Cambió de fecha u hora Antes: sáb. 5 de diciembre, 7:30 p. m. a 9 p. m."]
    revise_to(season, event, venue=None, place_note="En la losa")
    assert flags() == ["Cambió de lugar"]


def test_a_date_elsewhere_says_so(client: FlaskClient, season: Season) -> None:
    other = season.post("Otro", venue={"name": "Teatro Nuevo", "kind": "teatro"})
    event = season.post("Taller", **SATURDAYS)
    assert other.venue
    change(season, event, "20261212T1930", venue=other.venue.slug, reason="Se llenó.")
    page = visit(client, f"/events/{event.slug}/20261212T1930")
    assert page.one(cls="banner-flag").text == "Cambió de lugar Se llenó."
    assert facts(page)["Dónde"].startswith("Teatro Nuevo")


def test_what_is_over_says_so(client: FlaskClient, season: Season) -> None:
    event = season.post("Ayer", start="2026-11-29T19:00", end="2026-11-29T20:00")
    page = visit(client, f"/events/{event.slug}")
    assert page.one(cls="banner-flag").text == "Ya pasó"
    assert f"/subscribe?event={event.slug}" not in page.hrefs()


def test_what_was_withdrawn_is_gone_s17(client: FlaskClient, season: Season) -> None:
    event = season.post("Publicado por error")
    call_off(season, event, withdraw=True)
    answer = client.get(f"/events/{event.slug}")
    assert answer.status_code == 410
    assert "Publicado por error" not in answer.text


def test_a_former_slug_leads_on_with_its_query(client: FlaskClient, season: Season) -> None:
    event = season.post("Retreta")
    with season.house.deed() as session:
        session.add(FormerSlug(kind="event", slug="la-vieja", target_id=event.id))
    answer = client.get("/events/la-vieja?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/events/{event.slug}?lang=en")
    assert client.get("/events/la-vieja/20261205T1930").headers["Location"] == f"/events/{event.slug}/20261205T1930"
    visit(client, "/events/nunca-hubo", status=404)


# --- ways out ----------------------------------------------------------------------------------------------


def query_of(page: Element, host: str) -> dict[str, str]:
    """The pairs of the link that leads to a host."""
    link = next(each for each in page.hrefs() if urlsplit(each).hostname == host)
    return {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}


def test_google_gets_a_copy_with_the_wall_clock_and_its_zone(client: FlaskClient, season: Season) -> None:
    event = season.post("Música & café", rrule="FREQ=WEEKLY;BYDAY=SA;UNTIL=20270130")
    whole = query_of(visit(client, f"/events/{event.slug}"), "calendar.google.com")
    assert whole == {
        "action": "TEMPLATE", "text": "Música & café", "dates": "20261205T193000/20261205T210000",
        "ctz": "America/Lima", "details": f"https://agenda.example/events/{event.slug}",
        "location": "Parque Municipal, Av. Grau 100, Barranco",
        "recur": "RRULE:FREQ=WEEKLY;BYDAY=SA;UNTIL=20270131T045959Z",
    }  # fmt: skip
    one = query_of(visit(client, f"/events/{event.slug}/20261212T1930"), "calendar.google.com")
    assert (one["dates"], "recur" in one) == ("20261212T193000/20261212T210000", False)


def test_an_all_day_copy_ends_the_day_after(client: FlaskClient, season: Season) -> None:
    event = season.post("Festival", start="2026-12-04", end="2026-12-06")
    page = visit(client, f"/events/{event.slug}")
    assert query_of(page, "calendar.google.com")["dates"] == "20261204/20261207"
    outlook = query_of(page, "outlook.live.com")
    assert (outlook["startdt"], outlook["enddt"], outlook["allday"]) == ("2026-12-04", "2026-12-07", "true")


def test_outlook_gets_instants_in_utc(client: FlaskClient, season: Season) -> None:
    page = visit(client, f"/events/{season.post('Retreta').slug}")
    outlook = query_of(page, "outlook.live.com")
    assert outlook == query_of(page, "outlook.office.com"), "accounts of work or school live elsewhere"
    assert (outlook["startdt"], outlook["enddt"]) == ("2026-12-06T00:30:00Z", "2026-12-06T02:00:00Z")
    assert (outlook["path"], outlook["rru"]) == ("/calendar/action/compose", "addevent")


def test_whatsapp_gets_a_text_that_says_it_all(client: FlaskClient, season: Season) -> None:
    event = season.post("Retreta")
    said = query_of(visit(client, f"/events/{event.slug}"), "wa.me")["text"]
    assert said.splitlines() == [
        "*Retreta*", "sáb. 5 de diciembre, 7:30 p. m. a 9 p. m.", "Parque Municipal",
        f"https://agenda.example/events/{event.slug}",
    ]  # fmt: skip


def test_directions_need_a_position(client: FlaskClient, season: Season) -> None:
    placed = visit(client, f"/events/{season.post('Retreta').slug}").hrefs()
    assert "https://www.google.com/maps/dir/?api=1&destination=-12.149700,-77.022300" in placed
    assert "geo:-12.149700,-77.022300?q=-12.149700,-77.022300(Parque%20Municipal)" in placed
    vague = season.post("Vaga", venue={"name": "Por ahí", "kind": "calle"})
    assert [each for each in visit(client, f"/events/{vague.slug}").hrefs() if each.startswith("geo:")] == []


def test_links_to_elsewhere_give_no_hold_on_the_page(client: FlaskClient, season: Season) -> None:
    event = season.post("Retreta", booking_url="https://reservas.example/", online_url="https://video.example/")
    page = visit(client, f"/events/{event.slug}")
    outward = [each for each in page.all("a") if each.attrs["href"].startswith("http")]
    assert len(outward) >= 6
    assert [each.attrs["href"] for each in outward if "noopener" not in each.attrs.get("rel", "")] == []


def test_search_engines_read_the_event_as_schema_org_says_it(client: FlaskClient, season: Season) -> None:
    event = season.post("Concierto", format="concierto", disciplines=["jazz-fusion"], free=False, price="15")
    said = structured(visit(client, f"/events/{event.slug}"))
    assert said == {
        "@context": "https://schema.org", "@type": "MusicEvent", "name": "Concierto", "inLanguage": "es",
        "url": f"https://agenda.example/events/{event.slug}",
        "startDate": "2026-12-05T19:30:00-05:00", "endDate": "2026-12-05T21:00:00-05:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place", "name": "Parque Municipal", "url": "https://agenda.example/venues/parque-municipal",
            "address": {"@type": "PostalAddress", "streetAddress": "Av. Grau 100", "addressLocality": "Barranco",
                        "addressRegion": "Lima Metropolitana"},
            "geo": {"@type": "GeoCoordinates", "latitude": -12.1497, "longitude": -77.0223},
        },
        "organizer": [{"@type": "GovernmentOrganization", "name": "Municipalidad de Barranco",
                       "url": "https://agenda.example/districts/barranco"}],
        "offers": {"@type": "Offer", "price": "15.00", "priceCurrency": "PEN"},
        "audience": [{"@type": "Audience", "audienceType": "Todo público"}],
    }  # fmt: skip


def test_search_engines_read_how_a_series_repeats_and_every_date_to_come(client: FlaskClient, season: Season) -> None:
    event = season.post("Taller", **SATURDAYS)
    change(season, event, "20261212T1930", cancelled=True, reason="Feriado.")
    said = structured(visit(client, f"/events/{event.slug}"))
    assert said["eventSchedule"] == {
        "@type": "Schedule", "repeatFrequency": "P1W", "startDate": "2026-12-05", "startTime": "19:30:00",
        "endTime": "21:00:00", "scheduleTimezone": "America/Lima", "repeatCount": 4, "byDay": ["SA"],
    }  # fmt: skip
    dates = [(each["startDate"], each["eventStatus"].rpartition("/")[2]) for each in said["subEvent"]]
    assert dates[:3] == [
        ("2026-12-05T19:30:00-05:00", "EventScheduled"), ("2026-12-12T19:30:00-05:00", "EventCancelled"),
        ("2026-12-19T19:30:00-05:00", "EventScheduled"),
    ]  # fmt: skip
    assert {each["location"]["name"] for each in said["subEvent"]} == {"Parque Municipal"}
    one = structured(visit(client, f"/events/{event.slug}/20261219T1930"))
    assert one["superEvent"]["url"] == f"https://agenda.example/events/{event.slug}"
    assert "subEvent" not in one


def test_no_text_breaks_out_of_the_structured_data_s20(client: FlaskClient, season: Season) -> None:
    event = season.post("</script><script>alert(1)</script>")
    answer = client.get(f"/events/{event.slug}").text
    assert "<script>alert" not in answer
    assert structured(visit(client, f"/events/{event.slug}"))["name"] == "</script><script>alert(1)</script>"


# --- round about -------------------------------------------------------------------------------------------


def test_neighbours_come_before_the_same_municipality(client: FlaskClient, season: Season) -> None:
    event = season.post("Retreta")
    season.post("En casa", start="2026-12-05T10:00", end="2026-12-05T11:00")
    season.post("Al lado", host="miraflores", start="2026-12-05T20:00", end="2026-12-05T21:00")
    season.post("Lejos", host="ancon", start="2026-12-05T10:00", end="2026-12-05T11:00")
    season.post("Otro día", host="miraflores", start="2026-12-06T20:00", end="2026-12-06T21:00")
    page = visit(client, f"/events/{event.slug}")
    assert [row.one("a").text for row in page.all("li", cls="row")] == ["Al lado", "En casa"]


def test_what_is_near_a_fair_of_days_says_its_day_and_its_hour_once(client: FlaskClient, season: Season) -> None:
    fair = season.post("Feria", start="2026-12-05", end="2026-12-08")
    season.post("Concierto", start="2026-12-06T19:00", end="2026-12-06T21:00", host="miraflores")
    near = visit(client, f"/events/{fair.slug}").all("section", cls="block")[-1]
    assert near.texts(cls="when") == ["dom. 6 dic. 7 p. m."]


def test_the_host_finds_the_way_to_edit_and_nobody_else(client: FlaskClient, season: Season, now: datetime) -> None:
    event = season.post("Retreta")
    edit = f"/office/events/{event.slug}/edit"
    assert edit not in visit(client, f"/events/{event.slug}").hrefs()
    an_officer_of(season.house, now)
    sign_in(client)
    assert edit in visit(client, f"/events/{event.slug}").hrefs()


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_speaks_the_readers_language_and_marks_the_text_that_does_not(
    client: FlaskClient, season: Season, language: str
) -> None:
    event = season.post("Retreta")
    page = visit(client, f"/events/{event.slug}?lang={language}")
    assert page.one("html").attrs["lang"] == language
    assert page.one("h1").attrs.get("lang", "") == ("" if language == "es" else "es")
