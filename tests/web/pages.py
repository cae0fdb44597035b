"""Reads a page as a person would: its headings, links and rows, not its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient

VOID = {"meta", "base", "link", "source", "wbr", "input", "br", "hr", "img", "path"}


@dataclass
class Element:
    tag: str
    attrs: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self._said()).replace("\u00a0", " ").replace("\u202f", " ").split())

    def _said(self) -> Iterator[str]:
        for each in self.children:
            if isinstance(each, str):
                yield each
            else:
                yield " " if each.tag == "br" else "".join(each._said())

    @property
    def classes(self) -> set[str]:
        return set(self.attrs.get("class", "").split())

    def all(self, tag: str = "", *, cls: str = "") -> list[Element]:
        """Every element below with a tag and a class, in order."""
        found = []
        for each in self.children:
            if isinstance(each, Element):
                if (not tag or each.tag == tag) and (not cls or cls in each.classes):
                    found.append(each)
                found += each.all(tag, cls=cls)
        return found

    def one(self, tag: str = "", *, cls: str = "") -> Element:
        found = self.all(tag, cls=cls)
        assert found, f"there is no <{tag or cls}>"
        return found[0]

    def texts(self, tag: str = "", *, cls: str = "") -> list[str]:
        return [each.text for each in self.all(tag, cls=cls)]

    def hrefs(self) -> list[str]:
        return [each.attrs["href"] for each in self.all("a") if "href" in each.attrs]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("document", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {key: value or "" for key, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    """The tree of a page; fails when an element is not closed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is never closed"
    return reader.root


def visit(client: FlaskClient, path: str, *, status: int = 200) -> Element:
    """Open a page, expect a status, read it."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text[-2000:]
    return read(answer.text)
