"""Copies of bodies: soon in a file, found at once; large ones never held."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calendar_service.services.syndication.bodies import copies as module
from calendar_service.services.syndication.bodies.composing import Version
from calendar_service.services.syndication.bodies.copies import Copies
from feeds.body import Body

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
FIRST, SECOND = (Version(etag=f"{number:032x}", changed=NOON + timedelta(hours=number)) for number in (1, 2))
KEY = "a" * 40


def body(text: bytes = b"two") -> Body:
    return Body(b"one\r\n", [text, b"three\r\n"], dated=b"%d-%d-%d %d:%d:%d.")


def test_a_copy_is_found_before_it_is_in_its_file_and_by_others_after(tmp_path: Path) -> None:
    copies = Copies(tmp_path)
    copies.keep(KEY, FIRST, body(), named=True)
    found = copies.find(KEY, FIRST)
    assert found is not None
    assert found.read(packed=False) == b"one\r\n2026-12-1 13:0:0.twothree\r\n"
    copies.finish()
    other = Copies(tmp_path).latest(KEY)
    assert other is not None
    assert (other.version, other.read(packed=False)) == (FIRST, found.read(packed=False))


def test_the_newer_copy_takes_the_place_of_the_older(tmp_path: Path) -> None:
    copies = Copies(tmp_path)
    for version in (FIRST, SECOND):
        copies.keep(KEY, version, body(), named=True)
    newest = copies.latest(KEY)
    assert newest is not None
    assert newest.version == SECOND
    copies.finish()
    assert copies.find(KEY, FIRST) is None
    assert [each.name.split(".")[1] for each in (tmp_path / "named").iterdir()] == [SECOND.etag]


def test_of_versions_that_follow_each_other_quickly_the_last_alone_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[list[str]] = []
    write = module._write

    def counted(path: Path, content: Iterable[bytes]) -> None:
        written.append(path.name.split("."))
        write(path, content)

    monkeypatch.setattr(module, "_write", counted)
    copies = Copies(tmp_path)
    _, packed = (copies.pack(copies.keep(KEY, version, body(), named=True)) for version in (FIRST, SECOND))
    copies.finish()
    assert [(etag, kind) for _, etag, _, kind in written] == [(SECOND.etag, "body"), (SECOND.etag, "gz")]
    found = copies.find(KEY, SECOND)
    assert found is not None
    assert found.read(packed=True) == packed
    assert gzip.decompress(packed) == found.read(packed=False)


def test_a_gzip_whose_body_was_never_written_is_not_either(tmp_path: Path) -> None:
    copies = Copies(tmp_path)
    copies.pack(copies.keep(KEY, FIRST, body(), named=True))
    copies.keep(KEY, SECOND, body(), named=True)
    copies.finish()
    assert [each.name.split(".", 1)[1][:32] for each in (tmp_path / "named").iterdir()] == [SECOND.etag]


def test_beyond_so_many_bytes_on_their_way_the_disk_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = Copies(tmp_path)
    copies.keep(KEY, FIRST, body(), named=True)
    monkeypatch.setattr(module, "MOST_COMING", 30)
    copy = copies.keep(KEY, SECOND, body(), named=True)
    assert copy.path.exists()
    assert copies.latest(KEY) == copy
    copies.finish()
    assert [each.name.split(".")[1] for each in (tmp_path / "named").iterdir()] == [SECOND.etag]


def test_of_two_processes_each_drops_what_the_other_has_written_before(tmp_path: Path) -> None:
    ours, other = Copies(tmp_path), Copies(tmp_path)
    for number, process in enumerate((ours, other, ours, ours, other), start=1):
        version = Version(etag=f"{number:032x}", changed=NOON + timedelta(hours=number))
        process.write(KEY, version, [b"body"], named=True)
        assert [each.name.split(".")[1] for each in (tmp_path / "named").iterdir()] == [version.etag]


def test_a_large_body_goes_to_its_file_and_out_again_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_IN_HAND", 10)
    monkeypatch.setattr(module, "BLOCK", 7)
    copies = Copies(tmp_path)
    copy = copies.keep(KEY, FIRST, body(), named=True)
    assert copy.is_large
    size, blocks = copy.blocks(packed=False)
    plain = list(blocks)
    assert (b"".join(plain), max(map(len, plain)), size) == (body().written(FIRST.changed), 7, len(b"".join(plain)))
    with pytest.raises(FileNotFoundError):
        copy.blocks(packed=True)
    copies.pack_large(copy)
    size, blocks = copy.blocks(packed=True)
    packed = b"".join(blocks)
    assert (gzip.decompress(packed), len(packed)) == (b"".join(plain), size)


def test_a_disk_that_refuses_costs_the_copy_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """R14."""
    copies = Copies(tmp_path)
    (tmp_path / "named").rmdir()
    copies.keep(KEY, FIRST, body(), named=True)
    copies.finish()
    assert copies.find(KEY, FIRST) is None
    assert "the copy of a feed was not kept" in caplog.text
