"""The wheel holds all that the service needs: code, data, translations, migrations, static files, templates."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def _in_checkout(package: str, placed: str) -> set[str]:
    """The files of a folder, with the names under which they are to be installed."""
    files = (path.relative_to(ROOT / package) for path in (ROOT / package).rglob("*") if path.is_file())
    return {f"{placed}/{file}" for file in files if "__pycache__" not in file.parts}


def test_nothing_is_left_out_and_nothing_else_comes_along(wheel: zipfile.ZipFile) -> None:
    installed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    wanted = _in_checkout("calendar_service", "calendar_service") | _in_checkout("feeds", "feeds")
    assert installed == wanted | _in_checkout("templates", "calendar_service/templates")


def test_the_wheel_brings_the_command_and_the_licence(wheel: zipfile.ZipFile) -> None:
    names = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    assert "calendar-service = calendar_service.cli:main" in wheel.read(names["entry_points.txt"]).decode()
    assert "LICENSE" in names
