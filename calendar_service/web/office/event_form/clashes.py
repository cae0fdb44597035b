"""What competes with the date in the event's form: a page of its own, or the part of one that the script asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from calendar_service import addresses as to
from calendar_service.domain.clashes import level
from calendar_service.domain.errors import Invalid
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page
from calendar_service.entrance.doors import Policy, Room
from calendar_service.entrance.forms import forgery
from calendar_service.services.desk.advice import Advice, Better, Clash, Crowded, Shift, Wish
from calendar_service.services.desk.clash_words import (
    LEVELS,
    kind_in_words,
    parts_in_words,
    reason,
    shift_reason,
    size_in_words,
)
from calendar_service.services.desk.clashing import advise
from calendar_service.services.desk.wishing import When, placed, read_wish
from calendar_service.services.network.special_days import Marked
from calendar_service.web.office.event_form import places
from calendar_service.web.office.event_form.form import data_of
from calendar_service.web.office.event_form.when import ways
from calendar_service.web.office.event_form.when.times import exception_of, read_span
from calendar_service.web.office.forms import Form

room = Room("clashes")
PAGE, PART = "office/event_form/advice_page.html", "office/event_form/advice.html"
NOT_KEPT = frozenset({forgery.FIELD, "do", "part", ways.FIELD})
SHOWN = 6
"""As many as are read on a phone; the API gives more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that competes, in words."""

    name: str
    href: str
    district: str
    when: str
    held: bool
    score: int
    level: str
    level_name: str
    about: str
    because: str
    parts: Sequence[tuple[str, str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A better date: what the form's fields would say, and why."""

    when: str
    because: str
    start_date: str
    end_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """A date of a series with which something competes; `value` is what the list of dates calls it."""

    when: str
    score: int
    level: str
    said: str
    value: str
    way: Way | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """All of a series elsewhere: its first date then, why, and by how much the fields of the form would change."""

    when: str
    because: str
    days: int
    hours: int


@room.post("/office/clashes", policy=Policy.OFFICER)
def clashes() -> Response:
    """Look at what else there is; nothing is kept. `part=1` asks for the part alone."""
    form = Form(request.form)
    places.settle(form)
    template = PART if form.get("part") == "1" else PAGE
    try:
        wish = wish_of(form)
    except Invalid as wrong:
        return page(template, advice=None, problems=wrong.problems, kept=None, **_nothing())
    with asking.reading() as session:
        wish = placed(session, wish, form.get("venue", ""), viewer=asking.viewer())
        advice = advise(session, wish, viewer=asking.viewer(), now=asking.now())
    kept = _kept() if template is PAGE else None
    return page(template, advice=advice, problems=[], kept=kept, back=_back(form), **_shown(advice, wish))


def _kept() -> list[tuple[str, str]]:
    """What was typed: without a script, the button of a better date sends it back to the form with that date."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]


def _back(form: Form) -> str:
    slug = form.get("slug", "")
    return to.office("events", slug, "edit") if slug else to.office("events", "new")


def wish_of(form: Form) -> Wish:
    """What the form says so far; without an hour, the whole day. Raises Invalid."""
    whole = form.get("all_day") == "1" or not form.get("start_time", "").strip()
    return read_wish(
        _when_of(form, all_day=whole), district=form.get("host", ""),
        disciplines=[each for each in form.getlist("disciplines") if each],
        audiences=[each for each in form.getlist("audiences") if each],
        expected=form.get("expected_attendance", "").strip(), uid=form.get("event_uid") or None,
        metropolis=asking.metropolis(),
    )  # fmt: skip


def _when_of(form: Form, *, all_day: bool) -> When:
    """The date, and what makes a series of it, as far as it can be read. Raises Invalid for the date."""
    start, end = read_span(form, all_day=all_day)
    series, _ = data_of(form, base={})
    more = {name: series[name] for name in ("rdates", "exdates")} | {"rrule": series["rrule"] or ""}
    return When(start=start, end=end or "", **more if "start" in series else {})


def _nothing() -> dict[str, Any]:
    return {
        "lines": [],
        "left_off": 0,
        "ways": [],
        "crowded": [],
        "moves": [],
        "marked": [],
        "when": "",
        "several": False,
    }


def _shown(advice: Advice, wish: Wish) -> dict[str, Any]:
    return {
        "lines": [_line(each) for each in advice.clashes[:SHOWN]],
        "left_off": advice.left_off + max(0, len(advice.clashes) - SHOWN),
        "ways": [_way(each) for each in advice.better],
        "marked": [_marked(each) for each in advice.marked], "when": _said_when(advice, wish),
        "several": bool(wish.dates),
        "crowded": [_crowded(each, wish) for each in advice.crowded],
        "moves": [_move(each) for each in advice.shifts],
    }  # fmt: skip


def _said_when(advice: Advice, wish: Wish) -> str:
    words = asking.words()
    if wish.dates:
        return words.n("%(num)s fecha mirada", "%(num)s fechas miradas", advice.looked_at)
    return words.span(wish.span, today=asking.today())


def _crowded(date: Crowded, wish: Wish) -> Full:
    words, way = asking.words(), _way(date.better) if date.better else None
    said = words.n("compite %(num)s evento", "compiten %(num)s eventos", date.rivals)
    return Full(
        when=words.span(date.span, today=asking.today()), score=date.score, level=str(level(date.score)), said=said,
        value=exception_of(date.span.start, wish.span.start), way=way,
    )  # fmt: skip


def _move(shift: Shift) -> Move:
    words = asking.words()
    return Move(when=words.span(shift.span, today=asking.today()), because=shift_reason(shift, words), days=shift.days,
                hours=shift.hours)  # fmt: skip


def _line(clash: Clash) -> Line:
    words = asking.words()
    degree = level(clash.score)
    return Line(
        name=clash.summary or words.t("Fecha reservada"), href=to.office("events", clash.slug) if clash.slug else "",
        district=_district(clash.district), when=words.span(clash.span, today=asking.today()), held=clash.held,
        score=clash.score, level=str(degree), level_name=words.t(LEVELS[degree]), about=_about(clash),
        because=clash.because, parts=parts_in_words(clash.parts, words),
    )  # fmt: skip


def _about(clash: Clash) -> str:
    """What it is, for whom, how big: what also a busy hold says."""
    words = asking.words()
    kind = kind_in_words(asking.metropolis(), words, disciplines=clash.disciplines, audiences=clash.audiences)
    times = [words.t("en %(num)s fechas", num=clash.times)] if clash.times > 1 else []
    return " · ".join([*kind, *times, *size_in_words(clash.expected, words)])


def _district(slug: str) -> str:
    return next((each.name for each in asking.metropolis().districts if each.slug == slug), slug)


def _way(better: Better) -> Way:
    words, span = asking.words(), better.span
    last = span.end.date() if span.end and span.last_day > span.first_day else None
    return Way(
        when=words.span(span, today=asking.today()), because=reason(better, words),
        start_date=span.start.date().isoformat(), end_date=last.isoformat() if last else "",
    )  # fmt: skip


def _marked(marked: Marked) -> str:
    words = asking.words()
    name = marked.name(words.language)
    said = words.t("%(day)s: %(name)s", day=words.day(marked.day, today=asking.today()), name=name)
    return f"{said} ({marked.district_name})" if marked.district_name else said
