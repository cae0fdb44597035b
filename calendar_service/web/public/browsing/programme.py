"""The printed programme of any selection: as a page that prints well, and as PDF for the door of a town hall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import segno
from flask import Response, request
from markupsafe import Markup

from calendar_service import addresses as to
from calendar_service.db.engine import Session
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.times.months import following, last_day
from calendar_service.domain.times.window import window
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import browsing, describing, places
from calendar_service.services.printing import typesetting
from calendar_service.web.public.browsing.choosing import Choice, read_choice
from calendar_service.web.public.browsing.city_map import Sketch, sketch
from calendar_service.web.public.browsing.rows import DayRows, Row, Rows

room = Room("programme")
PAPERS = ("a4", "a3")
LONGEST = timedelta(days=61)
PER_DAY = 40
MONTHS = 4
NEXT_MONTH_FROM = 24
"""From this day on, who asks for no dates means the month that comes."""
LARGE, SMALL, AT_EASE = 76, 30, 10
"""Points of a title, and how many letters are set at the largest size."""
UNBROKEN = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What stands on the sheet; `live` is where it is always up to date, `sketch` where its districts are."""

    title: str
    kicker: str
    chosen: str
    period: str
    first: date
    last: date
    query: str
    live: str
    days: Sequence[DayRows]
    lasting: Sequence[Row]
    months: Sequence[tuple[str, str]]
    cut: bool
    sketch: Sketch | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on."""
        return not self.days and not self.lasting

    @property
    def code(self) -> str:
        """The live address for cameras, as SVG."""
        return segno.make(_absolute(self.live), error="m").svg_inline(
            border=0, dark="#000", svgclass=None, omitsize=True
        )

    @property
    def picture(self) -> Markup:
        """The same inside a page."""
        return Markup(self.code)  # noqa: S704 - drawn by us from an address of ours

    @property
    def short(self) -> str:
        """The live address as one reads it aloud."""
        return _absolute(self.live).partition("://")[2]


@room.get("/print", policy=Policy.PUBLIC)
def sheet() -> Response:
    """The programme as a page, with its other forms."""
    with asking.reading() as session:
        choice = read_choice(session, here=to.programme)
        return page(
            "public/browsing/programme.html", choice=choice, programme=_programme(session, choice), papers=PAPERS
        )


@room.get("/print.pdf", policy=Policy.PUBLIC)
def pdf() -> Response:
    """The programme as PDF; made once for equal content."""
    with asking.reading() as session:
        programme = _programme(session, read_choice(session, here=to.programme))
    paper = request.args.get("paper", "")
    said = _said(programme, paper=paper if paper in PAPERS else PAPERS[0])
    made = typesetting.typeset(asking.house().settings.data_dir, "programme", said)
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{_file_name(programme)}"'
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.vary.update(("Accept-Language", "Cookie"))
    answer.add_etag(weak=True)
    return answer.make_conditional(request)  # type: ignore[return-value] # werkzeug's own type; it gives itself back


def _programme(session: Session, choice: Choice) -> Programme:
    first, last, cut = _period(choice.selection)
    what = choice.selection.without_time()
    title, kicker, chosen, here = _heading(session, what)
    rows = Rows(told=(title,))
    found = browsing.days(session, what, first=first, last=last, now=asking.now(), per_day=PER_DAY)
    days = [_day(each, first) for each in rows.days(found, what)]
    return Programme(
        title=title, kicker=kicker, chosen=chosen, period=_period_said(first, last), first=first, last=last, cut=cut,
        query=replace(what, from_day=first, to_day=last).query(), live=_live(what),
        days=[each for each in days if each.rows or each.lasting], lasting=rows.running(found.long),
        months=_months(what), sketch=sketch(*here) if here else None,
    )  # fmt: skip


def _day(day: DayRows, first: date) -> DayRows:
    """What lasts a few days stands on the first of them alone."""
    begun = [each for each in day.lasting if max(each.day, first) == day.day]
    return replace(day, lasting=begun)


# Which days


def _period(selection: Selection) -> tuple[date, date, bool]:
    """The first and the last day, both included; a month when none were said, two at most."""
    if not (selection.when or selection.from_day or selection.to_day):
        first = _usual_month(asking.today())
        return first, last_day(first), False
    asked = window(selection, now=asking.now(), timezone=asking.metropolis().timezone)
    last = asked.last_day or last_day(asked.first_day.replace(day=1))
    furthest = asked.first_day + LONGEST
    return asked.first_day, min(last, furthest), last > furthest


def _usual_month(today: date) -> date:
    this = today.replace(day=1)
    return this if today.day < NEXT_MONTH_FROM else following(this)


def _months(what: Selection) -> list[tuple[str, str]]:
    """The next few months by name, and the query of each."""
    months = [asking.today().replace(day=1)]
    while len(months) < MONTHS:
        months.append(following(months[-1]))
    return [(_month_said(each), replace(what, from_day=each, to_day=last_day(each)).query()) for each in months]


def _month_said(first: date) -> str:
    said = asking.words().month(first)
    return said[:1].upper() + said[1:]


def _period_said(first: date, last: date) -> str:
    said = asking.words().period(first, last, today=asking.today())
    return said[:1].upper() + said[1:]


# Whose programme


def _heading(session: Session, what: Selection) -> tuple[str, str, str, Sequence[str]]:
    """The title, what stands above it and what below, and its districts: a district and a cluster by name."""
    words, metropolis = asking.words(), asking.metropolis()
    agenda = words.t("Agenda cultural de %(place)s", place=metropolis.name)
    if len(what.districts) == 1:
        record = next(each for each in metropolis.districts if each.slug == what.districts[0])
        return record.name, f"{agenda} · {record.municipality}", _said_beside(session, what, "district"), what.districts
    if len(what.clusters) == 1:
        cluster = places.existing_cluster(session, what.clusters[0])
        members = [each.district.slug for each in cluster.accepted]
        return cluster.name, agenda, _said_beside(session, what, "cluster"), members
    said = _said_beside(session, what, "")
    return (said, agenda, "", what.districts) if said else (agenda, "", "", ())


def _said_beside(session: Session, what: Selection, kind: str) -> str:
    said = describing.parts(session, what, words=asking.words(), today=asking.today())
    return describing.sentence(each for each in said if each.kind != kind)


def _live(what: Selection) -> str:
    """Where the same is always up to date: the page of a district or a cluster, if that is all."""
    if what == Selection(districts=what.districts) and len(what.districts) == 1:
        return to.district(what.districts[0])
    if what == Selection(clusters=what.clusters) and len(what.clusters) == 1:
        return to.cluster(what.clusters[0])
    return to.events(what.query())


def _absolute(path: str) -> str:
    return to.absolute(asking.house().settings.base_url, path)


# What goes to the typesetter


def _said(programme: Programme, *, paper: str) -> dict[str, Any]:
    words = asking.words()
    return {
        "paper": paper, "lang": words.language, "publisher": programme.kicker or programme.title,
        "title": programme.title, "size": _title_size(programme.title), "period": programme.period,
        "kicker": programme.kicker, "chosen": programme.chosen, "code": _standing_alone(programme.code),
        "code_alt": words.t("Código QR que lleva a %(address)s", address=programme.short),
        "live": words.t("Siempre al día: %(address)s", address=programme.short),
        "footer": words.t("Al %(day)s. Puede cambiar: mira antes de salir.", day=words.day_long(asking.today())),
        "map": _map_said(programme.sketch),
        "empty": words.t("Todavía no hay nada publicado para estos días."),
        "days": [_day_said(each) for each in programme.days],
        "lasting": {"title": words.t("Sigue abierto"), "rows": [_row_said(each) for each in programme.lasting]},
    }  # fmt: skip


def _title_size(title: str) -> int:
    """Points: a long name is set smaller, so that it keeps to a line or two."""
    return max(SMALL, min(LARGE, LARGE * AT_EASE // max(1, len(title)) + 8))


def _standing_alone(svg: str) -> str:
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _map_said(drawn: Sketch | None) -> str:
    """The metropolis in white on the sheet's black; empty where no districts were chosen."""
    if drawn is None:
        return ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 -6 {drawn.grid.width + 12} {drawn.grid.height + 12}">'
        f'<path fill="#666" stroke="#000" stroke-width="12" d="{drawn.others}"/>'
        f'<path fill="#fff" stroke="#000" stroke-width="12" d="{drawn.here}"/></svg>'
    )


