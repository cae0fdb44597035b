"""From what somebody uploaded to the few files that are served (S39).

What comes in is known by its content, not its name; its size is looked at before it is decoded; and nothing of it
goes out but its pixels, which are written anew.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from calendar_service.domain.errors import Busy, Invalid
from calendar_service.domain.posting.pictures import SIZES
from calendar_service.services.giving_back import give_back

LARGEST = 5_000_000
"""Bytes that an upload may have."""
MOST_PIXELS = 25_000_000
LEAST = 40
"""Pixels that each side must have, so that a counting dot is no poster."""
ONE_AT_A_TIME = threading.BoundedSemaphore(1)
PATIENCE = 15.0
"""Seconds that somebody waits for her turn: a small file can be two hundred megabytes of pixels (R21)."""
TAKEN = ("JPEG", "PNG", "WEBP")
FIELD = "image"
PAPER = (255, 255, 255)
"""What shows through where a picture is transparent."""
QUALITY: Mapping[str, Any] = {"webp": {"format": "WEBP", "quality": 78, "method": 4},
           "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True}}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A picture in all sizes and formats: `files` by name, such as `card.webp`; width and height of the full one."""

    width: int
    height: int
    files: Mapping[str, bytes]


def encode(data: bytes) -> Encoded:
    """Make the files of a picture. Raises Invalid (field `image`) for what is no picture, or too large a one; Busy when
    too many want theirs made.
    """
    if not ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        raise Busy("busy")
    try:
        return _encoded(data)
    finally:
        give_back()
        ONE_AT_A_TIME.release()


def _encoded(data: bytes) -> Encoded:
    full = _decoded(data)
    images = {size: _shrunk(full, size) for size in SIZES}
    kinds = {(image.size, ending): image for image in images.values() for ending in QUALITY}
    written = {kind: _written(image, kind[1]) for kind, image in kinds.items()}  # a small one has several names
    files = {f"{size}.{ending}": written[image.size, ending] for size, image in images.items() for ending in QUALITY}
    return Encoded(width=full.width, height=full.height, files=files)


def _decoded(data: bytes) -> Image.Image:
    if len(data) > LARGEST:
        raise Invalid.of(FIELD, "image_too_heavy", most=LARGEST // 1_000_000)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large pictures: ours is the smaller bound, and it is held to below
            image = Image.open(io.BytesIO(data), formats=TAKEN)
            _check_size(image)
            upright: Image.Image = ImageOps.exif_transpose(_at_most_full(_plain(image)))
            return _opaque(upright)
    except Invalid:
        raise
    except Image.DecompressionBombError as wrong:
        raise Invalid.of(FIELD, "image_too_large", most=MOST_PIXELS // 1_000_000) from wrong
    except UnidentifiedImageError as wrong:
        raise Invalid.of(FIELD, "image_kind") from wrong
    except Exception as wrong:  # a decoder may fail in any way on what is damaged on purpose
        raise Invalid.of(FIELD, "image_damaged") from wrong


def _check_size(image: Image.Image) -> None:
    """Only the header has been read so far."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Invalid.of(FIELD, "image_too_large", most=MOST_PIXELS // 1_000_000)
    if min(width, height) < LEAST:
        raise Invalid.of(FIELD, "image_too_small", least=LEAST)


def _plain(image: Image.Image) -> Image.Image:
    """In colours that can be shrunk; itself if they are."""
    if image.mode in ("RGB", "RGBA"):
        return image
    clear = image.mode in ("LA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if clear else "RGB")


def _opaque(image: Image.Image) -> Image.Image:
    """Its pixels alone, in RGB; the first ones where it moves."""
    if image.mode == "RGBA" or "transparency" in image.info:
        layers = image.convert("RGBA")
        paper = Image.new("RGBA", layers.size, (*PAPER, 255))
        return Image.alpha_composite(paper, layers).convert("RGB")
    return image.convert("RGB")


def _at_most_full(image: Image.Image) -> Image.Image:
    """In its place, before anything else is done with it: what was decoded may be a hundred megabytes."""
    image.thumbnail((SIZES["full"], SIZES["full"]), Image.Resampling.LANCZOS)
    return image


def _shrunk(image: Image.Image, size: str) -> Image.Image:
    if max(image.size) <= SIZES[size]:
        return image
    smaller = image.copy()
    smaller.thumbnail((SIZES[size], SIZES[size]), Image.Resampling.LANCZOS)
    return smaller


def _written(image: Image.Image, ending: str) -> bytes:
    """Without EXIF, profile or comment: a fresh picture has none."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, **QUALITY[ending])
    return out.getvalue()
