"""The contracts of pyproject.toml are kept, and each is seen to fail when broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]

BREACHES = [  # contract, where, what it imports there
    ("layers", "calendar_service.addresses", "calendar_service.domain"),
    ("layers", "calendar_service.words", "calendar_service.addresses"),
    ("layers", "calendar_service.domain.breach", "calendar_service.services"),
    ("layers", "calendar_service.db.breach", "feeds"),
    ("layers", "feeds.breach", "calendar_service.db"),
    ("layers", "calendar_service.services.breach", "calendar_service.web"),
    ("layers", "calendar_service.services.breach", "calendar_service.entrance"),
    ("layers", "calendar_service.entrance.breach", "calendar_service.web"),
    ("layers", "calendar_service.web.breach", "calendar_service.api"),
    ("layers", "calendar_service.api.breach", "calendar_service.mail"),
    ("layers", "calendar_service.mail.breach", "calendar_service.web"),
    ("layers", "calendar_service.web.breach", "calendar_service.app"),
    ("layers", "calendar_service.app", "calendar_service.cli"),
    ("layers", "calendar_service.worker", "calendar_service.cli"),
    ("layers", "calendar_service.cli", "calendar_service.worker"),
    ("domain", "calendar_service.domain.breach", "flask"),
    ("domain", "calendar_service.domain.breach", "icalendar"),
    ("feeds", "feeds.breach", "flask"),
    ("feeds", "feeds.breach", "sqlalchemy"),
    ("services", "calendar_service.services.breach", "flask"),
    ("services", "calendar_service.services.breach", "smtplib"),
    ("rooms", "calendar_service.services.mails.breach", "calendar_service.services.recording"),
    ("rooms", "calendar_service.services.status.breach", "calendar_service.services.joint"),
    ("rooms", "calendar_service.services.naming", "calendar_service.services.people"),
    ("edges", "calendar_service.web.breach", "sqlalchemy"),
    ("edges", "calendar_service.entrance.breach", "feeds"),
    ("edges", "calendar_service.api.breach", "calendar_service.db.tables"),
    ("edges", "calendar_service.mail.breach", "feeds"),
    ("fetching", "calendar_service.fetching.breach", "calendar_service.services.house"),
    ("flask-mail", "calendar_service.web.breach", "flask_mail"),
    ("apscheduler", "calendar_service.app", "apscheduler"),
    ("pydantic", "calendar_service.api.breach", "pydantic"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and their contracts, to be broken one at a time."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in ("calendar_service", "feeds"):
        leave = shutil.ignore_patterns("__pycache__", "data", "static")
        shutil.copytree(ROOT / package, folder / package, ignore=leave)
    return folder


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _file(folder: Path, module: str) -> Path:
    path = folder.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def test_every_contract_is_kept(copy: Path) -> None:
    done = lint(copy, "--no-cache")
    assert done.returncode == 0, done.stdout


def test_no_module_imports_itself_round_about(copy: Path) -> None:
    graph = grimp.build_graph("calendar_service", "feeds", cache_dir=str(copy / "grimp"))
    TopologicalSorter({each: graph.find_modules_directly_imported_by(each) for each in graph.modules}).prepare()


@pytest.mark.parametrize(("contract", "module", "imported"), BREACHES)
def test_a_forbidden_import_breaks_its_contract(copy: Path, contract: str, module: str, imported: str) -> None:
    file = _file(copy, module)
    before = file.read_text() if file.exists() else None
    file.write_text(f"import {imported}\n{before or ''}")
    try:
        done = lint(copy, "--contract", contract)
    finally:
        file.unlink() if before is None else file.write_text(before)
    assert done.returncode == 1
    assert f"{module} -> {imported} (l.1)" in " ".join(done.stdout.split())


def test_every_contract_has_a_breach() -> None:
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}
    assert contracts == {contract for contract, _, _ in BREACHES}
