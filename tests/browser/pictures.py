"""The pictures of README and docs: `make pictures` starts the service on a demo season and looks at it.

Phone (360×740) and desk (1280×800) side by side, light and dark.
"""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import CHROMIUM_FLAGS
from tests.processes import serving

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PAGES = {
    "home": "/", "weekend": "/events?when=weekend", "month": "/calendar/{month}", "map": "/map?when=month",
    "event": "/events/festival-malecon-vivo-seis-distritos-un-mismo-mar",
    "playbill": "/events/feria-navidena-de-artesania-y-panetones-de-barrio", "subscribe": "/subscribe?cluster=malecon",
    "programme": "/print?cluster=malecon",
}  # fmt: skip
COLOURS = 255
"""Of a picture: the pages have few, and a repository keeps every picture for ever."""
PHONE, DESK, GAP = (360, 740), (1280, 800), 24


def shot(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> Image.Image:
    """What a window of this size shows first."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light",
        locale="es-PE",
    )  # fmt: skip
    page = context.new_page()
    page.goto(address)
    picture = Image.open(BytesIO(page.screenshot()))
    context.close()
    return picture


def together(pictures: list[Image.Image]) -> Image.Image:
    """Side by side on white."""
    width = sum(each.width for each in pictures) + GAP * (len(pictures) + 1)
    height = max(each.height for each in pictures) + 2 * GAP
    sheet = Image.new("RGB", (width, height), "white")
    left = GAP
    for each in pictures:
        sheet.paste(each, (left, GAP))
        left += each.width + GAP
    return sheet


def main() -> None:
    """Take every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder) / "var", verb="up") as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        for name, path in PAGES.items():
            address = service.url(path.format(month=time.strftime("%Y/%m")))
            shots = [shot(browser, address, PHONE, "light"), shot(browser, address, DESK, "light"),
                     shot(browser, address, PHONE, "dark")]  # fmt: skip
            together(shots).quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
