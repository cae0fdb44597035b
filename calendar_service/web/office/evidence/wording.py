"""A report in words: the figures that stand large, its tables, and the sentences beneath them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from calendar_service.entrance import asking
from calendar_service.services.evidence.seasons import Season, Share

SHOWN = 8
"""So many rows of a table; what is over stands in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number and what it counts; `beside` puts it in proportion."""

    number: str
    of: str
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table; `part` is its share of the largest, in a hundred, by its dates."""

    name: str
    events: str
    dates: str
    people: str
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table of the report."""

    name: str
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Whose report it is, and of when."""

    title: str
    period: str


def heading(season: Season) -> Heading:
    """The municipality by its full name; the network by the metropolis's."""
    words, name = asking.words(), asking.metropolis().name
    title = season.district.municipality if season.district else words.t("La red de %(place)s", place=name)
    period = words.period(season.first, season.last)
    return Heading(title=title, period=period[:1].upper() + period[1:])


def figures(season: Season) -> list[Figure]:
    """What a mayor asks first."""
    words = asking.words()
    return [
        Figure(number=words.number(season.events), of=words.n("evento", "eventos", season.events)),
        Figure(number=words.number(season.dates), of=words.n("fecha", "fechas", season.dates), beside=_off(season)),
        _people(season),
        Figure(number=_percent(season.free, season.events), of=words.t("de ingreso libre")),
        Figure(number=_percent(season.in_public, season.events), of=words.t("en espacio público")),
        Figure(number=words.number(season.joint), of=words.t("con otras municipalidades")),
    ]  # fmt: skip


def _people(season: Season) -> Figure:
    words = asking.words()
    if not season.counted:
        return Figure(number="—", of=words.t("personas"), beside=words.t("nadie las anotó todavía"))
    beside = words.n("contadas en %(num)s fecha", "contadas en %(num)s fechas", season.counted)
    return Figure(number=words.number(season.people), of=words.n("persona", "personas", season.people), beside=beside)


def _off(season: Season) -> str:
    words, off, not_held = asking.words(), season.off, season.not_held
    said = [words.n("%(num)s cancelada", "%(num)s canceladas", off)] if off else []
    said += [words.n("%(num)s no se realizó", "%(num)s no se realizaron", not_held)] if not_held else []
    return ", ".join(said)


def _percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}\N{NO-BREAK SPACE}%" if whole else "—"


def parts(season: Season) -> list[Part]:
    """Its tables, those with something in them."""
    return [each for each in _parts(season) if each.lines]


def _parts(season: Season) -> Iterator[Part]:
    words, metropolis = asking.words(), asking.metropolis()
    language = words.language

    def label(kind: str) -> Callable[[str], str]:
        return lambda slug: str(getattr(metropolis, kind).label(slug, language))

    if len(season.months) > 1:
        yield _part("months", words.t("Mes a mes"), season.months, _month, shown=len(season.months))
    yield _part("disciplines", words.t("Qué"), season.disciplines, label("disciplines"))
    yield _part("formats", words.t("Cómo"), season.formats, label("formats"))
    yield _part("audiences", words.t("Para quién"), season.audiences, label("audiences"))
    yield _part("venues", words.t("Dónde"), season.venues, str)
    yield _part("hosts", words.t("Quién organiza"), season.hosts, str, shown=len(season.hosts))


def _month(of: str) -> str:
    said = asking.words().month(date.fromisoformat(f"{of}-01"))
    return said[:1].upper() + said[1:]


def _part(name: str, title: str, shares: Sequence[Share], label: Callable[[str], str], *, shown: int = SHOWN) -> Part:
    most = max((each.dates for each in shares), default=0)
    lines = [_line(label(each.of), each, most) for each in shares[:shown]]
    if rest := shares[shown:]:
        others = Share(of="", events=sum(each.events for each in rest), dates=sum(each.dates for each in rest),
                       people=sum(each.people for each in rest))  # fmt: skip
        lines.append(_line(asking.words().n("%(num)s más", "%(num)s más", len(rest)), others, 0))
    return Part(name=name, title=title, lines=lines)


def _line(name: str, share: Share, most: int) -> Line:
    words = asking.words()
    return Line(
        name=name, events=words.number(share.events), dates=words.number(share.dates),
        people=words.number(share.people) if share.people else "—",
        part=round(100 * share.dates / most) if most else 0,
    )  # fmt: skip


def partners(season: Season) -> str:
    """With whom, in a sentence; empty where all was done alone."""
    words = asking.words()
    return words.list_and([f"{name} ({words.number(count)})" for name, count in season.partners])


def most_attended(season: Season) -> list[tuple[str, str, str]]:
    """The dates with most people: what, when, how many."""
    words = asking.words()
    return [(each.event.summary, words.span(each), words.number(people or 0)) for each, people in season.most_attended]
