"""What Lighthouse says of the pages that matter most, on the phone and the slow line that it imitates.

It comes from `lighthouse/package-lock.json` and needs Node, npm and Chromium. Where one is missing, that is said.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.serving.servers import service
from bench.table import show

ROOM = Path(__file__).parent / "lighthouse"
PROGRAM = ROOM / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
MARKS = {"first-contentful-paint": "first paint, s", "largest-contentful-paint": "largest paint, s"}
FLAGS = "--headless --no-sandbox --disable-gpu"
GOAL = 95
PATIENCE = 180
ATTEMPTS = 2
LAST_WORDS = 300


def run(folder: Path, scratch: Path) -> None:
    """Audit home, list, an event and the subscribe page of the season in a folder."""
    missing = _missing()
    if missing:
        print(f"\nLighthouse is left out: {missing}.")
        return
    with service(folder) as server:
        event = re.search(r'"(/events/[^"?]+)"', server.get("/events")[1].decode())
        paths = ("/", "/events", *(event.groups() if event else ()), "/subscribe")
        audited = {path: _audit(f"http://127.0.0.1:{server.port}{path}", scratch) for path in paths}
    columns = ("address", *CATEGORIES, *MARKS.values(), "layout shift", f"below {GOAL} of 100 for")
    show(f"Lighthouse, a phone on a slow line (goal: {GOAL} in all four)", columns,
         [(path, *_row(said)) for path, said in audited.items()])  # fmt: skip


def _missing() -> str:
    """What stands in the way; empty when all is there, Lighthouse installed."""
    if _chromium() is None:
        return "there is no Chromium"
    npm = shutil.which("npm")
    if npm is None:
        return "there is no npm"
    if not PROGRAM.exists():
        done = subprocess.run([npm, "ci", "--silent"], cwd=ROOM, check=False)
        if done.returncode:
            return "npm could not install it"
    return ""


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def _audit(address: str, scratch: Path) -> Mapping[str, Any] | str:
    """What it says of a page, or why it gave up twice: a browser on a busy machine does, once in a while."""
    out, why = scratch / "lighthouse.json", ""
    for _ in range(ATTEMPTS):
        why = _asked(address, out)
        if not why:
            said: Mapping[str, Any] = json.loads(out.read_text())
            return said
    return f"gave up: {why}"


def _asked(address: str, out: Path) -> str:
    """Why it gave up; empty when it did not. With it goes the browser that it started."""
    command = [str(PROGRAM), address, "--quiet", "--output=json", f"--output-path={out}", f"--chrome-flags={FLAGS}",
               f"--only-categories={','.join(CATEGORIES)}"]  # fmt: skip
    surroundings = {**os.environ, "CHROME_PATH": _chromium() or ""}
    process = subprocess.Popen(command, env=surroundings, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        _, complaint = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"no answer in {PATIENCE} s"
    return " ".join(complaint.split())[-LAST_WORDS:] or str(process.returncode) if process.returncode else ""


def _row(said: Mapping[str, Any] | str) -> Sequence[object]:
    if isinstance(said, str):
        return (*[None] * (len(CATEGORIES) + len(MARKS) + 1), said)
    scores = [round(said["categories"][each]["score"] * 100) for each in CATEGORIES]
    seconds = [said["audits"][each]["numericValue"] / 1000 for each in MARKS]
    shift = float(said["audits"]["cumulative-layout-shift"]["numericValue"])
    return (*scores, *seconds, f"{shift:.3f}", ", ".join(_faults(said)))


def _faults(said: Mapping[str, Any]) -> Iterator[str]:
    """The audits that cost something, in the categories that miss the goal."""
    for category in said["categories"].values():
        for each in category["auditRefs"] if category["score"] * 100 < GOAL else ():
            audit = said["audits"][each["id"]]
            if each["weight"] and audit["score"] is not None and audit["score"] * 100 < GOAL:
                yield each["id"]
