"""What is installed is locked by hash, and no file says from where."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["run", "test", "judges"]
NODE_LOCKS = ["tests/judges", "bench/lighthouse"]


def _asked(kind: str) -> list[str]:
    """The requirements of a .in file, without comments and includes."""
    lines = (ROOT / "requirements" / f"{kind}.in").read_text().splitlines()
    lines = [line.partition("#")[0].strip() for line in lines]
    return [line for line in lines if line and not line.startswith("-")]


def _pins(kind: str) -> dict[str, str]:
    """Name to version of a lock."""
    text = (ROOT / "requirements" / f"{kind}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]+])?==([^ ]+)", text, re.MULTILINE | re.IGNORECASE))


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found[0].lower()


@pytest.mark.parametrize("kind", LOCKS)
def test_a_lock_names_no_index_and_no_host(kind: str) -> None:
    text = (ROOT / "requirements" / f"{kind}.txt").read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.parametrize("folder", NODE_LOCKS)
def test_a_node_lock_names_no_registry(folder: str) -> None:
    lock = (ROOT / folder / "package-lock.json").read_text()
    assert "://" not in lock
    packages = json.loads(lock)["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


@pytest.mark.parametrize("kind", LOCKS)
def test_every_entry_of_a_lock_has_a_hash(kind: str) -> None:
    text = (ROOT / "requirements" / f"{kind}.txt").read_text().replace("\\\n", "")
    entries = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(entries) == len(_pins(kind))
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("kind", LOCKS)
def test_a_lock_holds_all_that_is_asked_for(kind: str) -> None:
    assert {_name(requirement) for requirement in _asked(kind)} - set(_pins(kind)) == set()


def test_the_tests_run_on_the_versions_that_are_served() -> None:
    tested, served = _pins("test"), _pins("run")
    assert {name: tested.get(name) for name in served} == served


def test_the_project_asks_for_what_its_lock_is_made_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    built_with = [line for line in _asked("run") if line in project["build-system"]["requires"]]
    assert len(built_with) == 1
    assert project["project"]["dependencies"] + built_with == _asked("run")
