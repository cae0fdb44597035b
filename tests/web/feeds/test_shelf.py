"""Bodies in memory: what is read often stays, and never more than so many bytes (S30)."""

from __future__ import annotations

from calendar_service.web.shelf import Shelf


def test_what_was_put_there_is_found_compressed_and_plain_apart() -> None:
    shelf = Shelf()
    shelf.put("a", b"plain", packed=False)
    shelf.put("a", b"packed", packed=True)
    assert [shelf.get("a", packed=packed) for packed in (False, True)] == [b"plain", b"packed"]
    assert shelf.get("b", packed=False) is None


def test_ten_thousand_bodies_take_no_more_room_than_there_is() -> None:
    shelf, most = Shelf(most_bytes=50_000, largest=5_000), 0
    for number in range(10_000):
        shelf.put(f"{number}", bytes(number % 700), packed=False)
        most = max(most, shelf.held)
    assert 40_000 < most <= 50_000


def test_what_is_read_often_stays_while_others_come_and_go() -> None:
    shelf = Shelf(most_bytes=1_000, largest=100)
    shelf.put("often", b"x" * 50, packed=True)
    for number in range(200):
        shelf.put(f"{number}", b"y" * 50, packed=True)
        assert shelf.get("often", packed=True) == b"x" * 50
    assert shelf.get("3", packed=True) is None


def test_a_body_that_is_too_large_pushes_nothing_out() -> None:
    shelf = Shelf(most_bytes=1_000, largest=100)
    shelf.put("small", b"x", packed=False)
    for number in range(30):
        shelf.put(f"{number}", bytes(101), packed=False)
    assert shelf.get("small", packed=False) == b"x"
    assert shelf.held == 1