def _day_said(day: DayRows) -> dict[str, Any]:
    words = asking.words()
    return {
        "number": str(day.day.day), "weekday": words.weekday(day.day),
        "month": words.locale.months["format"]["wide"][day.day.month],
        "rows": [_row_said(each) for each in (*day.lasting, *day.rows)],
        "more": words.n("y %(num)s más en línea", "y %(num)s más en línea", day.more) if day.more > 0 else "",
    }  # fmt: skip


def _row_said(row: Row) -> dict[str, Any]:
    words = asking.words()
    lang = row.lang if row.lang in asking.metropolis().languages else words.language
    flag = words.t("Cancelado") if row.cancelled else words.t("Cambió de fecha u hora") if row.moved else ""
    when = "" if row.until else row.time or words.t("todo el día")
    where = (row.until[:1].upper() + row.until[1:], row.place, row.district)
    return {
        "time": " ".join(when.split()).replace(" ", UNBROKEN), "summary": row.summary,
        "lang": lang, "off": row.cancelled, "flag": flag,
        "where": " · ".join(part for part in where if part), "price": row.price,
        "note": " · ".join(part for part in (row.joint, row.reason if flag else "") if part),
    }  # fmt: skip


def _file_name(programme: Programme) -> str:
    """ASCII, as a header wants it: where, and from which day."""
    where = programme.live.rstrip("/").rpartition("/")[2].partition("?")[0] or "agenda"
    return f"{where}-{programme.first:%Y-%m-%d}.pdf"
