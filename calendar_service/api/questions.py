"""What a list is asked: a selection, how much of it, from where on. Unknown parameters are refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from calendar_service.api.document.operations import Parameter
from calendar_service.domain.errors import Invalid, Problem
from calendar_service.domain.finding.agenda import Sort
from calendar_service.domain.finding.selection import (
    MAX_AGE,
    MAX_KM,
    MAX_PRICE,
    MAX_VALUES,
    MAX_WORDS,
    PartOfDay,
    Selection,
    When,
)
from calendar_service.entrance import asking
from calendar_service.services.agenda.listing import LIMIT, MAX_LIMIT, Question
from calendar_service.services.agenda.sorting import offered
from calendar_service.services.draft_models import WALL_PATTERN
from calendar_service.words import mark

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)\Z", re.ASCII)
YEARS = range(1900, 2200)
SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
SLUG = {"type": "string", "pattern": SLUG_PATTERN, "maxLength": 80}
DAY = {"type": "string", "format": "date"}
FLAG = {"type": "string", "enum": ["0", "1"]}
WALL = {"type": "string", "pattern": WALL_PATTERN}


def _whole(low: int, high: int, **more: int) -> dict[str, object]:
    return {"type": "integer", "minimum": low, "maximum": high, **more}


SELECTION: tuple[Parameter, ...] = (
    Parameter(name="district", says=mark("Distritos que organizan o coorganizan."), schema=SLUG, repeats=True),
    Parameter(name="cluster", says=mark("Agrupaciones de distritos."), schema=SLUG, repeats=True),
    Parameter(name="zone", says=mark("Zonas de la metrópoli."), schema=SLUG, repeats=True),
    Parameter(name="venue", says=mark("Lugares."), schema=SLUG, repeats=True),
    Parameter(name="organisation", says=mark("Organizaciones."), schema=SLUG, repeats=True),
    Parameter(name="near", says=mark("Cerca de un distrito (su slug) o de una posición (latitud,longitud).")),
    Parameter(name="km", says=mark("A cuántos kilómetros de near, como máximo; si no se dice, 5."),
              schema=_whole(1, MAX_KM)),
    Parameter(name="when", says=mark("Un periodo con nombre; no va junto con from ni to."),
              schema={"type": "string", "enum": [str(each) for each in When]}),
    Parameter(name="from", says=mark("Desde este día, incluido; si no se dice, desde hoy."), schema=DAY),
    Parameter(name="to", says=mark("Hasta este día, incluido."), schema=DAY),
    Parameter(name="time", says=mark("En qué parte del día empieza; lo que dura todo el día está en todas."),
              schema={"type": "string", "enum": [str(each) for each in PartOfDay]}),
    Parameter(name="discipline", says=mark("Disciplinas, con las que contienen."), schema=SLUG, repeats=True),
    Parameter(name="format", says=mark("Formatos."), schema=SLUG, repeats=True),
    Parameter(name="q", says=mark("Palabras; basta con el comienzo de cada una."),
              schema={"type": "string", "maxLength": MAX_WORDS}),
    Parameter(name="audience", says=mark("Públicos."), schema=SLUG, repeats=True),
    Parameter(name="age", says=mark("Apto para esta edad."), schema=_whole(0, MAX_AGE)),
    Parameter(name="free", says=mark("1: solo con ingreso libre."), schema=FLAG),
    Parameter(name="price", says=mark("Lo que cuesta como máximo, en la moneda de la metrópoli; lo gratuito también."),
              schema=_whole(0, MAX_PRICE)),
    Parameter(name="outdoors", says=mark("1: solo al aire libre."), schema=FLAG),
    Parameter(name="indoors", says=mark("1: solo bajo techo."), schema=FLAG),
    Parameter(name="access", says=mark("Códigos de accesibilidad; se cumplen todos."), schema=SLUG, repeats=True),
)  # fmt: skip
"""The words of a selection; a test sees that none is missing."""

PAGING: tuple[Parameter, ...] = (
    Parameter(name="limit", says=mark("Cuántos por página."), schema=_whole(1, MAX_LIMIT, default=LIMIT)),
    Parameter(name="cursor", says=mark("El next_cursor de la página anterior, tal como vino.")),
)
CHANGES = Parameter(
    name="updated_since",
    says=mark("Solo lo que cambió desde este instante, sea cuando sea el evento, por fecha del cambio."),
    schema={"type": "string", "format": "date-time"},
)
SORT = Parameter(
    name="sort",
    says=mark("En qué orden, cada evento una vez y de las primeras mil fechas: rank, lo que mejor responde a q; near, "
              "lo más cercano a near. Si no se dice, por fecha; no va junto con updated_since."),
    schema={"type": "string", "enum": [str(each) for each in Sort]},
)  # fmt: skip
OF_EVENTS = frozenset({"updated_since", "sort"})
OWN = frozenset({"limit", "cursor"}) | OF_EVENTS


def question(*, of_events: bool = False) -> Question:
    """The question in the query; events may be asked by their change, and in another order than by date. Raises
    Invalid with every problem.
    """
    pairs = asking.query_pairs()
    asked = _Asked(pairs)
    limit, cursor = asked.limit(), asked.single("cursor") or ""
    since = asked.instant("updated_since") if of_events else None
    ignored = OWN if of_events else OWN - OF_EVENTS
    try:
        selection = Selection.read(pairs, ignore=ignored)
    except Invalid as wrong:
        raise Invalid([*wrong.problems, *asked.problems]) from wrong
    sort = asked.sort(() if since else offered(selection)) if of_events else Sort.DATE
    asked.done()
    return Question(selection=selection, limit=limit, cursor=cursor, updated_since=since, sort=sort)


def districts_and_page() -> tuple[Sequence[str], int, str]:
    """For venues: districts, how many, and the slug after which to go on. Raises Invalid."""
    pairs = asking.query_pairs()
    asked = _Asked(pairs)
    limit, after = asked.limit(), asked.single("cursor") or ""
    if after and not re.fullmatch(SLUG_PATTERN, after):
        asked.refuse("cursor", "list_cursor")
    for key, _ in pairs:
        if key not in ("district", "limit", "cursor"):
            asked.refuse(key[:80], "selection_unknown_key", key=key[:80])
    asked.done()
    return Selection.read([each for each in pairs if each[0] == "district"]).districts, limit, after


def nothing() -> None:
    """For what takes no parameters. Raises Invalid."""
    pairs = asking.query_pairs()
    if pairs:
        problems = [Problem(field=key[:80], code="selection_unknown_key", values={"key": key[:80]}) for key, _ in pairs]
        raise Invalid(problems)


def singles(parameters: Iterable[Parameter]) -> dict[str, str]:
    """The values of parameters that stand once at most and are not empty. Raises Invalid."""
    asked, known = _Asked(asking.query_pairs()), {each.name for each in parameters}
    for key, _ in asked.pairs:
        if key not in known:
            asked.refuse(key[:80], "selection_unknown_key", key=key[:80])
    found = {name: value for name in sorted(known) if (value := asked.single(name))}
    asked.done()
    return found


def values_of(parameters: Iterable[Parameter]) -> dict[str, list[str]]:
    """The values of each parameter that are not empty; only those that repeat stand several times. Raises Invalid."""
    asked, known = _Asked(asking.query_pairs()), {each.name: each for each in parameters}
    found: dict[str, list[str]] = {name: [] for name in known}
    for key, value in asked.pairs:
        if key not in known:
            asked.refuse(key[:80], "selection_unknown_key", key=key[:80])
        elif value.strip():
            found[key].append(value.strip())
    for name, values in found.items():
        if len(values) > (MAX_VALUES if known[name].repeats else 1):
            asked.refuse(name, "selection_too_many" if known[name].repeats else "selection_once", limit=MAX_VALUES)
    asked.done()
    return found


class _Asked:
    """Reads the parameters that are not a selection's, and gathers what is wrong with them."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = pairs
        self.problems: list[Problem] = []

    def refuse(self, field: str, code: str, **values: object) -> None:
        self.problems.append(Problem(field=field, code=code, values=dict(values)))

    def done(self) -> None:
        """Raises Invalid when something was wrong."""
        if self.problems:
            raise Invalid(self.problems)

    def single(self, name: str) -> str | None:
        values = [value.strip() for key, value in self.pairs if key == name]
        if len(values) > 1:
            self.refuse(name, "selection_once")
        return values[0] if values else None

    def limit(self) -> int:
        text = self.single("limit")
        if text is None:
            return LIMIT
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MAX_LIMIT):
            self.refuse("limit", "selection_number", low=1, high=MAX_LIMIT)
            return LIMIT
        return int(text)

    def sort(self, orders: Sequence[Sort]) -> Sort:
        """One of these orders, by date where none is said."""
        text = self.single("sort") or Sort.DATE
        found = next((each for each in (Sort.DATE, *orders) if each == text), None)
        if found is None:
            self.refuse("sort", "list_sort")
        return found or Sort.DATE

    def instant(self, name: str) -> datetime | None:
        """An instant with its offset; in an address a plus sign easily becomes a space."""
        text = self.single(name)
        if text is None:
            return None
        try:
            read = text.replace(" ", "+")
            found = datetime.fromisoformat(read) if INSTANT.match(read) and int(read[:4]) in YEARS else None
        except ValueError:
            found = None
        if found is None:
            self.refuse(name, "list_instant")
        return found
