"""What a metropolis's demo season is made of, read from its folder; no text of it stands in code."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoData:
    """Venues by key, activities and their groups, single events, clusters, allies, agreements: as their files say."""

    venues: Mapping[str, Entry]
    activities: Sequence[Entry]
    groups: Mapping[str, Sequence[str]]
    reasons: Sequence[str]
    specials: Sequence[Entry]
    clusters: Sequence[Entry]
    organisations: Sequence[Entry]
    agreements: Sequence[Entry]

    def venues_of(self, district: str, kinds: Sequence[str]) -> list[Entry]:
        """The venues of a district that are of one of these kinds."""
        return [each for each in self.venues.values() if each["district"] == district and each["kind"] in kinds]


def read_demo(folder: Path) -> DemoData | None:
    """The demo of a metropolis; None when its folder has none."""
    demo = folder / "demo"
    if not (demo / "activities.toml").is_file():
        return None
    with (demo / "venues.csv").open(encoding="utf-8", newline="") as file:
        venues = {row["key"]: _venue(row) for row in csv.DictReader(file)}
    activities = _toml(demo / "activities.toml")
    return DemoData(
        venues=venues, activities=activities["activity"], groups=activities["groups"],
        reasons=activities["reasons"],
        specials=_toml(demo / "specials.toml")["special"], clusters=_toml(demo / "clusters.toml")["cluster"],
        organisations=_toml(demo / "organisations.toml")["organisation"],
        agreements=_toml(demo / "agreements.toml")["agreement"],
    )  # fmt: skip


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _venue(row: Mapping[str, str]) -> Entry:
    numbers = {"lat": float(row["lat"]), "lon": float(row["lon"])}
    return {**row, **numbers}
