"""Reads the folder of a metropolis. What is wrong in it stops the start with a sentence naming the file."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import parse_qsl

from calendar_service.domain.errors import Invalid
from calendar_service.domain.finding.meanings import DISTRICT, NUMBER, Meaning
from calendar_service.domain.finding.sayings import Saying
from calendar_service.domain.finding.selection import Selection
from calendar_service.domain.territory.checking import faults
from calendar_service.domain.territory.metropolis import DistrictRecord, Metropolis, ZoneRecord
from calendar_service.domain.times.holidays import HolidayRule
from calendar_service.domain.vocabulary import Term, Vocabulary

T = TypeVar("T")

ASKED_FIRST = ("when=weekend", "free=1")
"""Where a metropolis does not say what its people ask first."""


class BadMetropolis(ValueError):
    """The folder is missing, incomplete or does not agree with itself; the text says where."""


def read_metropolis(folder: Path) -> Metropolis:
    """Read and check a folder. Raises BadMetropolis."""
    try:
        metropolis = _read(folder)
    except KeyError as missing:
        _refuse(folder, f"metropolis.toml does not say {missing}", missing)
    except tomllib.TOMLDecodeError as wrong:
        _refuse(folder, f"metropolis.toml: {wrong}", wrong)
    except (OSError, ValueError) as wrong:
        _refuse(folder, str(wrong), wrong)
    for fault in faults(metropolis):
        _refuse(folder, fault)
    return metropolis


def _refuse(folder: Path, why: str, cause: Exception | None = None) -> NoReturn:
    message = f"{folder}: {why}"
    raise BadMetropolis(message) from cause


def _read(folder: Path) -> Metropolis:
    settings = tomllib.loads((folder / "metropolis.toml").read_text(encoding="utf-8"))
    zones = tuple(ZoneRecord(slug=each["slug"], name=each["name"]) for each in settings["zones"])
    return Metropolis(
        slug=settings["slug"], name=settings["name"], timezone=settings["timezone"], locale=settings["locale"],
        languages=tuple(settings["languages"]), spoken=tuple(settings.get("spoken", settings["languages"])),
        currency=settings["currency"], uid_domain=settings["uid_domain"], prodid=settings["prodid"],
        cancelled=settings["words"]["cancelled"], draft=settings["words"]["draft"],
        default_discipline=settings["defaults"]["discipline"], default_audience=settings["defaults"]["audience"],
        asked_first=tuple(settings.get("asked_first", ASKED_FIRST)),
        zones=zones, districts=_districts(folder, zones, settings["municipality"]),
        disciplines=_vocabulary(folder, "disciplines.csv", "discipline"),
        formats=_vocabulary(folder, "formats.csv", "format"),
        audiences=_vocabulary(folder, "audiences.csv", "audience"),
        accessibility=_vocabulary(folder, "accessibility.csv", "accessibility"),
        venue_kinds=_vocabulary(folder, "venue_kinds.csv", "venue_kind"),
        organisation_kinds=_vocabulary(folder, "organisation_kinds.csv", "organisation_kind"),
        sayings=_if_there(folder / "sayings.csv", _saying),
        meanings=_if_there(folder / "meanings.csv", _meaning),
        holiday_rules=tuple(_rows(folder / "holidays.csv", _holiday)), folder=folder,
    )  # fmt: skip


def _rows(path: Path, make: Callable[[Mapping[str, str]], T]) -> list[T]:
    """What each line says. Raises ValueError naming the file and the line; what writes a mark at its beginning may."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        try:
            return [_made(row, make) for row in reader]
        except UnicodeDecodeError as wrong:
            message = f"{path.name} is not in UTF-8"
            raise ValueError(message) from wrong
        except (LookupError, ValueError) as wrong:
            message = f"{path.name}, line {reader.line_num}: {wrong}"
            raise ValueError(message) from wrong


def _made(row: Mapping[str, str], make: Callable[[Mapping[str, str]], T]) -> T:
    if None in row:
        message = "more values than columns; one with a comma stands in quotes"
        raise ValueError(message)
    try:
        return make(row)
    except KeyError as missing:
        message = f"there is no column {missing}"
        raise ValueError(message) from missing


def _districts(folder: Path, zones: tuple[ZoneRecord, ...], municipality: str) -> tuple[DistrictRecord, ...]:
    zone_slugs = {each.name: each.slug for each in zones}
    cells = dict(_rows(folder / "hexagons.csv", lambda row: (row["code"], (int(row["col"]), int(row["row"])))))

    def district(row: Mapping[str, str]) -> DistrictRecord:
        return DistrictRecord(
            code=row["code"], slug=row["slug"], name=row["name"],
            municipality=row.get("municipality") or municipality.replace("{name}", row["name"]),
            zone=_of(zone_slugs, row["zone"], "no zone has the name"),
            latitude=float(row["lat"]), longitude=float(row["lon"]),
            population=int(row["population"]), site=row["website"],
            cell=_of(cells, row["code"], "hexagons.csv has no cell for"),
            neighbours=tuple(row["neighbours"].split()), words=row.get("words", ""),
        )  # fmt: skip

    return tuple(_rows(folder / "districts.csv", district))


def _of(known: Mapping[str, T], name: str, otherwise: str) -> T:
    if name not in known:
        message = f"{otherwise} {name!r}"
        raise ValueError(message)
    return known[name]


def _if_there(path: Path, make: Callable[[Mapping[str, str]], T]) -> tuple[T, ...]:
    """What a metropolis need not say."""
    return tuple(_rows(path, make)) if path.is_file() else ()


def _saying(row: Mapping[str, str]) -> Saying:
    return Saying(said=tuple(row["said"].split("|")), found_by=row["found_by"])


def _meaning(row: Mapping[str, str]) -> Meaning:
    """Its choice must be one that an address can say, of whatever number and district."""
    means = row["means"]
    try:
        Selection.read(parse_qsl(means.replace(NUMBER, "5").replace(DISTRICT, "a")))
    except Invalid as wrong:
        message = f"no address can say the choice {means!r}"
        raise ValueError(message) from wrong
    return Meaning(said=tuple(row["said"].split("|")), means=means)


KNOWN = {"slug", "parent", "sort"}


def _vocabulary(folder: Path, file: str, kind: str) -> Vocabulary:
    def term(row: Mapping[str, str]) -> Term:
        labels = {key.removeprefix("label_"): value for key, value in row.items() if key.startswith("label_")}
        more = {key: value for key, value in row.items() if key not in KNOWN and not key.startswith("label_")}
        parent = row.get("parent") or None
        return Term(slug=row["slug"], labels=labels, parent=parent, sort=int(row["sort"]), more=more)

    return Vocabulary(kind=kind, terms=tuple(sorted(_rows(folder / file, term), key=lambda each: each.sort)))


def _holiday(row: Mapping[str, str]) -> HolidayRule:
    names = {key.removeprefix("name_"): value for key, value in row.items() if key.startswith("name_")}
    rule = HolidayRule(key=row["key"], rule=row["rule"], names=names, since_year=int(row["since_year"] or 0))
    rule.on(2000)
    return rule
