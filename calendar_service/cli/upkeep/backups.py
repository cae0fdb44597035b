"""`backup` and `restore`: one file that holds everything, proved when it is made and again before it is used.

The file is a tar: `manifest.json` (what it is, how many rows, the digest of each part), the database, and of the
data folder the secret and the uploads. Beside it stands `FILE.sha256`.
"""

from __future__ import annotations

import json
import os
import tarfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from shutil import copyfile, copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

from calendar_service.cli.opening import bring_up, done, furnished, opened, refusals
from calendar_service.cli.terminal import Refused, give, say
from calendar_service.config.reading import read_settings
from calendar_service.db import copies
from calendar_service.db.copies import DoubtfulCopy, MissingProgram
from calendar_service.db.queries.operations import has_events
from calendar_service.db.upgrading import is_current, is_known, revision_of
from calendar_service.services.house import House
from calendar_service.services.upkeep.restoring import hold_what_may_be_sent

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
FROM_FOLDER = ("secret", "uploads")
"""What of the data folder is kept; the rest is made again."""


def add_backup(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="where to write it; FILE.sha256 is written beside it")
    parser.set_defaults(do=_backup)


def add_restore(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a backup; FILE.sha256 is heeded if it is there")
    parser.add_argument("--force", action="store_true", help="let it take the place of the data that is there")
    parser.set_defaults(do=_restore)


# Making


def _backup(given: Namespace) -> int:
    with opened() as house, _doubts(given.file), TemporaryDirectory(dir=given.file.absolute().parent) as folder:
        manifest = _collect(house, Path(folder))
        whole = Path(folder) / "whole"
        _pack(Path(folder), whole)
        with _unpacked(whole, Path(folder) / "again"):  # what was written is what is proved
            digest = _digest(whole)
        _publish(whole, given.file, digest)
        rows = sum(manifest["counts"].values())
        result = {"file": str(given.file), "sha256": digest, "bytes": given.file.stat().st_size, "rows": rows}
        give(given, result, f"{given.file}: {rows} rows, {result['bytes']} bytes, proved.")
    return 0


def _collect(house: House, folder: Path) -> dict[str, Any]:
    """Bring everything together under `folder/parts`; gives the manifest."""
    parts = folder / "parts"
    parts.mkdir()
    counts = copies.dump(house.database, parts / DATABASE)
    for name in FROM_FOLDER:
        source = house.settings.data_dir / name
        if source.is_dir():
            copytree(source, parts / name)
        elif source.exists():
            copyfile(source, parts / name)
    manifest = {
        "format": FORMAT, "made": house.now().isoformat(), "kind": copies.kind_of(house.database),
        "schema": revision_of(house.database), "metropolis": house.metropolis.slug, "counts": counts,
        "digests": {str(each.relative_to(parts)): _digest(each) for each in _files(parts)},
    }  # fmt: skip
    (parts / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return manifest


def _files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


def _pack(folder: Path, whole: Path) -> None:
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            tar.add(folder / "parts" / MANIFEST, MANIFEST)
            for each in _files(folder / "parts"):
                if each.name != MANIFEST:
                    tar.add(each, str(each.relative_to(folder / "parts")))
        file.flush()
        os.fsync(file.fileno())


def _publish(whole: Path, target: Path, digest: str) -> None:
    """The new backup takes the place of an older one of that name only now that it is proved."""
    whole.replace(target)
    target.with_name(f"{target.name}.sha256").write_text(f"{digest}  {target.name}\n", encoding="ascii")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


# Reading


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A backup whose every part was found as it was made."""

    folder: Path
    manifest: dict[str, Any]


@contextmanager
def _unpacked(whole: Path, folder: Path) -> Iterator[Unpacked]:
    """Unpack and prove a backup. Raises DoubtfulCopy."""
    try:
        with tarfile.open(whole) as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        digests = {str(each.relative_to(folder)): _digest(each) for each in _files(folder) if each.name != MANIFEST}
        if manifest["format"] != FORMAT or digests != manifest["digests"]:
            raise DoubtfulCopy("its parts are not those that were made")
    except (tarfile.TarError, OSError, ValueError, KeyError) as wrong:
        raise DoubtfulCopy(f"it is no backup, or a damaged one ({type(wrong).__name__})") from wrong
    copies.check(manifest["kind"], folder / DATABASE, manifest["counts"])
    try:
        yield Unpacked(folder, manifest)
    finally:
        rmtree(folder, ignore_errors=True)


@contextmanager
def _doubts(file: Path) -> Iterator[None]:
    try:
        yield
    except DoubtfulCopy as wrong:
        raise Refused(f"{file}: {wrong}.") from wrong
    except MissingProgram as wrong:
        raise Refused(str(wrong)) from wrong
    except OSError as wrong:
        raise Refused(f"{file}: {wrong.strerror or wrong}.") from wrong


# Putting back


def _restore(given: Namespace) -> int:
    house = furnished(read_settings())
    try:
        with refusals(house), _doubts(given.file), TemporaryDirectory(dir=house.settings.data_dir) as folder:
            _check_sum(given.file)
            with _unpacked(given.file, Path(folder) / "again") as backup:
                _check_fit(house, backup, force=given.force)
                held = _put_back(house, backup)
        rows = sum(backup.manifest["counts"].values())
        result = {"rows": rows, "made": backup.manifest["made"], "held": held}
        give(given, result, f"{rows} rows of {backup.manifest['made'][:16]}Z; {held} mails wait for your decision.")
    finally:
        house.database.dispose()
    return 0


def _check_sum(file: Path) -> None:
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    beside = file.with_name(f"{file.name}.sha256")
    if not beside.exists():
        say(f"{beside} is not there: the file's own digests are all that it is held to.")
    elif beside.read_text(encoding="ascii").split()[0] != _digest(file):
        raise DoubtfulCopy("it is not the file whose sum stands beside it")


def _check_fit(house: House, backup: Unpacked, *, force: bool) -> None:
    kind = copies.kind_of(house.database)
    if backup.manifest["kind"] != kind:
        raise Refused(f"This is a backup of {backup.manifest['kind']}, and CALENDAR_DATABASE_URL names {kind}.")
    if backup.manifest["metropolis"] != house.metropolis.slug:
        raise Refused(f"This is a backup of {backup.manifest['metropolis']}, not of {house.metropolis.slug}.")
    if not is_known(backup.manifest["schema"]):
        raise Refused(f"This backup has schema {backup.manifest['schema']}: install the version that made it.")
    if not force and _is_in_use(house):
        raise Refused("There are events already: stop the service, make a backup, and say --force.")


def _is_in_use(house: House) -> bool:
    if not is_current(house.database):
        return revision_of(house.database) is not None
    with house.reading() as session:
        return has_events(session)


def _put_back(house: House, backup: Unpacked) -> int:
    """The files first: a row never names what is not there. Then the database, and what it must be told."""
    for name in FROM_FOLDER:
        source, target = backup.folder / name, house.settings.data_dir / name
        if source.is_dir():
            copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            copyfile(source, target)
            target.chmod(0o600)
    copies.put_back(house.database, backup.folder / DATABASE)
    bring_up(house, migrate=True)
    made = datetime.fromisoformat(backup.manifest["made"])
    return done(house, lambda session: hold_what_may_be_sent(session, made=made, now=house.now()))
