"""Sheets as PDF: tagged (PDF/UA-1), with bookmarks, set by typst in a child process.

The child has a processor's time, memory and a deadline of its own, so no sheet can hold the service up (S30).
What it sets goes in as JSON, as data: no title can become markup (S21). A sheet that can be read aloud has
no sign without a shape (PDF/UA-1): where our letters lack one, an emoji in a title, it is set once more without.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calendar_service.domain.errors import Busy
from calendar_service.services.printing.shelf import Shelf, digest

DATA = Path(__file__).resolve().parents[2] / "data"
SHEETS, FONTS = DATA / "print", DATA / "fonts"
SECONDS = 20
UNSHAPED = re.compile(r"[^\n -\x7e\xa0-\u052f\u1e00-\u1fff\u2010-\u2027\u202f-\u205e\u20a0-\u20bf]")
"""What is not of European letters, their points and signs of money: what our letters are sure to have."""
COMMAND = (sys.executable, "-m", "calendar_service.services.printing.setting")


def typeset(data_dir: Path, name: str, said: Mapping[str, Any]) -> bytes:
    """The PDF of what is said on the sheet of a name (`programme`, `report`); made once for equal content.

    Raises Busy.
    """
    sheet = SHEETS / f"{name}.typ"
    of = digest(said, version=sheet.read_text(encoding="utf-8"))
    return Shelf(data_dir / "printed", ".pdf").get(of, lambda: _typeset(sheet, said))


def _typeset(sheet: Path, said: Mapping[str, Any]) -> bytes:
    done = _set(sheet, said)
    if not _is_set(done):
        done = _set(sheet, _shaped(said))
    if not _is_set(done):
        raise RuntimeError(f"{sheet.stem} was not set: {done.stderr[-400:].decode(errors='replace')}")
    return done.stdout


def _set(sheet: Path, said: Mapping[str, Any]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - our own module, nothing of it from outside
            [*COMMAND, str(sheet), str(FONTS)], input=json.dumps(said).encode(), capture_output=True,
            timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise Busy("busy") from late


def _is_set(done: subprocess.CompletedProcess[bytes]) -> bool:
    return not done.returncode and done.stdout.startswith(b"%PDF")


def _shaped(said: Any) -> Any:  # noqa: ANN401 - JSON
    """The same without the signs that our letters may lack."""
    match said:
        case str():
            return UNSHAPED.sub("", said)
        case Mapping():
            return {name: _shaped(value) for name, value in said.items()}
        case list() | tuple():
            return [_shaped(each) for each in said]
        case _:
            return said
