"""Readers that we did not write agree on every event and on every date (FEEDS acceptance 1, section 4)."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from feeds.ics.tailoring import tailor
from feeds.options import Options
from tests.feeds.entries import SPANISH
from tests.judges.season import FIRST, LAST, Season, hard_season, planned_season
from tests.machine import need

HERE = Path(__file__).parent
pytestmark = pytest.mark.judges

PYTHON = ("ical", "recurring_ical_events", "vobject", "ics", "xandikos", "radicale")
NODE = ("icaljs", "nodeical", "tsics", "rruletemporal")
EVERYBODY = (*PYTHON, *NODE, "libical")


@cache
def season() -> Season:
    return hard_season()


@cache
def tailored() -> bytes:
    """As `?alarm=PT2H&cancelled=visible` asks for."""
    fit = tailor(Options(alarm=120, cancelled_visible=True))
    assert fit is not None
    return fit(season().body.decode()).encode()


@cache
def planned() -> Season:
    return planned_season()


@cache
def rich() -> Season:
    return hard_season(replace(SPANISH, rich=True))


def ask(judge: str, path: Path) -> dict[str, Any]:
    """What a judge sees in a file."""
    edges = [f"{FIRST:%Y-%m-%d}", f"{LAST:%Y-%m-%d}"]
    if judge in NODE:
        command = [need("node"), str(Path(need("node-judges")) / "ask_node.mjs"), judge]
    elif judge == "libical":
        command = [need("libical"), str(HERE / "ask_libical.py")]
    else:
        command = [need("judges"), str(HERE / "ask_python.py"), judge]
    done = subprocess.run([*command, str(path), *edges], capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


asked = cache(ask)
"""Of the season itself several tests ask; reading it takes some of them seconds."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The season as a file."""
    file = tmp_path_factory.mktemp("season") / "season.ics"
    file.write_bytes(season().body)
    return file


@pytest.mark.parametrize("judge", EVERYBODY)
def test_no_judge_refuses_the_hard_season_and_all_count_the_same(judge: str, path: Path) -> None:
    answer = asked(judge, path)
    assert answer["refused"] is None
    if answer["events"] is not None:
        assert answer["events"] == season().events


EXPANDING = ("ical", "recurring_ical_events", "vobject", "icaljs", "nodeical", "libical")


@pytest.mark.parametrize("judge", EXPANDING)
def test_every_engine_sees_the_same_dates(judge: str, path: Path) -> None:
    seen = asked(judge, path)["dates"]
    ours, theirs = (Counter(map(tuple, dates)) for dates in (season().dates, seen))
    assert (sorted(theirs - ours), sorted(ours - theirs)) == ([], [])


def test_an_engine_that_knows_only_rules_makes_the_same_dates_of_them(path: Path) -> None:
    assert asked("rruletemporal", path)["dates"] == season().rules


@pytest.mark.parametrize("judge", EVERYBODY)
def test_alarms_and_shown_cancellations_are_read_by_all(judge: str, tmp_path: Path) -> None:
    """`?alarm=PT2H&cancelled=visible`: the same entries at the same times."""
    file = tmp_path / "tailored.ics"
    file.write_bytes(tailored())
    answer = ask(judge, file)
    assert answer["refused"] is None
    if judge in EXPANDING:
        assert answer["dates"] == season().dates


@pytest.mark.parametrize("judge", EXPANDING)
def test_an_officers_own_calendar_is_read_by_all(judge: str, tmp_path: Path) -> None:
    """S42: drafts, holds, and hours that are only taken stand as TENTATIVE, at the same times."""
    assert planned().body.count(b"\r\nSUMMARY:Reservado por ") > 50
    file = tmp_path / "planned.ics"
    file.write_bytes(planned().body)
    answer = ask(judge, file)
    assert answer["refused"] is None
    assert answer["dates"] == planned().dates


STRANGERS = ("libical", "tsics")
"""libical 3 flags what RFC 9253 added; ts-ics takes what is nested for the event's own (FEEDS 1.2)."""


@pytest.mark.parametrize("judge", [each for each in EVERYBODY if each not in STRANGERS])
def test_the_words_of_newer_standards_are_read_or_skipped(judge: str, tmp_path: Path) -> None:
    """`?profile=rich`: whoever does not know them sees the same events."""
    assert b"BEGIN:VLOCATION\r\n" in rich().body
    file = tmp_path / "rich.ics"
    file.write_bytes(rich().body)
    answer = ask(judge, file)
    assert answer["refused"] is None
    if answer["events"] is not None:
        assert answer["events"] == rich().events
    if judge in EXPANDING:
        assert answer["dates"] == rich().dates
