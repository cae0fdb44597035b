"""Prints figures: ratios first, since machines differ and are noisy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table as Markdown, so that it can be pasted into a page."""
    print(f"\n### {title}\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + " --- |" * len(columns))
    for row in rows:
        print("| " + " | ".join(_cell(each) for each in row) + " |")


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}" if value < 1 else f"{value:.1f}"
    return str(value)


def ratio(value: float, to: float | None) -> str | None:
    """How many times one is the other."""
    if not to:
        return None
    times = value / to
    return f"{times:.1f} ×" if times >= 1 else f"{times:.2f} ×"
