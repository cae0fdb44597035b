"""What axe finds wrong with a page: by light all of it, in the dark what colours decide.

Only faults are asked for. Whatever is well (some hundreds of things a page) took longer to tell than to look for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SCRIPT: str = Axe().axe_script
ASK = "async options => (await axe.run(document, options)).violations"
FAULTS_ALONE: dict[str, Any] = {"resultTypes": ["violations"], "iframes": False, "preload": False}


def faults(page: Page, rules: Sequence[str] = WCAG) -> list[str]:
    """Each with the first element that has it."""
    page.evaluate(SCRIPT)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = _asked(page, rules)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += _asked(page, ["color-contrast"])
    page.emulate_media(color_scheme="light")
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]


def _asked(page: Page, rules: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(ASK, FAULTS_ALONE | {"runOnly": list(rules)})
    return found
