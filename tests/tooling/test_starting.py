"""`python3 -m calendar_service` on machines that are not ready for it: a sentence and exit code 1."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START = ROOT / "calendar_service" / "__main__.py"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A checkout as far as its start looks at it."""
    for file in ("calendar_service/__init__.py", "calendar_service/__main__.py", "requirements/run.txt"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def enter(clone: Path, *, beforehand: str = "") -> subprocess.CompletedProcess[str]:
    """Start the service in a clone with a Python that has no packages; `beforehand` bends that Python."""
    enters = "runpy.run_module('calendar_service', run_name='__main__')"
    start = f"import runpy, sys; {beforehand or 'pass'}; {enters}"
    bare = [getattr(sys, "_base_executable", sys.executable), "-S", "-c", start]
    path = {"PATH": str(clone)}
    return subprocess.run(bare, cwd=clone, env=path, capture_output=True, text=True, check=False)


def test_an_old_python_can_read_the_start() -> None:
    ast.parse(START.read_text(), feature_version=(3, 7))
    ast.parse((START.parent / "__init__.py").read_text(), feature_version=(3, 7))


def test_an_old_python_is_told_so(clone: Path) -> None:
    done = enter(clone, beforehand="sys.version_info = (3, 9, 2)")
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed; this is 3.9.2")
    assert done.stderr.count("\n") == 1
    assert not (clone / ".venv").exists()


def test_an_old_python_hands_over_to_a_newer_one_on_the_path(clone: Path) -> None:
    newer = clone / "python3.11"
    newer.write_text("#!/bin/sh\necho newer >&2\nexit 1\n")
    newer.chmod(0o755)
    done = enter(clone, beforehand="sys.version_info = (3, 9, 2)")
    assert "newer\n" in done.stderr


def test_a_python_without_venv_says_what_to_install(clone: Path) -> None:
    without = clone / "python"
    without.write_text("#!/bin/sh\nexit 1\n")
    without.chmod(0o755)
    done = enter(clone, beforehand=f"sys.executable = {str(without)!r}")
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


def test_what_cannot_be_installed_is_tried_again_at_the_next_start(clone: Path) -> None:
    (clone / "requirements" / "run.txt").write_text("flask==3.1.3\n")  # no hash: pip refuses it without a question
    done = enter(clone)
    assert done.returncode == 1
    assert "The installation failed" in done.stderr
    assert not (clone / ".venv" / ".run").exists()
    assert "The installation failed" in enter(clone).stderr


def test_make_help_names_every_command() -> None:
    alone = {"PATH": os.environ["PATH"]}  # not as a part of the make that runs the tests
    done = subprocess.run(["make", "help"], cwd=ROOT, env=alone, capture_output=True, text=True, check=True)
    named = [line.split()[0] for line in done.stdout.splitlines()]
    assert named == ["help", "run", "test", "check", "fmt", "bench", "pictures", "lock"]
