"""The dates that a form would make, in words, each with a box to take it out: shown before anything is posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.times.moments import Span
from calendar_service.domain.times.recurrence import BadRule
from calendar_service.entrance import asking
from calendar_service.services.draft_checks import dates_of, rule_of
from calendar_service.services.drafts import EventDraft, read_draft
from calendar_service.web.office.event_form.form import data_of, placed
from calendar_service.web.office.event_form.when.times import exception_of
from calendar_service.web.office.forms import Form

NAMELESS = "·"
"""Stands for a title that is not typed yet: the dates do not hang on it."""
WHEN = ("start", "end", "all_day", "timezone", "rrule", "rdates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One date: what its box sends, its words, whether it is taken out or past, and the holiday on which it falls."""

    value: str
    machine: str
    words: str
    dropped: bool
    over: bool
    holiday: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The repetition in words (empty without one) and every date, those taken out included."""

    sentence: str
    dates: Sequence[Planned]

    @property
    def left(self) -> int:
        """How many dates stay."""
        return sum(not each.dropped for each in self.dates)


def plan_of(form: Form, *, base: Mapping[str, Any]) -> Plan:
    """The dates that a form would make. Raises Invalid, its fields those of the form, for what concerns them."""
    data, problems = data_of(form, base=base)
    concerning = [each for each in problems if _concerns_dates(each)]
    if "start" not in data:
        raise Invalid(concerning or [Problem(field="start_date", code="required")])
    taken_out = set(data["exdates"])
    asked = {"summary": NAMELESS, **{name: data[name] for name in WHEN if name in data}}
    try:
        draft = read_draft(asked, metropolis=asking.metropolis(), strict=False)
    except Invalid as wrong:
        raise Invalid(concerning + placed(wrong.problems, form)) from wrong
    if concerning:
        raise Invalid(concerning)
    return _plan(draft, taken_out)


def _concerns_dates(problem: Problem) -> bool:
    fields = {"start_date", "start_time", "end_time", "repeat", "interval", "until", "count", "rdates"}
    return problem.field in fields


def _plan(draft: EventDraft, taken_out: set[str]) -> Plan:
    timezone = draft.timezone or asking.metropolis().timezone
    spans = dates_of(draft, timezone=timezone)
    feasts = _holidays(spans)
    dates = [_planned(each, draft, taken_out, feasts) for each in spans]
    rule = rule_of(draft, timezone=timezone)
    sentence = asking.words().recurrence(rule, today=asking.today()) if rule else ""
    return Plan(sentence=sentence[:1].upper() + sentence[1:], dates=dates)


def _planned(span: Span, draft: EventDraft, taken_out: set[str], feasts: Mapping[date, str]) -> Planned:
    value = exception_of(span.start, draft.starts)
    full = value if draft.is_all_day or "T" in value else f"{value}T{draft.start.partition('T')[2]}"
    return Planned(
        value=value, machine=full, words=asking.words().span(span, today=asking.today()),
        dropped=full in taken_out, over=span.end_utc <= asking.now(), holiday=feasts.get(span.first_day, ""),
    )  # fmt: skip


def _holidays(spans: Sequence[Span]) -> Mapping[date, str]:
    """The holidays among the days on which a date begins."""
    language = asking.words().language
    found = asking.metropolis().holidays(spans[0].first_day, spans[-1].first_day)
    return {each.day: each.names.get(language) or next(iter(each.names.values())) for each in found}


def plan_if_any(form: Form, *, base: Mapping[str, Any]) -> Plan | None:
    """The plan where there is more than one date to show and nothing stands in its way."""
    try:
        plan = plan_of(form, base=base)
    except (Invalid, BadRule):
        return None
    return plan if len(plan.dates) > 1 else None
