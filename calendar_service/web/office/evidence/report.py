"""The report of a season: for a mayor's desk or the ministry, as a page, a sheet of paper, and a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.times.months import last_day
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.evidence import seasons, table
from calendar_service.services.evidence.seasons import Season
from calendar_service.services.printing import typesetting
from calendar_service.web.office.evidence.sheet import sheet_said
from calendar_service.web.office.evidence.wording import figures, heading, most_attended, partners, parts
from calendar_service.web.office.whose import homes, myself
from calendar_service.words import mark

room = Room("report")
PAGE = "office/evidence/report.html"
PATH = to.office("report")
NETWORK = mark("Toda la red")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whose report, of which days: as the address says it, by default this month of her first district."""

    district: str
    first: date
    last: date

    @property
    def query(self) -> str:
        """The same for the other forms of the report."""
        return f"district={self.district}&from={self.first}&to={self.last}"


@room.get("/office/report", policy=Policy.OFFICER)
def report() -> Response:
    """The page, with other seasons to choose and its other forms."""
    mine, wish = _mine(), _wish()
    problems: list[Problem] = []
    try:
        season = _season(wish)
    except Invalid as wrong:
        problems, wish = list(wrong.problems), Wish(district=wish.district, **_this_month())
        season = _season(wish)
    return page(
        PAGE, season=season, wish=wish, mine=mine, problems=problems, heading=heading(season), figures=figures(season),
        parts=parts(season), partners=partners(season), most_attended=most_attended(season), choices=_choices(wish),
        typed={"district": wish.district, "from": wish.first.isoformat(), "to": wish.last.isoformat()},
        pdf=to.office("report.pdf", query=wish.query), csv=to.office("report.csv", query=wish.query),
    )  # fmt: skip


@room.get("/office/report.pdf", policy=Policy.OFFICER)
def report_pdf() -> Response:
    """One sheet, A4. Raises Invalid."""
    season = _season(_wish())
    made = typesetting.typeset(asking.house().settings.data_dir, "report", sheet_said(season))
    return _file(made, "application/pdf", season, "pdf")


@room.get("/office/report.csv", policy=Policy.OFFICER)
def report_csv() -> Response:
    """Each date with what came of it. Raises Invalid."""
    wish = _wish()
    with asking.reading() as session:
        found = seasons.dates(session, wish.district, first=wish.first, last=wish.last, viewer=asking.viewer())
        made = table.as_csv(found, metropolis=asking.metropolis(), words=asking.words())
    return _file(made, "text/csv", wish, "csv")


def _file(content: bytes, mimetype: str, of: Season | Wish, ending: str) -> Response:
    slug = of.district if isinstance(of, Wish) else of.district and of.district.slug
    answer = Response(content, mimetype=mimetype)
    name = f"{slug or 'red'}-{of.first}-{of.last}.{ending}"
    answer.headers["Content-Disposition"] = f'{"inline" if ending == "pdf" else "attachment"}; filename="{name}"'
    return answer


def _season(wish: Wish) -> Season:
    with asking.reading() as session:
        return seasons.season(session, wish.district, first=wish.first, last=wish.last, viewer=asking.viewer())


# Whose, and of when


def _mine() -> list[tuple[str, str]]:
    """The districts whose reports she reads, with their names; an empty slug is the network."""
    if myself().officer.facilitator:
        return [("", asking.words().t(NETWORK)), *((each.slug, each.name) for each in asking.metropolis().districts)]
    return sorted((each.slug, each.name) for each in homes())


def _wish() -> Wish:
    """What cannot be read as a day is this month's."""
    mine, usual = _mine(), _this_month()
    slug = request.args.get("district", mine[0][0] if mine else "")
    return Wish(district=slug, first=_day("from", usual["first"]), last=_day("to", usual["last"]))


def _day(name: str, usual: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return usual


def _this_month() -> dict[str, date]:
    first = asking.today().replace(day=1)
    return {"first": first, "last": last_day(first)}


def _choices(wish: Wish) -> Sequence[tuple[str, str, bool]]:
    """The seasons that are asked for most: their names, where they are, whether it is this one."""
    return [
        (said, to.office("report", query=Wish(district=wish.district, first=first, last=last).query),
         (first, last) == (wish.first, wish.last))
        for said, first, last in _usual_seasons()
    ]  # fmt: skip


def _usual_seasons() -> Iterator[tuple[str, date, date]]:
    words, today = asking.words(), asking.today()
    this = today.replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    quarter = this.replace(month=3 * ((today.month - 1) // 3) + 1)
    yield words.month(this), this, last_day(this)
    yield words.month(before), before, last_day(before)
    yield words.t("este trimestre"), quarter, last_day(quarter.replace(month=quarter.month + 2))
    for year in (today.year, today.year - 1):
        yield str(year), date(year, 1, 1), date(year, 12, 31)
