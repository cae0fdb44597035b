"""Files as three widespread programs write them (ours, one for each of their habits), from bytes to dates."""

from __future__ import annotations

from datetime import datetime

from calendar_service.db.engine import Database
from tests.feeds.reading import sample
from tests.services.bringing import bring, counts, dates, events


def test_a_google_calendar_with_an_endless_series(lima: Database, now: datetime) -> None:
    report = bring(lima, sample("ics/google_house_of_culture.ics"), now=now)
    assert counts(report) == {"created": 3}
    workshop, exhibition, concert = sorted(events(lima), key=lambda each: each.uid != report.rows[0].uid)
    assert (workshop.description, workshop.place_note) == (
        "Taller libre para todas las edades.\nTrae pañuelo.", "Casa de la Cultura, Jr. Unión 123, Barranco"
    )  # fmt: skip
    assert [each.code for each in report.rows[0].problems] == ["import_series_cut"]
    found = dates(lima)
    assert found[0] == "2026-10-31T16:00"
    assert "2026-12-13T10:00" in found
    assert not {"2026-12-12T16:00", "2026-12-26T16:00"} & set(found)
    assert (exhibition.all_day, str(exhibition.end), exhibition.status) == (True, "2026-12-20 00:00:00", "confirmed")
    assert (str(concert.start), concert.online_url, concert.status) == (
        "2026-12-18 19:30:00", "https://meet.google.example/abc", "tentative"
    )  # fmt: skip


def test_an_outlook_calendar_with_zones_of_its_own(lima: Database, now: datetime) -> None:
    report = bring(lima, sample("ics/outlook_customized_zone.ics"), now=now)
    assert (counts(report), report.remarks) == ({"created": 2}, [])
    book, meeting = events(lima)
    assert (str(book.start), book.timezone, book.description) == (
        "2026-12-10 19:00:00", "America/Lima", "Con la autora & invitados"
    )  # fmt: skip
    assert (meeting.timezone, meeting.status) == ("America/Santiago", "draft")


def test_a_web_sites_calendar_in_utc(lima: Database, now: datetime) -> None:
    report = bring(lima, sample("ics/wordpress_in_utc.ics"), now=now)
    assert (counts(report), [each.problems for each in report.rows]) == ({"created": 1}, [()])
    (band,) = events(lima)
    assert (band.summary, band.description) == ("Retreta de la banda & amigos", "Todos los sábados en la plaza.\n\nMás")
    assert (band.disciplines, band.format, band.booking_url) == (
        ("bandas",), "concierto", "https://municipalidad.example/evento/retreta/"
    )  # fmt: skip
    assert band.venue
    assert (band.venue.name, band.venue.district.slug) == ("Plaza Butters", "barranco")
    found = dates(lima)
    assert (found[0], found[-1], len(found)) == ("2026-12-05T19:30", "2027-01-30T19:30", 8)
    assert "2026-12-26T19:30" not in found
