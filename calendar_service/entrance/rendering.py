"""The one Jinja environment of the pages: what every template may use, escaped whatever its name (S20)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.local import LocalProxy

from calendar_service import addresses
from calendar_service.domain.times.moments import to_wall
from calendar_service.entrance import answers, asking, security
from calendar_service.entrance.assets import asset
from calendar_service.entrance.forms import forgery
from calendar_service.entrance.once import kept
from calendar_service.entrance.prose import prose
from calendar_service.words import own_name

PACKAGE = Path(__file__).resolve().parent.parent


def templates() -> Path:
    """The folder of templates: inside an installed package, beside it in a checkout."""
    installed = PACKAGE / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"


def install(app: Flask) -> None:
    """Set the environment up. Globals, not a context processor: macros see them too."""
    app.jinja_options = {
        "autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True,
    }  # fmt: skip
    app.jinja_env.globals.update(
        _=_translate, ngettext=_count, words=LocalProxy(asking.words), to=addresses,
        metropolis=LocalProxy(asking.metropolis), viewer=LocalProxy(asking.viewer), language=asking.language,
        today=asking.today, now=asking.now, saves_data=asking.saves_data, csp_nonce=security.csp_nonce, asset=asset,
        form_token=forgery.form_token, notice=answers.notice, absolute=_absolute, sentence=_sentence,
        languages=_languages, canonical=_canonical, pgettext=_in_context, moment=_moment, kept=kept,
    )  # fmt: skip
    app.jinja_env.filters["prose"] = prose


def _translate(msgid: str, **values: Any) -> str:  # noqa: ANN401 - whatever the text shows
    return asking.words().t(msgid, **values)


def _count(singular: str, plural: str, n: int, **values: Any) -> str:  # noqa: ANN401
    return asking.words().n(singular, plural, n, **values)


def _in_context(context: str, msgid: str, **values: Any) -> str:  # noqa: ANN401
    return asking.words().p(context, msgid, **values)


def _sentence(code: str, **values: Any) -> str:  # noqa: ANN401
    return asking.words().sentence(code, **values)


def _moment(instant: datetime) -> str:
    """An instant as the clocks of the metropolis showed it: "sáb. 5 de diciembre, 7:30 p. m."."""
    wall, said = to_wall(instant, asking.metropolis().timezone), asking.words()
    day = said.day(wall.date(), today=asking.today())
    return said.t("%(day)s, %(time)s", day=day, time=said.time(wall))


def _absolute(path: str) -> str:
    return addresses.absolute(asking.house().settings.base_url, path)


def _languages() -> list[dict[str, str]]:
    """The languages of the site, each with the address of this page in it."""
    others = [(key, value) for key, value in asking.query_pairs() if key not in ("lang", "said")]
    here = addresses.with_query(request.path, urlencode(others, safe=",:"))
    return [
        {"code": code, "name": own_name(code), "href": here + ("&" if others else "?") + f"lang={code}"}
        for code in asking.metropolis().languages
    ]


def _canonical(path: str) -> Markup:
    """For search engines: the one address of this page, and where it stands in each language.

    `path` is without a language: there a page speaks as its reader prefers, and else the first one.
    """
    metropolis, chosen = asking.metropolis(), request.args.get("lang", "")
    own = {code: _absolute(_spoken(path, code, first=metropolis.language)) for code in metropolis.languages}
    links = [Markup('<link rel="canonical" href="{}">').format(own.get(chosen, _absolute(path)))]
    each = Markup('<link rel="alternate" hreflang="{}" href="{}">')
    return Markup().join([*links, *(each.format(*pair) for pair in [*own.items(), ("x-default", _absolute(path))])])


def _spoken(path: str, language: str, *, first: str) -> str:
    return path if language == first else f"{path}{'&' if '?' in path else '?'}lang={language}"
