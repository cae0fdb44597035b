"""A card for where a link is shown without its page (Open Graph): a small street poster of date, title and place.

1200 × 630, drawn here with our own letters, kept by content: nothing is drawn twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from calendar_service.services.printing.lettering import HUES, INK, PAPER, QUIET, broken, fitting, heavy, medium
from calendar_service.services.printing.motifs import EMPTY, TINTS, chakana, hexagon, metropolis, pattern
from calendar_service.services.printing.shelf import Shelf, digest

WIDTH, HEIGHT, EDGE = 1200, 630, 64
STEP, VERSION = 30, "5"
ROOM = 1_000
COLUMN, BAND, MAP, POSTER = 330, 190, 400, 504
LARGE = (210, 176, 140, 120)
"""For a place, beside whose name only the map stands."""
SIZES = (104, 92, 80, 70, 62, 54, 48)
BESIDE_POSTER = (76, 68, 60, 54, 48)
DATE_BESIDE_POSTER = (56, 50, 44, 38)
TOP, ABOVE, LINES, FOOT = 116, 168, 4, 46
"""In pixels: where a title begins, how far above the edge it ends; in how many lines; how high one of the foot is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on it, all in words. An event has a `number` and what follows, a place or all of them has `cells`:

    where each district is and whether it is meant (1) or how much is on there (0 to 5, `tinted`). `poster` is a digest.
    """

    brand: str
    title: str
    foot: str
    number: str = ""
    weekday: str = ""
    month: str = ""
    hour: str = ""
    until: str = ""
    price: str = ""
    flag: str = ""
    hue: int = 1
    cells: tuple[tuple[int, int, int], ...] = ()
    tinted: bool = False
    poster: str = ""


def card(data_dir: Path, said: Card, poster: bytes | None = None) -> bytes:
    """The PNG of a card; `poster` is the picture whose digest the card names. Raises Busy."""
    name = digest(asdict(said), version=VERSION)
    return Shelf(data_dir / "cards", ".png", room=ROOM).get(name, lambda: _drawn(said, poster))


def _drawn(said: Card, poster: bytes | None) -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), INK)
    pen = ImageDraw.Draw(picture)
    loud = HUES[said.hue % len(HUES)]
    _brand(pen, said.brand)
    if poster:
        _beside_poster(picture, pen, said, poster)
    elif said.number:
        _event(picture, pen, said, loud)
    else:
        _place(pen, said, loud)
    return _png(picture, colours=255 if poster else 64)


def _beside_poster(picture: Image.Image, pen: ImageDraw.ImageDraw, said: Card, poster: bytes) -> None:
    """The date in a line above the title, the poster as high as the card."""
    loud, width = HUES[said.hue % len(HUES)], WIDTH - POSTER - 2 * EDGE
    pen.text((EDGE - 4, 252), said.number, font=heavy(176), fill=loud, anchor="ls")
    left = EDGE + pen.textlength(said.number, font=heavy(176)) + 18
    font = heavy(_size_of_date(pen, said, EDGE + width - left))
    pen.text((left, 186), said.weekday, font=font, fill=PAPER, anchor="ls")
    pen.text((left, 244), said.month, font=font, fill=QUIET, anchor="ls")
    pen.text((EDGE + width, 244), said.hour, font=font, fill=loud, anchor="rs")
    top = _title(pen, said.title, (EDGE, width), BESIDE_POSTER, top=284)
    pen.text((EDGE, HEIGHT - 126), fitting(pen, said.price, heavy(46), width), font=heavy(46), fill=loud)
    pen.text((EDGE, HEIGHT - 74), fitting(pen, said.foot, medium(38), width), font=medium(38), fill=PAPER)
    if said.flag:
        _flag(pen, said.flag, (EDGE, top))
    with Image.open(BytesIO(poster)) as found:
        picture.paste(ImageOps.fit(found.convert("RGB"), (POSTER, HEIGHT)), (WIDTH - POSTER, 0))


def _size_of_date(pen: ImageDraw.ImageDraw, said: Card, width: float) -> int:
    """The largest in which the month and the hour stand beside each other: "noviembre" and "6:30 p. m." are long."""
    for size in DATE_BESIDE_POSTER:
        if sum(pen.textlength(each, font=heavy(size)) for each in (said.month, said.hour)) + 24 <= width:
            break
    return size


def _event(picture: Image.Image, pen: ImageDraw.ImageDraw, said: Card, loud: str) -> None:
    _date(pen, said, loud)
    left, width = EDGE + COLUMN, WIDTH - BAND - EDGE // 2 - EDGE - COLUMN
    foot = list(_foot(pen, said.foot, width))
    above = FOOT * (len(foot) - 1)
    top = _title(pen, said.title, (left, width), SIZES, above=ABOVE + above)
    pen.text((left, HEIGHT - 136 - above), fitting(pen, said.price, heavy(46), width), font=heavy(46), fill=loud)
    for number, line in enumerate(reversed(foot)):
        pen.text((left, HEIGHT - 82 - FOOT * number), line, font=medium(38), fill=PAPER)
    if said.flag:
        _flag(pen, said.flag, (left, top))
    band = Image.new("RGB", (BAND, HEIGHT), loud)
    pattern(ImageDraw.Draw(band), (0, 0, BAND, HEIGHT), said.hue)
    picture.paste(band, (WIDTH - BAND, 0))


def _foot(pen: ImageDraw.ImageDraw, said: str, width: int) -> Iterator[str]:
    """The place and its district: in one line, or each in its own."""
    lines = [said] if pen.textlength(said, font=medium(38)) <= width else said.rsplit(" · ", 1)
    return (fitting(pen, each, medium(38), width) for each in lines)


def _place(pen: ImageDraw.ImageDraw, said: Card, loud: str) -> None:
    _steps(pen, loud)
    inks = TINTS if said.tinted else (EMPTY, loud)
    metropolis(pen, said.cells, (WIDTH - EDGE - MAP, 40, WIDTH - EDGE, HEIGHT - 3 * STEP), inks=inks)
    width = WIDTH - 2 * EDGE - MAP
    _title(pen, said.title, (EDGE, width), (*LARGE, *SIZES))
    first, *others = broken(pen, said.foot, medium(38), width)
    lines = [first, fitting(pen, " ".join(others), medium(38), width)] if others else [first]
    for number, line in enumerate(lines):
        pen.text((EDGE, HEIGHT - 118 - 46 * (len(lines) - 1 - number)), line, font=medium(38), fill=PAPER)


def _brand(pen: ImageDraw.ImageDraw, brand: str) -> None:
    pen.polygon(chakana(EDGE + 20, 62, 22), fill=HUES[1])
    pen.polygon(hexagon(EDGE + 20, 62, 8), fill=HUES[0])
    pen.text((EDGE + 58, 40), brand, font=medium(36), fill=QUIET)


def _date(pen: ImageDraw.ImageDraw, said: Card, loud: str) -> None:
    pen.text((EDGE - 6, 352), said.number, font=heavy(330), fill=loud, anchor="ls")
    pen.text((EDGE, 420), said.weekday, font=heavy(60), fill=PAPER, anchor="ls")
    pen.text((EDGE, 476), said.month, font=heavy(52), fill=QUIET, anchor="ls")
    pen.text((EDGE, HEIGHT - 54), said.hour, font=heavy(64), fill=loud, anchor="ls")
    until = [] if said.hour else list(broken(pen, said.until, heavy(44), COLUMN - 16))
    for number, line in enumerate(reversed(until)):
        pen.text((EDGE, HEIGHT - 54 - 46 * number), line, font=heavy(44), fill=loud, anchor="ls")


def _title(
    pen: ImageDraw.ImageDraw, title: str, column: tuple[int, int], sizes: tuple[int, ...],
    *, top: int = TOP, above: int = ABOVE,
) -> int:  # fmt: skip
    """In the largest size in which it keeps to a few lines; where the next thing may stand."""
    lines: list[str] = []
    left, width = column
    for size in sizes:
        lines = list(broken(pen, title, heavy(size), width))
        if (
            len(lines) <= LINES
            and len(lines) * size <= HEIGHT - top - above
            and not any(each.endswith("…") for each in lines)
        ):
            break
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


def _png(picture: Image.Image, *, colours: int) -> bytes:
    """In few colours: some 20 kB, with a poster some 100."""
    out = BytesIO()
    picture.quantize(colours).save(out, "PNG", optimize=True)
    return out.getvalue()


def plain(text: str) -> str:
    """Without the spaces for which the letters have no width."""
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
