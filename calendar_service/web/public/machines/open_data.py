"""Open data: what there is, in which formats, under which licence; the lists that events refer to, to download."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from io import StringIO

from flask import Response

from calendar_service import addresses as to
from calendar_service.domain.errors import NotFound
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.vocabulary import Vocabulary
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page, text
from calendar_service.entrance.doors import Policy, Room
from calendar_service.words import mark

room = Room("open_data")
HOUR = 3_600
Rows = list[dict[str, str | int | float]]
VOCABULARIES: Mapping[str, str] = {
    "disciplines": mark("Disciplinas"), "formats": mark("Formatos"), "audiences": mark("Públicos"),
    "accessibility": mark("Accesibilidad"), "venue_kinds": mark("Tipos de lugar"),
}  # fmt: skip


def _districts(metropolis: Metropolis) -> Rows:
    return [
        {
            "slug": each.slug, "code": each.code, "name": each.name, "municipality": each.municipality,
            "zone": each.zone, "latitude": each.latitude, "longitude": each.longitude, "population": each.population,
            "site": each.site, "hexagon": ",".join(map(str, each.cell)), "neighbours": " ".join(each.neighbours),
        }
        for each in metropolis.districts
    ]  # fmt: skip


def _zones(metropolis: Metropolis) -> Rows:
    return [{"slug": each.slug, "name": each.name} for each in metropolis.zones]


def _terms(vocabulary: Vocabulary, languages: Sequence[str]) -> Rows:
    return [
        {"slug": each.slug, "parent": each.parent or "", **{code: each.label(code) for code in languages}}
        for each in vocabulary.terms
    ]


PLACES: Mapping[str, tuple[str, Callable[[Metropolis], Rows]]] = {
    "districts": (mark("Distritos"), _districts), "zones": (mark("Zonas"), _zones),
}  # fmt: skip


@room.get("/data", policy=Policy.PUBLIC)
def overview() -> Response:
    """What there is, for people."""
    metropolis, words = asking.metropolis(), asking.words()
    names = {**{name: label for name, (label, _) in PLACES.items()}, **VOCABULARIES}
    return page(
        "public/data.html", formats=_formats(),
        lists=[(name, words.t(label), len(_rows(name))) for name, label in names.items()],
        vocabularies=[(name, words.t(label), getattr(metropolis, name).terms) for name, label in VOCABULARIES.items()],
    )  # fmt: skip


@room.get("/data/<name>.<any(csv, json):kind>", policy=Policy.PUBLIC)
def listed(name: str, kind: str) -> Response:
    """One list, for any site to read. Raises NotFound."""
    rows = _rows(name)
    body = json.dumps(rows, ensure_ascii=False, indent=1) if kind == "json" else _as_csv(rows)
    answer = text(body, mimetype="application/json" if kind == "json" else "text/csv", max_age=HOUR)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _rows(name: str) -> Rows:
    metropolis = asking.metropolis()
    if name in PLACES:
        return PLACES[name][1](metropolis)
    if name in VOCABULARIES:
        return _terms(getattr(metropolis, name), metropolis.languages)
    raise NotFound


def _as_csv(rows: Rows) -> str:
    """By RFC 4180: CRLF, quotes where they are needed."""
    written = StringIO()
    table = csv.DictWriter(written, fieldnames=list(rows[0]) if rows else ["slug"])
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def _formats() -> list[tuple[str, str, str]]:
    words = asking.words()
    return [
        ("CSV", words.t("una fila por fecha, para hojas de cálculo"), to.feed_all("csv")),
        ("JSON", words.t("el evento entero, con filtros y por páginas"), to.api("events")),
        ("iCalendar", words.t("para calendarios (RFC 5545)"), to.feed_all()),
        ("JSON Feed", words.t("lo último que cambió"), to.feed_all("json")),
        ("Atom", words.t("lo último que cambió"), to.feed_all("atom")),
    ]
