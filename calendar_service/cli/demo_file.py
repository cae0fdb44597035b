"""The passphrases of the demo accounts, random for each installation, in the data folder (mode 600)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from calendar_service.config import make_private_file
from calendar_service.services.demo_accounts import DemoAccount, new_passphrase

NAME = "demo.txt"
HEADING = "# Demo accounts of this installation: address, passphrase. They work on this machine alone.\n"


def passphrases(folder: Path, accounts: Iterable[DemoAccount]) -> Mapping[str, str]:
    """A passphrase for each account by address; those of a file that is there already stay."""
    path = folder / NAME
    if not path.exists():
        make_private_file(path, HEADING + "".join(f"{each.address} {new_passphrase()}\n" for each in accounts))
    return kept(folder)


def kept(folder: Path) -> Mapping[str, str]:
    """What the file says; nothing when there is none."""
    path = folder / NAME
    if not path.exists():
        return {}
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {line[0]: line[1] for line in lines if len(line) == 2}  # noqa: PLR2004 - address, passphrase
