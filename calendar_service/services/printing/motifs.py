"""What is drawn beside the words of a card: the pattern of a discipline, and the metropolis as hexagons.

The patterns are those of site.css: concentric shapes of ink on the loud colour of the discipline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import cos, pi, sin

from PIL import ImageDraw

from calendar_service.services.printing.lettering import HUES, INK

Pen = ImageDraw.ImageDraw
Box = tuple[int, int, int, int]
Point = tuple[float, float]
Shape = Callable[[float, float, float], Sequence[Point]]
"""The corners of a shape of a given reach around a middle."""

EMPTY = "#3a332b"
TINTS = (EMPTY, "#6d1f45", "#a8266b", "#d92f7f", "#ff3d8b", "#ff8fbe")
"""How much is on, from nothing to the most, on the poster's black."""

STEPS = ((-3, -9), (3, -9), (3, -6), (6, -6), (6, -3), (9, -3), (9, 3), (6, 3), (6, 6), (3, 6), (3, 9), (-3, 9),
         (-3, 6), (-6, 6), (-6, 3), (-9, 3), (-9, -3), (-6, -3), (-6, -6), (-3, -6))  # fmt: skip


def hexagon(x: float, y: float, reach: float) -> Sequence[Point]:
    """With its points up and down."""
    return [(x + reach * sin(at * pi / 3), y - reach * cos(at * pi / 3)) for at in range(6)]


def chakana(x: float, y: float, reach: float) -> Sequence[Point]:
    """The stepped cross."""
    return [(x + left * reach / 9, y + top * reach / 9) for left, top in STEPS]


def _rhomb(x: float, y: float, reach: float) -> Sequence[Point]:
    return (x, y - reach), (x + reach * 0.72, y), (x, y + reach), (x - reach * 0.72, y)


def _square(x: float, y: float, reach: float) -> Sequence[Point]:
    return (x - reach, y - reach), (x + reach, y - reach), (x + reach, y + reach), (x - reach, y + reach)


def _round(x: float, y: float, reach: float) -> Sequence[Point]:
    return [(x + reach * cos(at * pi / 18), y + reach * sin(at * pi / 18)) for at in range(36)]


SHAPES: Sequence[Shape] = (
    hexagon, chakana, _rhomb, chakana, _square, hexagon, _rhomb, chakana, hexagon, _rhomb, _square, _round, _round,
)  # fmt: skip
"""By the number of a discipline's mark."""

PITCHES: dict[Shape, tuple[int, int, int]] = {hexagon: (106, 92, 53), _rhomb: (92, 64, 46)}
"""From shape to shape, from row to row, and how far every other row is moved; all others stand in a square."""


def pattern(pen: Pen, box: Box, hue: int) -> None:
    """The discipline's pattern in a box that ends at the edge of the picture on the right."""
    left, top, right, bottom = box
    shape = SHAPES[hue % len(SHAPES)]
    across, down, shift = PITCHES.get(shape, (96, 96, 0))
    for row in range(-1, (bottom - top) // down + 2):
        for column in range(-1, (right - left) // across + 2):
            x = left + column * across + (shift if row % 2 else 0)
            _rings(pen, shape, (x, top + row * down + down // 2), HUES[hue % len(HUES)])


def _rings(pen: Pen, shape: Shape, middle: Point, loud: str) -> None:
    for reach, ink in ((62, loud), (52, INK), (37, loud), (20, INK)):
        pen.polygon(shape(*middle, reach), fill=ink)


def metropolis(pen: Pen, cells: Sequence[tuple[int, int, int]], box: Box, *, inks: Sequence[str]) -> None:
    """All districts, as large as the box allows: where each stands (`x`, `y`) and which of the inks is its own."""
    for x, y, ink, reach in _placed(cells, box):
        pen.polygon(hexagon(x, y, reach * 0.94), fill=inks[ink])


def _placed(cells: Sequence[tuple[int, int, int]], box: Box) -> Iterator[tuple[float, float, int, float]]:
    left, top, right, bottom = box
    wide, high = max(x for x, _, _ in cells) + 52, max(y for _, y, _ in cells) + 60
    scale = min((right - left) / wide, (bottom - top) / high)
    start = right - wide * scale
    for x, y, ink in cells:
        yield start + x * scale, top + y * scale, ink, 60 * scale
