"""gzip put together from groups: one member that everybody reads, and the same bytes whoever packs it (rule 3)."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from calendar_service.services.syndication.bodies import packing
from calendar_service.services.syndication.bodies.packing import Packed, Packing, groups_of, packed_of

LOT = Random(43)  # noqa: S311 - the same each time
WORDS = ("música", "barrio", "tradición", "plaza", "guitarra", "cajón", "danza", "noche", "vecinas", "escenario")


def an_event(number: int, words: int = 90) -> bytes:
    said = " ".join(LOT.choices(WORDS, k=words))
    return f"BEGIN:VEVENT\r\nUID:{number:08d}@agenda.lima\r\nDESCRIPTION:{said}\r\nEND:VEVENT\r\n".encode()


EVENTS = [an_event(number) for number in range(600)]


def a_body(events: list[bytes]) -> bytes:
    return b"".join((b"BEGIN:VCALENDAR\r\n", *events, b"END:VCALENDAR\r\n"))


def in_blocks(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


@pytest.mark.parametrize("body", [b"", b"x", a_body([]), a_body(EVENTS), a_body(EVENTS)[:-9] * 3], ids=len)
def test_it_is_one_member_that_everybody_reads(body: bytes, tmp_path: Path) -> None:
    packed = packed_of(body)
    assert gzip.decompress(packed) == body
    (tmp_path / "body.gz").write_bytes(packed)
    program = shutil.which("gzip")
    assert program
    assert subprocess.run([program, "-t", tmp_path / "body.gz"], capture_output=True, check=True).stderr == b""


def test_groups_follow_from_the_bytes_and_not_from_how_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LONGEST", 40_000)  # so that some have to be cut where no event begins
    body = a_body(EVENTS)
    groups = list(groups_of([body]))
    assert b"".join(groups) == body
    assert max(map(len, groups)) == 40_000
    for size in (997, 8_191, 65_536):
        assert list(groups_of(in_blocks(body, size))) == groups


def test_after_a_change_one_group_is_deflated_and_the_bytes_are_those_of_packing_it_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, first = Packing(None), tmp_path / "first.gz"
    first.write_bytes(b"".join(before.pack([a_body(EVENTS)])))
    former = Packed(first, before.groups)
    first.unlink()  # its name may go while it is open
    deflated: list[bytes] = []
    deflate = packing._deflated

    def counted(group: bytes) -> bytes:
        deflated.append(group)
        return deflate(group)

    monkeypatch.setattr(packing, "_deflated", counted)
    changes = (
        [*EVENTS[:300], an_event(300), *EVENTS[301:]], [*EVENTS[:200], *EVENTS[201:]],
        [*EVENTS[:100], an_event(9_000), *EVENTS[100:]],
    )  # fmt: skip
    for events in changes:
        deflated.clear()
        packed = b"".join(Packing(former).pack([a_body(events)]))
        assert 1 <= len(deflated) <= 2
        assert packed == packed_of(a_body(events))
