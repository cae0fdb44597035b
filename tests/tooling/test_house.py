"""A newcomer sees the whole house in one look: its files, functions, floors, and who reads the clock."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["calendar_service", "feeds"]
OURS = [path for folder in (*PACKAGES, "bench", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
SHIPPED = [path for path in OURS if path.relative_to(ROOT).parts[0] in PACKAGES]
NO_SUBJECT = {"utils", "util", "helpers", "common", "manager", "misc", "base2"}


def _functions() -> list[tuple[str, int]]:
    """Every function of what ships with its length in lines, without its docstring."""
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", _length(node))
        for path in SHIPPED
        if "versions" not in path.parts  # migrations list what they do, table by table
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in OURS}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_no_function_is_longer_than_30_lines() -> None:
    assert [function for function, length in _functions() if length > 30] == []


def test_half_of_all_functions_have_8_lines_or_fewer() -> None:
    assert statistics.median(length for _, length in _functions()) <= 8


def test_every_file_is_named_after_its_subject() -> None:
    assert [path for path in OURS if path.stem in NO_SUBJECT] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_nothing_by_itself(package: str) -> None:
    statements = ast.parse((ROOT / package / "__init__.py").read_text()).body
    assert [type(each) for each in statements] == [ast.Expr]  # what it is, in a docstring


def test_every_room_stands_on_a_floor() -> None:
    """A module that no layer names could import anything."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (layers,) = [each["layers"] for each in settings["tool"]["importlinter"]["contracts"] if each["id"] == "layers"]
    floors = set(re.findall(r"calendar_service\.(\w+)", " ".join(layers)))
    folders = (path.parent.name for path in (ROOT / "calendar_service").glob("*/__init__.py"))
    files = (path.stem for path in (ROOT / "calendar_service").glob("[!_]*.py"))
    assert {*folders, *files} - floors == set()


def test_the_domain_opens_no_session_and_asks_nothing() -> None:
    banned = {"Session", "sessionmaker", "create_engine", "select", "insert", "update", "delete", "text"}
    found = {
        f"{path.name}: {alias.name}"
        for path in (ROOT / "calendar_service" / "domain").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name in banned
    }
    assert found == set()


CLOCKS = """
import datetime as dt
import time
from datetime import UTC, date, datetime

READ = [
    datetime.now(UTC), dt.datetime.now(UTC), datetime.utcnow(), datetime.today(), date.today(), time.time()
]
"""


@pytest.mark.parametrize(
    ("room", "banned"),
    [
        ("domain/events.py", 6),
        ("services/posting.py", 6),
        ("db/queries/events.py", 6),
        ("mail/letters.py", 6),
        ("words.py", 6),
        ("web/office.py", 0),
        ("api/events.py", 0),
        ("worker.py", 0),
        ("cli/running/serving.py", 0),
        ("entrance/asking.py", 0),
    ],
)
def test_only_entrances_read_the_clock(room: str, banned: int) -> None:
    """Rule 1: time is an argument."""
    assert _clock_reads(f"calendar_service/{room}") == banned


def test_feeds_do_not_read_the_clock() -> None:
    """Rules 1 and 3: a feed's bytes are a function of stored data."""
    assert _clock_reads("feeds/ics.py") == 6


def _clock_reads(file: str) -> int:
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--output-format", "concise",
               "--stdin-filename", file, "-"]  # fmt: skip
    said = subprocess.run(command, input=CLOCKS, cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.count("TID251")
