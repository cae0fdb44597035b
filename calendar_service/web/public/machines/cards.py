"""The pictures that stand for a page where its link is shared; of drafts and holds there are none (S17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.access import ANYBODY
from calendar_service.domain.errors import Gone
from calendar_service.domain.finding.agenda import line_of
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.hexagons import grid
from calendar_service.entrance import asking
from calendar_service.entrance.answers import moved
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.access import event_for
from calendar_service.services.agenda import browsing, mapping, places
from calendar_service.services.pictures import storing
from calendar_service.services.printing import cards
from calendar_service.services.printing.cards import Card, plain
from calendar_service.services.syndication.leaving_out import calm_if_damaged
from calendar_service.web.public.browsing.calendar import month_of
from calendar_service.web.public.browsing.city_map import drawn
from calendar_service.web.public.browsing.rows import Row, Rows

room = Room("cards")
DAY = 86_400


@room.get("/cards/agenda.png", policy=Policy.PUBLIC)
def agenda() -> Response:
    """The card of everything: how much is on where until the weekend is over, or in a month. Raises NotFound."""
    coming, title = _month(request.args["month"]) if "month" in request.args else _until_sunday()
    with asking.reading() as session:
        counts = mapping.dates_by_district(session, coming, now=asking.now())
    drawn_map = drawn(counts, href=to.district)
    return _given(Card(
        brand=_brand(), title=title, foot=_foot(""), tinted=True,
        cells=tuple((each.cell.x, each.cell.y, each.tint) for each in drawn_map.districts),
    ))  # fmt: skip


def _until_sunday() -> tuple[Selection, str]:
    today = asking.today()
    sunday = today + timedelta(days=6 - today.weekday())
    return Selection(from_day=today, to_day=sunday), asking.words().t("Qué hay hoy y este fin de semana")


def _month(said: str) -> tuple[Selection, str]:
    first, last = month_of(said)
    title = asking.words().month(first)
    return Selection(from_day=first, to_day=last), title[:1].upper() + title[1:]


@room.get("/cards/events/<slug>.png", policy=Policy.PUBLIC)
def event(slug: str) -> Response:
    """The card of an event with its next date, or with the one that `date` names by its original time."""
    with asking.reading() as session, calm_if_damaged(session, slug):
        found, _ = event_for(session, slug, viewer=ANYBODY)
        if found.slug != slug:
            return moved(to.card_event(found.slug))
        if found.is_bare:
            raise Gone("gone")
        dates = browsing.dates_of(session, found, recurrence_id=request.args.get("date"), now=asking.now())
        row = Rows().row(line_of(dates.shown, found))
    words = asking.words()
    months = words.locale.months["format"]["wide"]
    return _given(Card(
        brand=_brand(), title=found.summary, number=str(row.day.day), hue=row.hue,
        weekday=words.weekday(row.day), month=months[row.day.month], hour=row.time, until=row.until, price=row.price,
        foot=" · ".join(part for part in (row.place, row.district) if part),
        flag=_flag(row), poster=found.picture.digest if found.picture else "",
    ))  # fmt: skip


def _flag(row: Row) -> str:
    if row.cancelled:
        return asking.words().t("Cancelado")
    return asking.words().t("Cambió de fecha u hora") if row.moved else ""


@room.get("/cards/districts/<slug>.png", policy=Policy.PUBLIC)
def district(slug: str) -> Response:
    """The card of a district."""
    with asking.reading() as session:
        found = places.district_with_surroundings(session, slug).district
        return _given(Card(brand=_brand(), title=found.name, foot=_foot(found.municipality), cells=_cells(slug)))


@room.get("/cards/clusters/<slug>.png", policy=Policy.PUBLIC)
def cluster(slug: str) -> Response:
    """The card of a cluster that there is."""
    with asking.reading() as session:
        found = places.existing_cluster(session, slug)
        names = sorted(each.district.name for each in found.accepted)
        cells = _cells(*(each.district.slug for each in found.accepted))
        return _given(Card(brand=_brand(), title=found.name, foot=asking.words().list_and(names), hue=0, cells=cells))


def _cells(*here: str) -> tuple[tuple[int, int, int], ...]:
    """Where the districts are, and which are meant."""
    return tuple((each.x, each.y, int(each.slug in here)) for each in grid(asking.metropolis()).cells)


def _brand() -> str:
    return asking.words().t("Agenda cultural de %(place)s", place=asking.metropolis().name)


def _foot(said: str) -> str:
    return said or asking.house().settings.base_url.partition("://")[2]


def _given(said: Card) -> Response:
    made = replace(said, brand=plain(said.brand), title=plain(said.title), foot=plain(said.foot),
                   hour=plain(said.hour), until=plain(said.until), price=plain(said.price))  # fmt: skip
    data_dir = asking.house().settings.data_dir
    poster = storing.read(data_dir, made.poster, "full.jpg") if made.poster else None
    answer = Response(cards.card(data_dir, made, poster), mimetype="image/png")
    answer.headers["Cache-Control"] = f"public, max-age={DAY}"
    answer.add_etag(weak=True)
    return answer.make_conditional(request)  # type: ignore[return-value] # werkzeug's own type; it gives itself back
