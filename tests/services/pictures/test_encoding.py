"""What becomes of an uploaded picture: its pixels written anew, in three sizes, and nothing else of it (S39)."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from calendar_service.domain.errors import Busy, Invalid
from calendar_service.services.pictures import encoding
from calendar_service.services.pictures.encoding import LARGEST, PAPER, encode
from tests.services.pictures.samples import a_picture


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def refused(content: bytes) -> tuple[str, str]:
    """The field and the code with which it is refused."""
    with pytest.raises(Invalid) as wrong:
        encode(content)
    return wrong.value.problems[0].field, wrong.value.problems[0].code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_written_in_four_sizes_and_two_formats_s39(kind: str) -> None:
    made = encode(a_picture(kind, (900, 1800)))
    found = {name: (opened(each).format, opened(each).size) for name, each in made.files.items()}
    assert found == {
        "mini.webp": ("WEBP", (80, 160)), "mini.jpg": ("JPEG", (80, 160)),
        "thumb.webp": ("WEBP", (160, 320)), "thumb.jpg": ("JPEG", (160, 320)), "card.webp": ("WEBP", (320, 640)),
        "card.jpg": ("JPEG", (320, 640)), "full.webp": ("WEBP", (640, 1280)), "full.jpg": ("JPEG", (640, 1280)),
    }  # fmt: skip
    assert (made.width, made.height) == (640, 1280)


def test_a_small_picture_is_not_enlarged() -> None:
    made = encode(a_picture(size=(200, 100)))
    assert {opened(each).size for each in made.files.values()} == {(200, 100), (160, 80)}


def test_nothing_but_its_pixels_is_kept_s39() -> None:
    """Where a phone took it stands in its EXIF; a comment may hold anything."""
    exif = Image.Exif()
    exif[0x010E] = "S 12.1497 W 77.0223, de la cámara de Rosa"
    content = a_picture(exif=exif.tobytes(), comment=b"<script>alert(1)</script>", icc_profile=b"perfil" * 20)
    assert b"Rosa" in content
    for name, each in encode(content).files.items():
        assert not any(word in each for word in (b"Rosa", b"script", b"perfil", b"Exif")), name


def test_a_photo_stands_upright_though_its_turning_was_only_noted() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of what is seen is the right of what is stored
    made = encode(a_picture(size=(400, 200), exif=exif.tobytes()))
    assert (made.width, made.height) == (200, 400)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stands_on_white(mode: str) -> None:
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0)).convert(mode if mode != "P" else "RGBA")
    out = io.BytesIO()
    if mode == "P":
        image.quantize(4).save(out, format="PNG", transparency=0)
    else:
        image.save(out, format="PNG")
    red, green, blue = opened(encode(out.getvalue()).files["full.jpg"]).convert("RGB").getpixel((50, 50))  # type: ignore[misc]
    assert min(red, green, blue) > 250


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'/>",
        b"GIF89a" + bytes(100),
        b"%PDF-1.7",
        b"BM" + bytes(100),
        b"\x00\x00\x00\x1cftypavif" + bytes(100),
    ],
)
def test_only_jpeg_png_and_webp_by_their_content_are_pictures_s39(content: bytes) -> None:
    assert refused(content) == ("image", "image_kind")


def test_a_file_over_five_megabytes_is_refused_unread_s39() -> None:
    assert refused(b"\xff\xd8" + bytes(LARGEST)) == ("image", "image_too_heavy")


@pytest.mark.parametrize("side", [5_001, 60_000])
def test_a_picture_of_too_many_points_is_refused_before_it_is_decoded_s39(side: int) -> None:
    """A bomb: a few bytes that say how large it is, with nothing behind them that could be decoded."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    assert refused(b"\x89PNG\r\n\x1a\n" + chunk + bytes(4) + b"IDAT") == ("image", "image_too_large")


def test_a_counting_dot_is_no_poster() -> None:
    assert refused(a_picture("PNG", (1, 1))) == ("image", "image_too_small")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_picture_is_refused(kind: str) -> None:
    whole = a_picture(kind)
    assert refused(whole[: len(whole) // 2]) == ("image", "image_damaged")


def test_pictures_are_decoded_one_after_the_other_r21(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight at once of a hundred kilobytes each were four gigabytes of pixels."""
    monkeypatch.setattr(encoding, "PATIENCE", 0.0)
    with encoding.ONE_AT_A_TIME, pytest.raises(Busy):
        encoding.encode(b"whatever it is")
    assert refused(b"whatever it is") == ("image", "image_kind")


def test_what_is_clear_is_paper_after_it_was_shrunk_too() -> None:
    """Large, so that it is shrunk; nothing of the colour under what is clear shines through."""
    image = Image.new("RGBA", (4_000, 2_000), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 2_000, 2_000))
    out = io.BytesIO()
    image.save(out, "PNG")
    made = encode(out.getvalue())
    shown = Image.open(io.BytesIO(made.files["full.jpg"]))
    assert shown.size == (made.width, made.height)
    left, right = (shown.crop((x, 50, x + 1, 51)).tobytes() for x in (made.width // 4, made.width * 3 // 4))
    assert [
        max(abs(a - b) for a, b in zip(*pair, strict=True)) < 8 for pair in ((left, (0, 0, 255)), (right, PAPER))
    ] == [True, True]
