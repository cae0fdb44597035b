"""From a raw draft to one of ours: times fitted to our rules, what is missing assumed and said, the whole checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from calendar_service.domain.errors import Problem, WrongState
from calendar_service.domain.posting.drafts import RawDate, RawDraft
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.times.foreign_rules import Fitted, Foreign, fit
from calendar_service.domain.times.foreign_zones import retold, shifted
from calendar_service.domain.times.moments import read_recurrence_id, recurrence_id, write_wall
from calendar_service.domain.times.recurrence import BadRule, expand
from calendar_service.services.drafts import EventDraft, read_draft
from calendar_service.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What an import assumes where a file says nothing: slugs of a discipline and an audience."""

    discipline: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event of a file, ready to be stored. `changes` are dates that differ, by recurrence id; `dates` how many
    it has. `others_stay` where a file does not list every date.
    """

    draft: EventDraft
    dates: int
    changes: Mapping[str, RawDate]
    remarks: tuple[Problem, ...]
    others_stay: bool = False


@dataclass(slots=True, kw_only=True)
class _Timetable:
    """The fitted times, and the recurrence ids under which the file's own ones are known now."""

    fitted: Fitted
    dates: list[datetime]
    changes: dict[str, RawDate]
    zone: str
    remarks: list[Problem] = field(default_factory=list)


def ready(
    raw: RawDraft, *, metropolis: Metropolis, defaults: Defaults, today: date, known: Mapping[str, Any] | None = None
) -> Entry:
    """Fit and check a raw draft. `known` is the event as it stands (`draft_of`), for what its file does not say.

    Raises Invalid with every problem, WrongState when exceptions leave the event no date.
    """
    fields, remarks = _assumed(raw, metropolis=metropolis, defaults=defaults, known=known)
    changes: Mapping[str, RawDate] = {}
    dates = 1
    if "start" in raw.fields and _can_be_timed(raw):
        timetable = _timetable(raw, today=today)
        if not timetable.dates and timetable.fitted.exdates:
            raise WrongState("import_no_date_left")
        fields |= _times(raw, timetable)
        changes, dates = timetable.changes, len(timetable.dates)
        remarks += timetable.remarks
    draft = read_draft(fields, metropolis=metropolis, strict=False)
    return Entry(draft=draft, dates=dates, changes=changes, remarks=(*raw.remarks, *remarks))


# --- what a file leaves open ----------------------------------------------------------------------------------


def _assumed(
    raw: RawDraft, *, metropolis: Metropolis, defaults: Defaults, known: Mapping[str, Any] | None
) -> tuple[dict[str, Any], list[Problem]]:
    fields = {**(known or {}), **raw.fields}
    said = words(metropolis.language, locale=metropolis.locale)
    remarks: list[Problem] = []
    if not fields.get("summary"):
        fields["summary"] = said.t("Sin título")
        remarks.append(Problem(field="summary", code="import_title_assumed"))
    if not any(fields.get(name) for name in ("venue", "place_note", "online_url")):
        fields["place_note"] = said.t("Lugar por confirmar")
        remarks.append(Problem(field="venue", code="import_place_assumed"))
    if not fields.get("disciplines") and defaults.discipline:
        fields["disciplines"] = [defaults.discipline]
    if not fields.get("audiences") and defaults.audience:
        fields["audiences"] = [defaults.audience]
    return fields, remarks


# --- when -----------------------------------------------------------------------------------------------------


def _can_be_timed(raw: RawDraft) -> bool:
    """Whether there is more to it than a start and an end, which `read_draft` takes as they are."""
    return bool(raw.rules or raw.overrides or raw.shown_zone or raw.fields.get("rdates") or raw.fields.get("exdates"))


def _timetable(raw: RawDraft, *, today: date) -> _Timetable:
    foreign = _foreign(raw)
    fitted = fit(foreign, today=today)
    zone, overrides = foreign.timezone, list(raw.overrides)
    fitted = _with_dates_of(fitted, foreign, overrides)
    if raw.shown_zone and raw.shown_zone != zone and not foreign.all_day:
        fitted = _told_here(fitted, foreign, raw.shown_zone)
        overrides = [_override_told_here(each, was=zone, zone=raw.shown_zone) for each in overrides]
        zone = raw.shown_zone
    dates = _dates(fitted)
    named = {recurrence_id(each, all_day=foreign.all_day): each for each in dates}
    timetable = _Timetable(fitted=fitted, dates=dates, changes={}, zone=zone, remarks=[*fitted.remarks])
    for each in overrides:
        if each.recurrence_id in named:
            _take(timetable, each, named, all_day=foreign.all_day)
    if any(each.reworded for each in overrides):
        timetable.remarks.append(Problem(field="overrides", code="import_date_reworded"))
    return timetable


