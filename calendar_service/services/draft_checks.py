"""What must hold between the fields of an entered event, and against the metropolis's vocabularies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from calendar_service.domain.errors import Problem
from calendar_service.domain.events import Event
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.moments import Span
from calendar_service.domain.times.recurrence import BadRule, Rule, expand
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.services.draft_models import EventDraft

LONGEST = timedelta(days=400)
SOME_START = datetime(2000, 1, 1)
"""Stands for a start that cannot be read."""


WHEN = frozenset({"start", "all_day", "timezone"})
REPEATS = frozenset({"rrule", "rdates", "exdates"})
PLACE = frozenset({"venue", "place_note", "online_url"})


def check(
    draft: EventDraft, *, metropolis: Metropolis, timezone: str, faulty: Collection[str] = (), complete: bool = False
) -> list[Problem]:
    """Every problem that single fields do not show. Nothing is said of what hangs on a field that is `faulty`: that
    it cannot be read was said. `complete` also asks what a hold or a public event must have.
    """
    problems = list(_forms(draft)) if WHEN.isdisjoint(faulty) else []
    unsure = {*faulty, *(each.field for each in problems)}
    if not unsure & (WHEN | {"end"}):
        problems += _times(draft)
    if not unsure & (WHEN | REPEATS):
        problems += _dates(draft, timezone)
    elif draft.rrule and "rrule" not in unsure:
        problems += _rule_alone(draft.rrule, timezone)
    lacking = _lacking(draft, unsure) if complete else ()
    return [*problems, *_words(draft, metropolis), *_others(draft), *lacking]


def _lacking(draft: EventDraft, unsure: Collection[str]) -> Iterator[Problem]:
    if draft.end is None and not draft.is_all_day and "end" not in unsure:
        yield Problem(field="end", code="draft_end_missing")
    if not (draft.venue or draft.place_note or draft.online_url) and PLACE.isdisjoint(unsure):
        yield Problem(field="venue", code="draft_place_missing")


def _forms(draft: EventDraft) -> Iterator[Problem]:
    """Dates and times do not mix: all are dates, or all are times."""
    all_day = draft.is_all_day
    written = [("start", draft.start), ("end", draft.end)]
    written += [(name, each) for name in ("rdates", "exdates") for each in getattr(draft, name)]
    for field, text in written:
        if text is not None and ("T" in text) == all_day:
            yield Problem(field=field, code="draft_needs_date" if all_day else "draft_needs_time")


def _times(draft: EventDraft) -> Iterator[Problem]:
    ends = draft.ends
    if ends is None:
        return
    if ends < draft.starts or (ends == draft.starts and not draft.is_all_day):
        yield Problem(field="end", code="draft_end_before_start")
    elif ends - draft.starts > LONGEST:
        yield Problem(field="end", code="draft_too_long", values={"days": LONGEST.days})


def _dates(draft: EventDraft, timezone: str) -> Iterator[Problem]:
    try:
        dates_of(draft, timezone=timezone)
    except BadRule as wrong:
        field = "rrule" if draft.rrule else "rdates"
        yield Problem(field=field, code=wrong.code, values=wrong.values)


def _rule_alone(text: str, timezone: str) -> Iterator[Problem]:
    """What is wrong with a rule, whatever its first date may be."""
    try:
        Rule.read_open(text, start=SOME_START, all_day=False, timezone=timezone).check_end()
    except BadRule as wrong:
        yield Problem(field="rrule", code=wrong.code, values=wrong.values)


def rule_of(draft: EventDraft, *, timezone: str) -> Rule | None:
    """The rule as entered, checked. Raises BadRule."""
    if not draft.rrule:
        return None
    return Rule.read(draft.rrule, start=draft.starts, all_day=draft.is_all_day, timezone=timezone)


def dates_of(draft: EventDraft, *, timezone: str) -> list[Span]:
    """Every date that the draft would have, in order: what the form shows before posting. Raises BadRule."""
    first = Span(start=draft.starts, end=draft.ends, all_day=draft.is_all_day, timezone=timezone)
    starts = expand(
        start=draft.starts, rule=rule_of(draft, timezone=timezone),
        rdates=draft.walls("rdates"), exdates=draft.walls("exdates"),
    )  # fmt: skip
    return [first.moved_to(each) for each in starts]


def _words(draft: EventDraft, metropolis: Metropolis) -> Iterator[Problem]:
    yield from _unknown("disciplines", draft.disciplines, metropolis.disciplines)
    yield from _unknown("audiences", draft.audiences, metropolis.audiences)
    yield from _unknown("accessibility", draft.accessibility, metropolis.accessibility)
    yield from _unknown("format", [draft.format] if draft.format else [], metropolis.formats)
    if draft.lang is not None and draft.lang not in metropolis.languages:
        yield Problem(field="lang", code="unknown_value", values={"value": draft.lang})


def _unknown(field: str, slugs: Iterable[str], vocabulary: Vocabulary) -> Iterator[Problem]:
    for slug in slugs:
        if slug not in vocabulary:
            yield Problem(field=field, code="unknown_value", values={"value": slug})


def _others(draft: EventDraft) -> Iterator[Problem]:
    if draft.free and draft.price:
        yield Problem(field="price", code="draft_free_with_price")
    if draft.image is not None and not draft.image.alt:
        yield Problem(field="image", code="image_alt_missing")
    if any(bool(each.slug) == bool(each.name) for each in draft.organisations):
        yield Problem(field="organisations", code="required")
    if draft.age_from is not None and draft.age_to is not None and draft.age_from > draft.age_to:
        yield Problem(field="age_to", code="draft_ages")


def helpful(event: Event, *, metropolis: Metropolis) -> list[str]:
    """What people want to know before they go, and an event does not say: never a reason to refuse it."""
    said = {
        "price": event.free or event.price is not None or bool(event.price_text),
        "accessibility": bool(event.accessibility), "description": bool(event.description or event.abstract),
        "disciplines": event.disciplines != (metropolis.default_discipline,), "image": event.picture is not None,
    }  # fmt: skip
    return [name for name, there in said.items() if not there]


def missing(event: Event) -> list[Problem]:
    """What an event lacks to be held or confirmed: an end, and where it is."""
    problems = []
    if event.end is None and not event.all_day:
        problems.append(Problem(field="end", code="draft_end_missing"))
    if not (event.venue or event.place_note or event.online_url):
        problems.append(Problem(field="venue", code="draft_place_missing"))
    return problems
