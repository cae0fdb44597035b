"""Clash advice in words: why something competes, and why another date is better; and what a hold is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from calendar_service.domain.clashes import Level, Likeness, Nearness, Overlap, Parts, Size
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.services.desk.advice import Better, Shift
from calendar_service.words import Words, mark

LEVELS: Mapping[Level, str] = {
    Level.MUCH: mark("compite mucho"), Level.SOME: mark("compite algo"), Level.LITTLE: mark("compite poco"),
}  # fmt: skip
OVERLAPS: Mapping[Overlap, str] = {
    Overlap.SAME: mark("a la misma hora"), Overlap.PARTLY: mark("se cruzan un rato"),
    Overlap.AROUND: mark("el mismo día"), Overlap.CLOSE: mark("a menos de dos horas"),
    Overlap.LASTING: mark("dura varios días"), Overlap.APART: mark("a otra hora"),
}  # fmt: skip
NEARNESSES: Mapping[Nearness, str] = {
    Nearness.HOME: mark("en el mismo distrito"), Nearness.NEXT_DOOR: mark("en un distrito vecino"),
    Nearness.NEAR: mark("a menos de 5 km"), Nearness.REACHABLE: mark("a menos de 10 km"),
    Nearness.CITYWIDE: mark("lejos, pero atrae a toda la ciudad"), Nearness.FAR: mark("lejos"),
}  # fmt: skip
LIKENESSES: Mapping[Likeness, str] = {
    Likeness.BOTH: mark("misma disciplina y mismo público"), Likeness.DISCIPLINE: mark("misma disciplina"),
    Likeness.AUDIENCE: mark("mismo público"), Likeness.FAMILY: mark("disciplina parecida"),
    Likeness.OPEN: mark("otra disciplina, abierto a todos"), Likeness.NOTHING: mark("otra disciplina y otro público"),
}  # fmt: skip
SIZES: Mapping[Size, str] = {
    Size.LARGER: mark("espera mucha más gente"), Size.SIMILAR: mark("espera una cantidad parecida de gente"),
    Size.SMALLER: mark("espera menos gente"), Size.UNKNOWN: mark("no dice cuánta gente espera"),
}  # fmt: skip
WEEK = 7


def parts_in_words(parts: Parts, words: Words) -> list[tuple[str, str, float]]:
    """Each part as the API's name, in words, and its factor."""
    factors = parts.factors
    said = {
        "time": OVERLAPS[parts.overlap], "nearness": NEARNESSES[parts.alike.nearness],
        "public": LIKENESSES[parts.alike.likeness], "size": SIZES[parts.alike.size],
    }  # fmt: skip
    return [(name, words.t(text), factors[name]) for name, text in said.items()]


def kind_in_words(
    metropolis: Metropolis, words: Words, *, disciplines: Iterable[str], audiences: Iterable[str]
) -> list[str]:
    """What it is and for whom: what also a hold says that does not show its title."""
    said = [metropolis.disciplines.label(each, words.language) for each in disciplines]
    return said + [metropolis.audiences.label(each, words.language) for each in audiences]


def size_in_words(expected: int | None, words: Words) -> list[str]:
    """How many are expected, if that was said."""
    return [words.n("%(num)s persona", "%(num)s personas", expected)] if expected else []


def reason(better: Better, words: Words) -> str:
    """Why this date: where it lies, and what competes there."""
    if not better.rivals:
        bears = words.t("nada compite")
    else:
        bears = words.n("compite %(num)s evento, y menos", "compiten %(num)s eventos, y menos", better.rivals)
    return words.t("%(where)s: %(bears)s", where=_where(better.days, words), bears=bears)


def shift_reason(shift: Shift, words: Words) -> str:
    """Why move all of a series: on how many of its dates something competes that is worth a second look."""
    where = _hours(shift.hours, words) if shift.hours else _where(shift.days, words)
    if shift.after:
        bears = words.t(
            "algo compite en %(after)s de %(dates)s fechas, en vez de en %(before)s",
            after=shift.after, dates=shift.dates, before=shift.before,
        )  # fmt: skip
    else:
        bears = words.t(
            "nada compite de verdad; así como está, en %(before)s de %(dates)s fechas",
            before=shift.before, dates=shift.dates,
        )  # fmt: skip
    return words.t("%(where)s: %(bears)s", where=where, bears=bears)


def _hours(hours: int, words: Words) -> str:
    if hours > 0:
        return words.n("%(num)s hora después", "%(num)s horas después", hours)
    return words.n("%(num)s hora antes", "%(num)s horas antes", -hours)


def _where(days: int, words: Words) -> str:
    weeks = abs(days) // WEEK
    if days % WEEK:
        if days > 0:
            return words.n("%(num)s día después", "%(num)s días después", days)
        return words.n("%(num)s día antes", "%(num)s días antes", -days)
    if days > 0:
        return words.n(
            "mismo día y hora, %(num)s semana después", "mismo día y hora, %(num)s semanas después", weeks
        )  # fmt: skip
    return words.n("mismo día y hora, %(num)s semana antes", "mismo día y hora, %(num)s semanas antes", weeks)
