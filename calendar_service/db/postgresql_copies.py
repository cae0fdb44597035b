"""A consistent dump of a PostgreSQL database while it is in use, proved before it counts, and put back (R9, R10).

PostgreSQL's own pg_dump and pg_restore do it; they must not be older than the server.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from calendar_service.db.engine import Database
from calendar_service.db.sqlite_copies import Counts, DoubtfulCopy
from calendar_service.db.tables import metadata


class MissingProgram(RuntimeError):
    """A program of PostgreSQL's is not on the path; the text names it."""


def dump(database: Database, target: Path) -> Counts:
    """Dump one snapshot into a file; gives how many rows each table had in it. Raises DoubtfulCopy."""
    with database.engine.connect() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        counts = _counts(connection)
        _run(database, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
             f"--file={target}")  # fmt: skip
    return counts


def check(copy: Path, counts: Counts) -> None:
    """Read a dump to its end and count its rows. Raises DoubtfulCopy."""
    found = dict.fromkeys(counts, 0)
    for table in _rows(copy):
        found[table] = found.get(table, 0) + 1
    if {name: count for name, count in found.items() if name in counts} != counts:
        raise DoubtfulCopy(f"it holds {sum(found.values())} rows instead of {sum(counts.values())}")


def put_back(database: Database, copy: Path) -> None:
    """Let a dump take the place of what is there, in one transaction. Raises DoubtfulCopy."""
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    database.dispose()
    _run(database, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(copy))


def _rows(copy: Path) -> Iterator[str]:
    """The table of each row in a dump, in its order."""
    command = [_program("pg_restore"), "--data-only", "--file=-", str(copy)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reading:  # noqa: S603
        table = ""
        for line in reading.stdout or ():
            if not table and line.startswith("COPY public."):
                table = line.removeprefix("COPY public.").partition(" ")[0].strip('"')
            elif line == "\\.\n":
                table = ""
            elif table:
                yield table
        said = reading.stderr.read() if reading.stderr else ""
    if reading.returncode:
        raise DoubtfulCopy(f"pg_restore cannot read it ({_first(said)})")


def _run(database: Database, program: str, *words: str) -> None:
    """Run a program on a database; its password goes through the environment, where `ps` does not show it."""
    url = database.engine.url
    surroundings = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    where = url.set(drivername="postgresql")._replace(password=None).render_as_string()
    command = [_program(program), f"--dbname={where}", *words]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise DoubtfulCopy(f"{program}: {_first(done.stderr)}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise MissingProgram(f"{name} is needed, and is not on the path (Debian: postgresql-client).")
    return found


def _first(said: str) -> str:
    return next(iter(said.strip().splitlines()), "no reason given")


def _counts(connection: Connection) -> Counts:
    there = set(inspect(connection).get_table_names()) & set(metadata.tables)
    counted = {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in sorted(there)}  # noqa: S608
    return {name: int(count or 0) for name, count in counted.items()}
