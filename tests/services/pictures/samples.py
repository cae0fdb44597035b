"""Pictures that somebody uploads, made here."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (900, 1200), *, mode: str = "RGB", **more: Any) -> bytes:  # noqa: ANN401 - whatever Pillow writes
    """A picture whose left half differs from its right, so that its turning is seen."""
    image = Image.new(mode, size, "navy" if mode != "LA" else 80)
    image.paste("crimson" if mode != "LA" else 200, (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, format=kind, **more)
    return out.getvalue()
