"""The metropolis as hexagons: one per district, all of one size, points up, odd rows half a cell to the right.

Lengths are units of a drawing, whole numbers on purpose: a cell is 104 wide and 120 high.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from calendar_service.domain.territory.metropolis import DistrictRecord, Metropolis

WIDTH, HALF, SIDE, PITCH = 104, 52, 60, 90
SHORT = 3
LINES = 3
LINE_LENGTH = 9
TIGHT = 10
HEXAGON = f"l{HALF} {SIDE // 2}v{SIDE}l-{HALF} {SIDE // 2}l-{HALF}-{SIDE // 2}v-{SIDE}z"
"""The outline from the upper point on, for the `d` of an SVG path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A district's hexagon: its middle, a short name of three letters, the whole name in lines that fit."""

    slug: str
    name: str
    short: str
    lines: Sequence[str]
    x: int
    y: int

    @property
    def tight(self) -> bool:
        """Whether a line is as wide as the cell."""
        return max(map(len, self.lines)) > TIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """All cells, from the top to the bottom and from the left to the right, and how large the whole is."""

    width: int
    height: int
    cells: Sequence[Cell]

    def outline(self, slugs: Iterable[str]) -> str:
        """The hexagons of some districts as the `d` of one SVG path."""
        wanted = set(slugs)
        return "".join(f"M{each.x} {each.y - SIDE}{HEXAGON}" for each in self.cells if each.slug in wanted)


def grid(metropolis: Metropolis) -> Grid:
    """The cells of a metropolis, moved to the upper left corner."""
    ordered = sorted(metropolis.districts, key=lambda each: (each.cell[1], each.cell[0]))
    if not ordered:
        return Grid(width=WIDTH, height=2 * SIDE, cells=())
    top = ordered[0].cell[1]
    left = min(_left(each) for each in ordered)
    short = _short_names(each.name for each in ordered)
    cells = [_cell(each, left=left, top=top, short=short[each.name]) for each in ordered]
    return Grid(
        width=max(each.x for each in cells) + HALF, height=max(each.y for each in cells) + SIDE, cells=cells,
    )  # fmt: skip


def _left(district: DistrictRecord) -> int:
    column, row = district.cell
    return column * WIDTH + row % 2 * HALF


def _cell(district: DistrictRecord, *, left: int, top: int, short: str) -> Cell:
    return Cell(
        slug=district.slug, name=district.name, short=short, lines=_lines(district.name),
        x=_left(district) - left + HALF, y=(district.cell[1] - top) * PITCH + SIDE,
    )  # fmt: skip


def _short_names(names: Iterable[str]) -> dict[str, str]:
    """As people shorten them: initials of three words (SJL), else the beginning; told apart by the last letter."""
    every = {name: _short(name) for name in names}
    times = Counter(every.values())
    return {name: short if times[short] == 1 else f"{short[:-1]}{name[-1]}" for name, short in every.items()}


def _short(name: str) -> str:
    words = [each for each in name.split() if not each.islower()]
    if len(words) == 1:
        return name[:SHORT]
    if len(words) >= SHORT:
        return "".join(each[0] for each in words[:SHORT])
    return words[0][0] + words[1][: SHORT - 1]


def _lines(name: str) -> tuple[str, ...]:
    """The words of a name in at most three lines, short ones together, "de" never at the beginning of one."""
    lines: list[str] = []
    for word in name.split():
        if lines and (word.islower() or len(lines[-1]) + len(word) < LINE_LENGTH):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return (*lines[: LINES - 1], " ".join(lines[LINES - 1 :])) if len(lines) > LINES else tuple(lines)
