"""A card for where a link is shown without its page (Open Graph): a small street poster of date, title and place.

1200 × 630, drawn here with our own letters, kept by content: nothing is drawn twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from calendar_service.services.printing.shelf import Shelf, digest

FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"
WIDTH, HEIGHT, EDGE = 1200, 630, 64
INK, PAPER, QUIET = "#17130f", "#fbf6ec", "#cdc2b0"
HUES = ("#ff3d8b", "#ffe500", "#00e1ff", "#ff8a1f", "#7dff3a", "#bd96ff", "#ffb300", "#ff5a4d", "#00f5a0", "#ff6bfa",
        "#6db3ff", "#d6ff1f", "#f1e6d2")  # fmt: skip
"""The loud inks of the disciplines, in their order: the ones of site.css."""
STEP, VERSION = 30, "1"
ROOM = 1_000
COLUMN = 330
LARGE = (210, 176, 140, 120)
"""For a place, beside whose name nothing stands."""
SIZES = (104, 92, 80, 70, 62, 54, 48)
LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on it, all in words; `number` and `month` are empty for a place, `flag` for what goes as planned."""

    brand: str
    title: str
    foot: str
    number: str = ""
    month: str = ""
    hour: str = ""
    flag: str = ""
    hue: int = 1


def card(data_dir: Path, said: Card) -> bytes:
    """The PNG of a card. Raises Busy."""
    name = digest(asdict(said), version=VERSION)
    return Shelf(data_dir / "cards", ".png", room=ROOM).get(name, lambda: _drawn(said))


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"BarlowCondensed-{weight}.ttf", size)


def _heavy(size: int) -> ImageFont.FreeTypeFont:
    return _font("ExtraBold", size)


def _drawn(said: Card) -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), INK)
    pen = ImageDraw.Draw(picture)
    loud = HUES[said.hue % len(HUES)]
    _steps(pen, loud)
    pen.text((EDGE, 40), said.brand, font=_font("Medium", 34), fill=QUIET)
    left = EDGE
    if said.number:
        _date(pen, said, loud)
        left += COLUMN
    top = _title(pen, said.title, left, SIZES if said.number else (*LARGE, *SIZES))
    pen.text((left, HEIGHT - 118), _fitting(pen, said.foot, WIDTH - EDGE - left), font=_font("Medium", 38), fill=PAPER)
    if said.flag:
        _flag(pen, said.flag, (left, top))
    return _png(picture)


def _date(pen: ImageDraw.ImageDraw, said: Card, loud: str) -> None:
    pen.text((EDGE - 6, 340), said.number, font=_heavy(330), fill=loud, anchor="ls")
    pen.text((EDGE, 400), said.month, font=_heavy(56), fill=PAPER, anchor="ls")
    pen.text((EDGE, 464), said.hour, font=_font("Medium", 52), fill=PAPER, anchor="ls")


def _title(pen: ImageDraw.ImageDraw, title: str, left: int, sizes: tuple[int, ...]) -> int:
    """In the largest size in which it keeps to a few lines; where the next thing may stand."""
    lines: list[str] = []
    for size in sizes:
        lines = list(_broken(pen, title, _heavy(size), WIDTH - EDGE - left))
        if len(lines) <= LINES and len(lines) * size <= 350:  # noqa: PLR2004 - pixels above the foot
            break
    top = 108
    for line in lines[:LINES]:
        pen.text((left, top), line, font=_heavy(size), fill=PAPER)
        top += size
    return top + 14


def _broken(pen: ImageDraw.ImageDraw, title: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    line = ""
    for word in title.split():
        longer = f"{line} {word}".strip()
        if line and pen.textlength(longer, font=font) > width:
            yield _fitting(pen, line, width, font)
            longer = word
        line = longer
    yield _fitting(pen, line, width, font)


def _fitting(pen: ImageDraw.ImageDraw, text: str, width: int, font: ImageFont.FreeTypeFont | None = None) -> str:
    """The text, its end cut where it would run over the edge."""
    font = font or _font("Medium", 38)
    if pen.textlength(text, font=font) <= width:
        return text
    while text and pen.textlength(f"{text}…", font=font) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _flag(pen: ImageDraw.ImageDraw, text: str, at: tuple[int, int]) -> None:
    font = _heavy(46)
    box = pen.textbbox((at[0] + 16, at[1] + 6), text, font=font)
    pen.rectangle((at[0], box[1] - 10, box[2] + 16, box[3] + 10), fill="#ff3d8b")
    pen.text((at[0] + 16, at[1] + 6), text, font=font, fill=INK)


def _steps(pen: ImageDraw.ImageDraw, loud: str) -> None:
    """A stepped edge, as below the banner of the pages."""
    base = HEIGHT - STEP
    pen.rectangle((0, base, WIDTH, HEIGHT), fill=loud)
    for left in range(0, WIDTH, 4 * STEP):
        pen.rectangle((left + STEP, base - STEP // 2, left + 3 * STEP - 1, base), fill=loud)


def _png(picture: Image.Image) -> bytes:
    """In few colours: some 15 kB."""
    out = BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def plain(text: str) -> str:
    """Without the spaces for which the letters have no width."""
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
