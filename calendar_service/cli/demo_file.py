"""The passphrases of the demo accounts, random for each installation, in the data folder (mode 600)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from calendar_service.config.keys import make_private_file
from calendar_service.services.demo.accounts import DemoAccount, new_passphrase

NAME = "demo.txt"
HEADING = "# Demo accounts of this installation: address, passphrase. They work on this machine alone.\n"


def make(folder: Path, accounts: Iterable[DemoAccount]) -> None:
    """A passphrase for each account; a file that is there already stays."""
    lines = (f"{each.address} {new_passphrase()}\n" for each in accounts)
    make_private_file(folder / NAME, HEADING + "".join(lines))


def read(folder: Path) -> Mapping[str, str]:
    """The passphrases by address; none when there is no file."""
    path = folder / NAME
    if not path.exists():
        return {}
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {line[0]: line[1] for line in lines if len(line) == 2}  # noqa: PLR2004 - address, passphrase
