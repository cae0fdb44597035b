"""Posters of the demo season: street posters of two inks on black, a motif and a few loud words.

Drawn here, so that the season shows what a poster does to a list without anybody's photograph in the repository.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

from calendar_service.db.engine import Database
from calendar_service.domain.posting.pictures import Picture
from calendar_service.services.demo.data import DemoData, Entry
from calendar_service.services.pictures import keeping
from calendar_service.services.printing.lettering import HUES, INK, PAPER, broken, heavy

WIDTH, HEIGHT, EDGE = 1280, 1600, 90
SIZES = (430, 380, 330, 280, 240, 200, 170)
"""Of the words, the largest first; half the sheet is theirs."""

Pen = ImageDraw.ImageDraw
Posters = Mapping[str, Picture]
"""By the words that stand on them."""


def hang(database: Database, data: DemoData, *, data_dir: Path, now: datetime) -> Posters:
    """Draw and keep the posters of all entries that have one."""
    entries: Iterable[Entry] = (*data.specials, *data.activities)
    said = {each["poster"]["words"]: each["poster"] for each in entries if "poster" in each}
    return {
        words: keeping.keep(database, drawn(words, motif=each["motif"], hue=each["hue"]), data_dir=data_dir, now=now)
        for words, each in said.items()
    }


def drawn(words: str, *, motif: str, hue: int) -> bytes:
    """A poster as a PNG. `motif` is one of MOTIFS; `hue` its first ink, the second one is some way off."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), INK)
    pen = ImageDraw.Draw(sheet)
    MOTIFS[motif](pen, HUES[hue], HUES[(hue + 5) % len(HUES)])
    _write(pen, words.upper())
    out = BytesIO()
    sheet.resize((480, 600), Image.Resampling.HAMMING, reducing_gap=1.0).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _write(pen: Pen, words: str) -> None:
    lines, size = [""], SIZES[-1]
    for size in SIZES:
        lines = list(broken(pen, words, heavy(size), WIDTH - 2 * EDGE))
        if len(lines) * size <= HEIGHT // 2 and not any(each.endswith("…") for each in lines):
            break
    step = int(size * 0.86)
    top = HEIGHT - EDGE - step * len(lines)
    pen.rectangle((0, top - 60, WIDTH, HEIGHT), fill=INK)
    for number, line in enumerate(lines):
        pen.text((EDGE, top + number * step - size // 6), line, font=heavy(size), fill=PAPER)


def _rays(pen: Pen, first: str, second: str) -> None:
    """The sun of a chicha poster."""
    middle, reach, rays = (WIDTH // 2, 900), 2_000, 36
    points = [(middle[0] + reach * cos(at * pi / rays), middle[1] + reach * sin(at * pi / rays)) for at in range(73)]
    for number, (one, other) in enumerate(pairwise(points)):
        pen.polygon((middle, one, other), fill=first if number % 2 else INK)
    for radius, ink in ((420, INK), (380, second), (240, INK), (200, first)):
        pen.circle(middle, radius, fill=ink)


def _steps(pen: Pen, first: str, second: str) -> None:
    """A stepped pyramid in the sun."""
    pen.rectangle((0, 0, WIDTH, HEIGHT), fill=first)
    pen.circle((WIDTH // 2, 330), 230, fill=second)
    for number in range(8):
        reach = 120 + 90 * number
        pen.rectangle((640 - reach, 400 + 70 * number, 640 + reach, HEIGHT), fill=INK if number % 2 else second)


def _waves(pen: Pen, first: str, second: str) -> None:
    """The sea below a moon."""
    pen.circle((930, 300), 210, fill=second)
    for number in range(9):
        level = 420 + 90 * number
        crest = [(x, level + 46 * sin(x / 100 + number * 1.1)) for x in range(0, WIDTH + 20, 20)]
        pen.polygon(((0, HEIGHT), *crest, (WIDTH, HEIGHT)), fill=(first, INK, second, INK)[number % 4])


def _bands(pen: Pen, first: str, second: str) -> None:
    """Slanting bands, as of a curtain or a rhythm."""
    for number in range(-8, 12):
        left = number * 170
        ink = (first, INK, second, INK)[number % 4]
        pen.polygon(((left, 0), (left + 170, 0), (left + 970, HEIGHT), (left + 800, HEIGHT)), fill=ink)


def _comb(pen: Pen, first: str, second: str) -> None:
    """Hexagons, one within the other."""
    for row in range(6):
        for column in range(5):
            middle = (column * 330 + (165 if row % 2 else 0), row * 285)
            ink = first if (row + column) % 3 else second
            for radius, fill in ((182, ink), (120, INK), (70, ink)):
                pen.regular_polygon((*middle, radius), 6, rotation=30, fill=fill)


MOTIFS: Mapping[str, Callable[[Pen, str, str], None]] = {
    "rays": _rays, "steps": _steps, "waves": _waves, "bands": _bands, "comb": _comb,
}  # fmt: skip
