"""A card for where a link is shown without its page (Open Graph): a small street poster of date, title and place.

1200 × 630, drawn here with our own letters, kept by content: nothing is drawn twice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from calendar_service.services.printing.lettering import HUES, INK, PAPER, QUIET, broken, fitting, heavy, medium
from calendar_service.services.printing.shelf import Shelf, digest

WIDTH, HEIGHT, EDGE = 1200, 630, 64
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


def _drawn(said: Card) -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), INK)
    pen = ImageDraw.Draw(picture)
    loud = HUES[said.hue % len(HUES)]
    _steps(pen, loud)
    pen.text((EDGE, 40), said.brand, font=medium(34), fill=QUIET)
    left = EDGE
    if said.number:
        _date(pen, said, loud)
        left += COLUMN
    top = _title(pen, said.title, left, SIZES if said.number else (*LARGE, *SIZES))
    pen.text(
        (left, HEIGHT - 118), fitting(pen, said.foot, medium(38), WIDTH - EDGE - left), font=medium(38), fill=PAPER
    )
    if said.flag:
        _flag(pen, said.flag, (left, top))
    return _png(picture)


def _date(pen: ImageDraw.ImageDraw, said: Card, loud: str) -> None:
    pen.text((EDGE - 6, 340), said.number, font=heavy(330), fill=loud, anchor="ls")
    pen.text((EDGE, 400), said.month, font=heavy(56), fill=PAPER, anchor="ls")
    pen.text((EDGE, 464), said.hour, font=medium(52), fill=PAPER, anchor="ls")


def _title(pen: ImageDraw.ImageDraw, title: str, left: int, sizes: tuple[int, ...]) -> int:
    """In the largest size in which it keeps to a few lines; where the next thing may stand."""
    lines: list[str] = []
    for size in sizes:
        lines = list(broken(pen, title, heavy(size), WIDTH - EDGE - left))
        if len(lines) <= LINES and len(lines) * size <= 350:  # noqa: PLR2004 - pixels above the foot
            break
    top = 108
    for line in lines[:LINES]:
        pen.text((left, top), line, font=heavy(size), fill=PAPER)
        top += size
    return top + 14


def _flag(pen: ImageDraw.ImageDraw, text: str, at: tuple[int, int]) -> None:
    font = heavy(46)
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
