"""A visitor over real HTTP: keeps cookies, fills the forms that pages show, and follows no redirect."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

from tests.processes import PATIENCE, Answer


@dataclass(slots=True)
class ShownForm:
    """A form as a page shows it: where it goes, what stands in it."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    """Reads every form of a page; buttons are not part of what stands in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[ShownForm] = []
        self._open: ShownForm | None = None
        self._area: str | None = None
        self._select: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter a form, or add one of its fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = ShownForm(given.get("action", ""))
            self.forms.append(self._open)
        elif self._open and (name := given.get("name", "")) and "disabled" not in given:
            self._open.names.add(name)
            self._field(tag, name, given)
        elif self._open and tag == "option" and self._select and "selected" in given:
            self._open.fields.append((self._select, given.get("value", "")))

    def _field(self, tag: str, name: str, given: dict[str, str]) -> None:
        assert self._open
        if tag == "textarea":
            self._area = name
        elif tag == "select":
            self._select = name
        elif tag == "input" and _stands(given):
            self._open.fields.append((name, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        """What stands in a text area."""
        if self._open and self._area:
            self._open.fields.append((self._area, data))
            self._area = None

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        if tag == "form":
            self._open = None
        elif tag in ("textarea", "select"):
            self._area = self._select = None


def _stands(given: dict[str, str]) -> bool:
    """Whether an input is sent as it is shown."""
    kind = given.get("type", "text")
    return kind not in ("submit", "button", "file") and (kind not in ("checkbox", "radio") or "checked" in given)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """A redirect is an answer like any other."""


class Visitor:
    """One browser at one service."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = CookieJar()
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies), _Stay())

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._open(Request(urljoin(self.base, path), headers=dict(headers or {})))  # noqa: S310 - under test

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        body = urlencode(fields).encode()
        return self._open(Request(urljoin(self.base, path), data=body))  # noqa: S310 - the service under test

    def submit(self, path: str, **typed: str) -> Answer:
        """Open a page, type into its form (the one that has all these fields, buttons included), and send it."""
        return self.post(*self.fill(path, **typed))

    def fill(self, path: str, **typed: str) -> tuple[str, list[tuple[str, str]]]:
        """The same without sending it: where it would go, and what would stand in it."""
        page = self.get(path)
        assert page.status == 200, page.text
        form = next(each for each in Forms(page.text).forms if typed.keys() <= each.names)
        kept = [(name, value) for name, value in form.fields if name not in typed]
        return urljoin(path, form.action) if form.action else path, [*kept, *typed.items()]

    def send(self, path: str, fields: list[tuple[str, str]]) -> socket.socket:
        """Send a form and do not wait for the answer: it can be read from the line."""
        where, body = urlsplit(self.base), urlencode(fields)
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.cookies)
        line = socket.create_connection((where.hostname, where.port), timeout=PATIENCE)
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\nCookie: {cookies}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        return line

    def sign_in(self, address: str, password: str) -> None:
        answer = self.submit("/office/login", address=address, password=password)
        assert answer.status == 303, answer.text

    def _open(self, request: Request) -> Answer:
        try:
            with self._opener.open(request, timeout=PATIENCE) as got:
                return Answer(got.status, dict(got.headers), _text(got.read()))
        except HTTPError as other:
            with other:
                return Answer(other.code, dict(other.headers), _text(other.read()))


def _text(body: bytes) -> str:
    """A picture and a PDF say nothing."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return ""
