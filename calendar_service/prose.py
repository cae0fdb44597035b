"""What officers may write in longer texts: a little Markdown, no HTML; and the same where only plain text is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from calendar_service.text import clean

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["heading", "lheading", "image", "code", "fence", "hr"]
)
_MARKS = re.compile(r"[*_`\[<\\&]|^ *(?:[-+>]|\d+[.)])", re.MULTILINE)
"""Without one of these a text has no markup: most have none, and are not parsed."""


def unmarked(text: str) -> str:
    """The text without its marks: emphasis bare, links as "text (address)", lists with "- ". Lines stay lines.

    Cleaned again, as `&#8238;` is a mark, too (S34).
    """
    return clean("".join(_pieces(text)), multiline=True) if _MARKS.search(text) else text


def _pieces(text: str) -> Iterator[str]:
    end, depth, mark = -1, 0, ""
    for token in reader.parse(text):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
        elif token.type == "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "inline" and token.map:
            yield _gap(token.map[0] - end) if end >= 0 else ""
            yield "  " * (depth - bool(mark)) + mark + _line(token.children or ()).replace("\n", "\n" + "  " * depth)
            end, mark = token.map[1], ""


def _gap(lines: int) -> str:
    return "\n\n" if lines else "\n"


def _line(tokens: Sequence[Token]) -> str:
    said: list[str] = []
    links: list[tuple[int, str]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((len(said), str(token.attrs["href"])))
        elif token.type == "link_close":
            start, address = links.pop()
            said.append(_address("".join(said[start:]), address))
        else:
            said.append("\n" if token.type in {"softbreak", "hardbreak"} else token.content)
    return "".join(said)


def _address(shown: str, address: str) -> str:
    """Where a link leads, unless its text says so, or no page of ours would lead there."""
    scheme, _, rest = address.partition(":")
    return "" if scheme not in SCHEMES or shown in {address, rest} else f" ({address})"
