"""Colours that somebody else chose for a frame: taken only if they can be read (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
INK, PAPER, NIGHT = "#17130f", "#fbf6ec", "#13100d"
TEXT_CONTRAST, MARK_CONTRAST = 4.5, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Of a frame, as CSS writes them. `accent` only draws lines and marks."""

    background: str
    text: str
    accent: str


def read(value: str | None) -> str | None:
    """`ff3d8b`, `#FF3D8B` or `f38` as "#ff3d8b"; None for anything else."""
    found = HEX.match(value or "")
    if not found:
        return None
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(each * 2 for each in digits))  # noqa: PLR2004 - two a colour


def readable(background: str | None, text: str | None, accent: str | None, *, usual: str = PAPER) -> Colours | None:
    """The colours asked for on the `usual` background, mended where the contrast is too low; None for none."""
    if not (background or text or accent):
        return None
    paper = background or usual
    ink = text if text and contrast(text, paper) >= TEXT_CONTRAST else _clearest(paper)
    mark = accent if accent and contrast(accent, paper) >= MARK_CONTRAST else ink
    return Colours(background=paper, text=ink, accent=mark)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _clearest(paper: str) -> str:
    return max((INK, "#000000", "#ffffff"), key=lambda each: (contrast(each, paper) >= TEXT_CONTRAST, each == INK,
                                                              contrast(each, paper)))  # fmt: skip


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
