"""`python3 -m calendar_service`: from a fresh clone to the running service, with nothing but Python.

Standard library only. In a checkout it keeps `.venv` as the hash-locked files in `requirements/` say, and
goes on inside it; from a wheel it is the `calendar-service` command. Readable by Python 3.7, so that
an old one gets a sentence instead of a syntax error.

    (nothing) or run       the service with a demo season, as `make run`
    test [for pytest …]    everything the tests need, then the tests, as `make test`
    install [run|test]     the environment alone
    anything else          the `calendar-service` command
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
ENVIRONMENT = ROOT / ".venv"
OLDEST = (3, 11)
KNOWN = (13, 12, 11)  # minor versions that the locks were tried with, newest first
WORKERS = "3"  # that test: on two cores, as one of them often waits for a process, a browser or a lock


class CannotError(Exception):
    """The environment cannot be made; the text is a sentence for the person at the terminal."""


def main(arguments: list[str]) -> int:
    arguments = arguments or ["run"]
    try:
        return _go(arguments[0], arguments[1:])
    except CannotError as problem:
        print(problem, file=sys.stderr)
        return 1


def _go(word: str, rest: list[str]) -> int:
    if not (LOCKS / "run.txt").exists() or (word not in {"test", "install"} and _stands_elsewhere()):
        return _command(word, rest)
    if word == "install":
        for kind in rest or ["run"]:
            environment(ENVIRONMENT, kind)
        return 0
    kind = "test" if word == "test" else "run"
    python = environment(ENVIRONMENT, kind)
    if not _inside(ENVIRONMENT):
        os.execv(python, [python, "-m", "calendar_service", word, *rest])  # the same words, inside
    return _tests(rest) if kind == "test" else _command(word, rest)


def _command(word: str, rest: list[str]) -> int:
    from calendar_service.cli import main as command

    sys.argv = ["calendar-service", *(["up"] if word == "run" else [word]), *rest]
    return command() or 0


def _tests(rest: list[str]) -> int:
    for command in (["-m", "tests.machine"], ["-m", "pytest", "-n", WORKERS, "--dist", "worksteal", *rest]):
        done = subprocess.run([sys.executable, *command], cwd=ROOT, check=False)
        if done.returncode:
            return done.returncode
    return 0


def _inside(folder: Path) -> bool:
    return Path(sys.prefix).resolve() == folder.resolve()


def _stands_elsewhere() -> bool:
    """Whether this Python is not ours, yet holds all that is locked (a container's, a developer's own)."""
    if _inside(ENVIRONMENT) or sys.version_info < OLDEST:
        return False
    return all(map(_holds, (LOCKS / "run.txt").read_text().splitlines()))


def _holds(line: str) -> bool:
    """Whether a line of a lock, such as `flask==3.1.3`, is satisfied here; other lines ask for nothing."""
    from importlib import metadata  # 3.7 has none

    name, pinned, version = line.partition("==")
    if not pinned or ";" in line:
        return True
    try:
        return metadata.version(name.partition("[")[0]) == version.split()[0]
    except metadata.PackageNotFoundError:
        return False


def environment(folder: Path, kind: str) -> str:
    """The Python of `folder`, holding what requirements/<kind>.txt locks; made or renewed if it does not."""
    lock = LOCKS / f"{kind}.txt"
    stamp, digest = folder / f".{kind}", hashlib.sha256(lock.read_bytes()).hexdigest()
    python = folder / "bin" / "python"
    if not os.access(str(python), os.X_OK):
        _make(folder)
    elif stamp.exists() and stamp.read_text() == digest:
        return str(python)
    print(f"Installing requirements/{lock.name} into {folder.name} (once) ...", file=sys.stderr)
    _pip(python, "--require-hashes", "--requirement", str(lock))
    if folder == ENVIRONMENT:  # for the command `calendar-service`; the code stays where it is
        _pip(python, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    stamp.write_text(digest)
    return str(python)


def _make(folder: Path) -> None:
    python = _python()
    print(f"Making {folder.name} with {python} ...", file=sys.stderr)
    if subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=False).returncode:
        raise CannotError("This Python cannot make an environment. On Debian and Ubuntu: apt-get install python3-venv.")


def _python() -> str:
    """A Python that is new enough: this one, else a newer one on the path."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in KNOWN:
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    here = ".".join(map(str, sys.version_info[:3]))
    raise CannotError(f"Python 3.11 or newer is needed; this is {here} ({sys.executable}).")


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-qq", *arguments]
    if subprocess.run(command, check=False).returncode:
        raise CannotError("The installation failed; what is missing stands above. Nothing else was changed.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
