"""Our own letters on what is drawn here: which fonts and inks there are, and where a line breaks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"
INK, PAPER, QUIET = "#17130f", "#fbf6ec", "#cdc2b0"
HUES = ("#ff3d8b", "#ffe500", "#00e1ff", "#ff8a1f", "#7dff3a", "#bd96ff", "#ffb300", "#ff5a4d", "#00f5a0", "#ff6bfa",
        "#6db3ff", "#d6ff1f", "#f1e6d2")  # fmt: skip
"""The loud inks of the disciplines, in their order: the ones of site.css."""

Font = ImageFont.FreeTypeFont


@cache
def medium(size: int) -> Font:
    """Letters for what is read."""
    return ImageFont.truetype(FONTS / "BarlowCondensed-Medium.ttf", size)


@cache
def heavy(size: int) -> Font:
    """Letters for what is seen from afar."""
    return ImageFont.truetype(FONTS / "BarlowCondensed-ExtraBold.ttf", size)


def broken(pen: ImageDraw.ImageDraw, text: str, font: Font, width: int) -> Iterator[str]:
    """The lines of a text, none wider than `width` pixels."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and pen.textlength(longer, font=font) > width:
            yield fitting(pen, line, font, width)
            longer = word
        line = longer
    yield fitting(pen, line, font, width)


def fitting(pen: ImageDraw.ImageDraw, text: str, font: Font, width: int) -> str:
    """The text, its end cut where it would run over the edge."""
    if pen.textlength(text, font=font) <= width:
        return text
    while text and pen.textlength(f"{text}…", font=font) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
