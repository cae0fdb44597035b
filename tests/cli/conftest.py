"""Commands run in this process: the same entry as the installed one, over a database of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from calendar_service.cli import main
from calendar_service.db.engine import Database
from tests.databases import Copies

SECRET = "s" * 32


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it said where."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it gave
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No setting but the data folder, which it gives."""
    for name in ("HOST", "PORT", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CALENDAR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CALENDAR_SECRET_KEY", SECRET)
    return tmp_path / "data"


@pytest.fixture
def run(surroundings: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; `run("invite", "a@b.pe", …)`."""

    def running(*words: str) -> Said:
        capsys.readouterr()
        code = main(words)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return running


@pytest.fixture
def in_lima(lima: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Commands work on a loaded database, on SQLite and on PostgreSQL."""
    monkeypatch.setenv("CALENDAR_DATABASE_URL", lima.url)
    return lima


@pytest.fixture
def nothing(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Commands work on a database without any table."""
    url = copies.copy("nothing", lambda url: Path(url.removeprefix("sqlite:///")).touch() if "sqlite" in url else None)
    monkeypatch.setenv("CALENDAR_DATABASE_URL", url)
    yield url
    copies.drop(url)