def _foreign(raw: RawDraft) -> Foreign:
    fields = raw.fields

    def walls(name: str) -> tuple[datetime, ...]:
        return tuple(datetime.fromisoformat(each) for each in fields.get(name, ()))

    return Foreign(
        start=datetime.fromisoformat(fields["start"]), all_day="T" not in fields["start"],
        timezone=fields["timezone"], rules=raw.rules, rdates=walls("rdates"), exdates=walls("exdates"),
    )  # fmt: skip


def _dates(fitted: Fitted) -> list[datetime]:
    try:
        return expand(start=fitted.start, rule=fitted.rule, rdates=fitted.rdates, exdates=fitted.exdates)
    except BadRule:  # `read_draft` will say so
        return []


def _with_dates_of(fitted: Fitted, foreign: Foreign, overrides: Iterable[RawDate]) -> Fitted:
    """A date that has an entry of its own is one, whatever rule and exceptions say; of a cut series if it is within."""
    dates = _dates(replace(fitted, exdates=()))
    originals = {read_recurrence_id(each.recurrence_id) for each in overrides}
    if foreign.rules and dates:
        originals = {each for each in originals if dates[0] <= each <= dates[-1]}
    beside = tuple(sorted({*fitted.rdates, *originals.difference(dates)} - {fitted.start}))
    exceptions = tuple(each for each in fitted.exdates if each not in originals)
    return replace(fitted, rdates=beside, exdates=exceptions)


def _told_here(fitted: Fitted, foreign: Foreign, zone: str) -> Fitted:
    try:
        return shifted(fitted, foreign, zone=zone)
    except BadRule:
        return fitted


def _override_told_here(change: RawDate, *, was: str, zone: str) -> RawDate:
    def told(wall: datetime) -> datetime:
        return retold(wall, was=was, zone=zone)

    def text(moment: str | None) -> str | None:
        return write_wall(told(datetime.fromisoformat(moment)), all_day=False) if moment else None

    key = recurrence_id(told(read_recurrence_id(change.recurrence_id)), all_day=False)
    return replace(change, recurrence_id=key, start=text(change.start), end=text(change.end))


def _take(timetable: _Timetable, change: RawDate, named: Mapping[str, datetime], *, all_day: bool) -> None:
    """Note a change of one date, or of it and all that follow (RANGE=THISANDFUTURE) by the same shift."""
    original = named[change.recurrence_id]
    timetable.changes[change.recurrence_id] = change
    if not change.following:
        return
    shift = datetime.fromisoformat(change.start) - original if change.start else None
    for key, wall in named.items():
        if wall > original:
            timetable.changes[key] = replace(
                change, recurrence_id=key,
                start=write_wall(wall + shift, all_day=all_day) if shift is not None else None,
                end=_end_after(change, wall - original, all_day=all_day),
            )  # fmt: skip
    timetable.remarks.append(Problem(field="overrides", code="import_range"))


def _end_after(change: RawDate, later: Any, *, all_day: bool) -> str | None:  # noqa: ANN401 - a timedelta
    if not change.end:
        return None
    return write_wall(datetime.fromisoformat(change.end) + later, all_day=all_day)


def _times(raw: RawDraft, timetable: _Timetable) -> dict[str, Any]:
    """The fields of time as the API names them."""
    fitted, all_day = timetable.fitted, "T" not in raw.fields["start"]
    length = datetime.fromisoformat(raw.fields["end"]) - datetime.fromisoformat(raw.fields["start"])
    made = {fitted.start, *fitted.rdates, *(fitted.rule.every_date() if fitted.rule else ())}

    def text(wall: datetime) -> str:
        return write_wall(wall, all_day=all_day)

    return {
        "start": text(fitted.start), "end": text(fitted.start + length), "timezone": timetable.zone,
        "rrule": fitted.rule.text if fitted.rule else None, "rdates": [text(each) for each in fitted.rdates],
        "exdates": [text(each) for each in fitted.exdates if each in made],
    }  # fmt: skip
