"""Texts in columns are what a list of them would be."""

from __future__ import annotations

from calendar_service.services.syndication.bodies.texts import Change, Text, Texts

LIMA = "America/Lima"


def text(event_id: int, part: str = "", *, size: int = 100) -> Text:
    return Text(event_id, part, LIMA if event_id % 2 else None, size, 1 + event_id % 3, (0, 1.5, event_id, part))


def test_what_was_put_in_comes_out_and_is_found() -> None:
    plain = [text(number, part) for number in range(0, 40, 2) for part in ("", "20261201", "20261208")]
    texts = Texts(plain)
    assert (list(texts), len(texts), texts[7]) == (plain, len(plain), plain[7])
    assert [texts.find(each.key) for each in plain] == list(range(len(plain)))
    assert [texts.find(key) for key in ((-1, ""), (2, "20261202"), (3, ""), (99, ""))] == [0, 5, 6, len(plain)]
    assert list(texts.of_event(2)) == plain[3:6]
    assert list(texts.of_event(3)) == []
    assert texts.weight == (sum(each.size for each in plain), sum(each.events for each in plain))
    assert (set(texts.zones), set(Texts([text(1)]).zones)) == (set(), {LIMA})


def test_changes_are_as_of_a_list_and_leave_what_was() -> None:
    plain = [text(number) for number in range(0, 60, 2)]
    before = Texts(plain)
    come = text(5, size=7)
    for changes in (
        [Change(0, 1, None)], [Change(30, 0, come)], [Change(3, 1, come), Change(4, 0, come), Change(9, 1, None)],
        [Change(2, 0, come), Change(2, 1, None), Change(29, 1, come)], [],
    ):  # fmt: skip
        wanted = plain.copy()
        for at, goes, comes in reversed(changes):
            wanted[at : at + goes] = [comes] if comes else []
        after = before.with_changes(changes)
        assert (list(after), after.size(3, 20)) == (wanted, sum(each.size for each in wanted[3:20]))
    assert list(before) == plain
