"""Texts in columns are what a list of them would be."""

from __future__ import annotations

from collections.abc import Iterable

from calendar_service.services.syndication.bodies.texts import Text, Texts

LIMA = "America/Lima"


def text(event_id: int, part: str = "", *, size: int = 100) -> Text:
    return Text(event_id, part, LIMA if event_id % 2 else None, size, 1 + event_id % 3, (0, 1.5, event_id, part))


def texts_of(several: Iterable[Text]) -> Texts:
    texts = Texts()
    texts.extend(several)
    return texts


def test_what_was_put_in_comes_out_and_is_found() -> None:
    plain = [text(number, part) for number in range(0, 40, 2) for part in ("", "20261201", "20261208")]
    texts = texts_of(plain)
    assert (list(texts), len(texts), texts[7]) == (plain, len(plain), plain[7])
    assert [texts.find(each.key) for each in plain] == list(range(len(plain)))
    assert [texts.find(key) for key in ((-1, ""), (2, "20261202"), (3, ""), (99, ""))] == [0, 5, 6, len(plain)]
    assert list(texts.keys_of(2)) == [each.key for each in plain[3:6]]
    assert list(texts.keys_of(3)) == []
    assert texts.weight == (sum(each.size for each in plain), sum(each.events for each in plain))
    assert (set(texts.zones), set(texts_of([text(1)]).zones)) == (set(), {LIMA})


def test_changes_are_as_of_a_list_and_leave_what_was() -> None:
    plain = [text(number) for number in range(0, 60, 2)]
    before = texts_of(plain)
    for changed in (
        {0: None}, {59: 7}, {5: 7, 6: 8, 18: None}, {3: 9, 4: None, 58: 7}, {7: None}, {},
    ):  # fmt: skip
        of = {(number, ""): text(number, size=size) if size else None for number, size in changed.items()}
        wanted = sorted(({each.key: each for each in plain} | of).items())
        after = before.with_changes(list(before.changes(of)))
        assert list(after) == [each for _, each in wanted if each]
        assert after.size(3, 20) == sum(each.size for each in list(after)[3:20])
    assert list(before) == plain
