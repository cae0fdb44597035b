"""Clash advice: what competes with a wanted time. For officers, since holds are in it."""

from __future__ import annotations

from typing import Any

from flask import Response

from calendar_service.api import questions, speaking, tokens
from calendar_service.api.answers import json_answer
from calendar_service.api.document.operations import ApiRoom, Parameter, Says
from calendar_service.domain.times.moments import Span, write_wall
from calendar_service.entrance import asking
from calendar_service.services.desk.advice import Advice, Better, Clash, Crowded, Shift
from calendar_service.services.desk.clash_words import reason, shift_reason
from calendar_service.services.desk.clashing import advise
from calendar_service.services.desk.wishing import MOST_EXPECTED, When, placed, read_wish
from calendar_service.services.network.special_days import Marked
from calendar_service.words import mark

room = ApiRoom("clashes")
Json = dict[str, Any]

ASKED = (
    Parameter(name="start", says=mark("Comienzo deseado, en hora local, o fecha si dura todo el día."),
              schema=questions.WALL),
    Parameter(name="end", says=mark("Fin deseado, igual que el comienzo; si no se dice, una hora después."),
              schema=questions.WALL),
    Parameter(name="district", says=mark("Distrito donde sería; si no se dice, el del token."), schema=questions.SLUG),
    Parameter(name="venue", says=mark("Lugar donde sería: cuenta su distrito."), schema=questions.SLUG),
    Parameter(name="rrule", says=mark("La repetición, si son varias fechas (RFC 5545): se miran las primeras 104.")),
    Parameter(name="rdate", says=mark("Más fechas, además de la primera."), schema=questions.WALL, repeats=True),
    Parameter(name="exdate", says=mark("Fechas de la repetición que no van."), schema=questions.WALL, repeats=True),
    Parameter(name="discipline", says=mark("Disciplinas del evento que se planea."), schema=questions.SLUG,
              repeats=True),
    Parameter(name="audience", says=mark("Públicos del evento que se planea."), schema=questions.SLUG, repeats=True),
    Parameter(name="expected", says=mark("Cuánta gente se espera."),
              schema={"type": "integer", "minimum": 0, "maximum": MOST_EXPECTED}),
    Parameter(name="event", says=mark("El uid del evento que se planea, si ya existe: no compite consigo mismo.")),
)  # fmt: skip


@room.get("/clashes", Says(
    summary=mark("Lo que compite con una fecha: lo publicado y lo reservado cerca, feriados y mejores fechas"),
    query=ASKED, gives="Clashes", officers=True,
))  # fmt: skip
def list_clashes() -> Response:
    """The strongest first."""
    given = questions.values_of(ASKED)
    wish = read_wish(
        When(start=_one(given, "start"), end=_one(given, "end"), rrule=_one(given, "rrule"), rdates=given["rdate"],
             exdates=given["exdate"]),
        district=_one(given, "district") or tokens.bearer().token.district.slug,
        disciplines=given["discipline"], audiences=given["audience"], expected=_one(given, "expected"),
        uid=_one(given, "event") or None, metropolis=asking.metropolis(),
    )  # fmt: skip
    with asking.reading() as session:
        wish = placed(session, wish, _one(given, "venue"), viewer=asking.viewer())
        advice = advise(session, wish, viewer=asking.viewer(), now=asking.now())
    return json_answer(_told(advice))


def _one(given: dict[str, list[str]], name: str) -> str:
    return next(iter(given[name]), "")


def _told(advice: Advice) -> Json:
    return {
        "items": [_clash(each) for each in advice.clashes], "left_off": advice.left_off,
        "holidays": [_marked(each) for each in advice.marked], "better": [_better(each) for each in advice.better],
        "looked_at": advice.looked_at, "crowded": [_crowded(each) for each in advice.crowded],
        "shifts": [_shift(each) for each in advice.shifts],
    }  # fmt: skip


def _clash(clash: Clash) -> Json:
    factors = clash.parts.factors
    why = {"time": clash.parts.overlap, "nearness": clash.parts.alike.nearness, "public": clash.parts.alike.likeness,
           "size": clash.parts.alike.size}  # fmt: skip
    return {
        "uid": clash.uid, "district": clash.district, "summary": clash.summary, **_span(clash.span),
        "status": "tentative" if clash.held else "confirmed", "score": clash.score,
        "times": clash.times,
        "parts": {name: {"factor": factor, "because": str(why[name])} for name, factor in factors.items()},
    }  # fmt: skip


def _marked(marked: Marked) -> Json:
    name = marked.name(speaking.words().language)
    return {"day": marked.day.isoformat(), "name": name, "kind": marked.kind, "district": marked.district}


def _better(better: Better) -> Json:
    return {**_span(better.span), "reason": reason(better, speaking.words())}


def _crowded(date: Crowded) -> Json:
    better = _better(date.better) if date.better else None
    return {**_span(date.span), "rivals": date.rivals, "score": date.score, "better": better}


def _shift(shift: Shift) -> Json:
    return {**_span(shift.span), "days": shift.days, "hours": shift.hours, "dates": shift.dates,
            "before": shift.before, "after": shift.after, "reason": shift_reason(shift, speaking.words())}  # fmt: skip


def _span(span: Span) -> Json:
    return {
        "start": write_wall(span.start, all_day=span.all_day),
        "end": write_wall(span.end, all_day=span.all_day) if span.end else None,
    }
