"""What the tests need from the machine besides Python: looked for here, installed where that is possible.

`python -m tests.machine` installs Debian's packages (as root on Debian), the foreign readers written in
Python (`.venv-judges`, with Node for machines that have none) and those written for Node
(`tests/judges/node_modules`), and says what it leaves out. With CI=true a missing part is a failure;
otherwise its tests are skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from calendar_service.__main__ import ROOT, CannotError, environment

JUDGES = ROOT / ".venv-judges"
NODE_JUDGES = ROOT / "tests" / "judges"
OLDEST_NODE = 20
DEBIAN_PYTHON = "/usr/bin/python3"  # the one for which Debian packages libical's bindings
SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")
MEMORY = Path("/dev/shm")  # noqa: S108 - who may write there is what any folder for drafts has
ENOUGH = 2 << 30
"""Bytes that must be free in memory before databases are put there; a container often gives 64 MB."""


@dataclass(frozen=True, slots=True)
class Part:
    """A thing the tests need: how to find it (its path, or None), and where Debian keeps it."""

    find: Callable[[], str | None]
    serves: str
    packages: tuple[str, ...] = ()


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


def work_in_memory() -> None:
    """Keep what tests write in memory where there is plenty: a new database is a thousand files on PostgreSQL."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH:
        os.environ["TMPDIR"] = str(MEMORY)  # the processes that tests start follow
        tempfile.tempdir = None  # whoever asked before asks again


@cache
def need(name: str) -> str:
    """The path of a part. Where it is missing the test is skipped; in CI it fails."""
    import pytest

    path = PARTS[name].find()
    if path is None:
        (pytest.fail if is_ci() else pytest.skip)(f"{name} is missing: {PARTS[name].serves} left out")
    return path


def chromium() -> str | None:
    return _first("chromium", "chromium-browser", "google-chrome")


def driver() -> str | None:
    """Playwright's own Node, between a test and the browser; it wants a library that a bare Debian lacks."""
    found = find_spec("playwright")
    node = Path(found.origin or "").with_name("driver") / "node" if found else None
    return str(node) if node and node.exists() and _node_version(str(node)) else None


def nginx() -> str | None:
    return _first("nginx", "/usr/sbin/nginx")


def caddy() -> str | None:
    return _first("caddy")


def node() -> str | None:
    """The machine's Node if it is new enough, else the one that pip brought."""
    own = shutil.which("node")
    if own and _node_version(own) >= OLDEST_NODE:
        return own
    brought = JUDGES / "bin" / "node"
    return str(brought) if brought.exists() else None


def _node_version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    return int(said.removeprefix("v").partition(".")[0] or 0)


def libical() -> str | None:
    """Debian's Python, if it can load libical."""
    probe = "import gi; gi.require_version('ICalGLib', '3.0'); from gi.repository import ICalGLib"
    if not Path(DEBIAN_PYTHON).exists():
        return None
    done = subprocess.run([DEBIAN_PYTHON, "-c", probe], capture_output=True, check=False)
    return DEBIAN_PYTHON if done.returncode == 0 else None


def judges() -> str | None:
    """The Python of the environment with the foreign readers."""
    python = JUDGES / "bin" / "python"
    return str(python) if (JUDGES / ".judges").exists() and python.exists() else None


def node_judges() -> str | None:
    """The folder of the readers written for Node."""
    stamp = NODE_JUDGES / "node_modules" / ".digest"
    return str(NODE_JUDGES) if stamp.exists() and stamp.read_text() == _node_lock() else None


def _node_lock() -> str:
    return hashlib.sha256((NODE_JUDGES / "package-lock.json").read_bytes()).hexdigest()


def _first(*names: str) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


PARTS = {
    "chromium": Part(chromium, "browser tests", ("chromium", "fonts-dejavu-core")),
    "driver": Part(driver, "browser tests", ("libatomic1",)),
    "nginx": Part(nginx, "tests behind a proxy", ("nginx-light",)),
    "caddy": Part(caddy, "tests behind the other proxy", ("caddy",)),
    "libical": Part(libical, "libical's judgement of feeds", ("libical3", "gir1.2-ical-3.0", "python3-gi")),
    "judges": Part(judges, "foreign readers' judgement of feeds"),
    "node": Part(node, "Node readers' judgement of feeds"),
    "node-judges": Part(node_judges, "Node readers' judgement of feeds"),
}


def prepare() -> list[str]:
    """Install what is missing and can be had; the names of the parts that are still missing."""
    _install_packages(sorted(name for part in _missing() for name in PARTS[part].packages))
    try:
        environment(JUDGES, "judges")
    except CannotError as problem:
        print(problem, file=sys.stderr)
    _install_node_judges()
    return _missing()


def _missing() -> list[str]:
    return [name for name, part in PARTS.items() if part.find() is None]


def _install_packages(names: list[str]) -> None:
    if not names or os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return
    print("Installing from Debian:", *names, file=sys.stderr)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _no_service_started():
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *names]):
            subprocess.run(["apt-get", "--quiet=2", *command], env=quiet, stdout=subprocess.DEVNULL, check=False)


@contextmanager
def _no_service_started() -> Iterator[None]:
    """A package of a server starts it; here nothing may begin to listen."""
    if SERVICE_POLICY.exists():
        yield
        return
    SERVICE_POLICY.write_text("#!/bin/sh\nexit 101\n")
    SERVICE_POLICY.chmod(0o755)
    try:
        yield
    finally:
        SERVICE_POLICY.unlink()


def _install_node_judges() -> None:
    found = node()
    if found is None or node_judges():
        return
    print("Installing tests/judges/package-lock.json (once) ...", file=sys.stderr)
    surroundings = {**os.environ, "PATH": f"{Path(found).parent}{os.pathsep}{os.environ['PATH']}"}
    npm = shutil.which("npm", path=surroundings["PATH"])  # starts the node that it finds there
    if npm is None:
        return
    done = subprocess.run([npm, "ci", "--silent"], cwd=NODE_JUDGES, env=surroundings, check=False)
    if done.returncode == 0:
        (NODE_JUDGES / "node_modules" / ".digest").write_text(_node_lock())


def main() -> int:
    missing = prepare()
    for name in missing:
        debian = f" (Debian: {' '.join(PARTS[name].packages)})" if PARTS[name].packages else ""
        print(f"Left out: {PARTS[name].serves}, as {name} is missing{debian}.", file=sys.stderr)
    return 1 if missing and is_ci() else 0


if __name__ == "__main__":
    sys.exit(main())
