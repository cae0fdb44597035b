"""The agenda inside another site: a frame in its colours that tells its height, and what that site has to write.

Nothing else may be framed; here no cookie is set or read (S23).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from markupsafe import Markup, escape

from calendar_service import addresses as to
from calendar_service.domain.finding.selection import Selection
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page, text
from calendar_service.entrance.assets import assets
from calendar_service.entrance.doors import Policy, Room
from calendar_service.services.agenda import browsing
from calendar_service.web.public.browsing.choosing import read_choice
from calendar_service.web.public.browsing.rows import Rows
from calendar_service.web.public.taking_along import colours

room = Room("embed")
THEMES = ("auto", "light", "dark")
USUAL, MOST = 10, 50
HEIGHT = 640
"""Pixels of a frame whose site runs no script of ours; longer lists scroll inside it."""
HOUR = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """How a frame looks: by its `theme`, or in `colours`, for which a theme only says the usual background."""

    theme: str
    limit: int
    colours: colours.Colours | None

    def query(self) -> dict[str, str | None]:
        """What of it stands in an address; nothing for what is usual."""
        chosen = self.colours
        return {
            "theme": None if self.theme == THEMES[0] else self.theme,
            "limit": None if self.limit == USUAL else str(self.limit),
            **({name: getattr(chosen, name)[1:] for name in ("background", "text", "accent")} if chosen else {}),
        }


def read_dress() -> Dress:
    """What the address asks for; what cannot be taken is as usual."""
    theme = request.args.get("theme", "")
    asked = (colours.read(request.args.get(each)) for each in ("background", "text", "accent"))
    number = asking.number("limit", default=USUAL, digits=len(str(MOST)))
    return Dress(
        theme=theme if theme in THEMES else THEMES[0], limit=min(max(number, 1), MOST),
        colours=colours.readable(*asked, usual=colours.NIGHT if theme == "dark" else colours.PAPER),
    )  # fmt: skip


@room.get("/embed", policy=Policy.PUBLIC, framed=True)
def frame() -> Response:
    """The next dates of a selection, in a frame."""
    rows, dress = Rows(), read_dress()
    with asking.reading() as session:
        choice = read_choice(session, here=to.embed)
        found = browsing.find(session, choice.selection, now=asking.now(), size=dress.limit, past=False)
        return page(
            "public/taking_along/embed.html", choice=choice, dress=dress, days=rows.agenda(found),
            running=rows.running(found.running), total=found.total, shown=len(found.lines),
        )  # fmt: skip


@room.get("/embed/colours.css", policy=Policy.PUBLIC, framed=True)
def sheet() -> Response:
    """The colours as a style sheet: the policy of content allows none inside a page (S22)."""
    chosen = read_dress().colours
    body = _rules(chosen) if chosen else ""
    return text(body, mimetype="text/css", max_age=HOUR)


def _rules(chosen: colours.Colours) -> str:
    light = "light" if colours.contrast(chosen.background, "#000000") > colours.contrast(chosen.background, "#ffffff") \
        else "dark"  # fmt: skip
    return (
        f":root {{ color-scheme: {light}; --paper: {chosen.background}; --sheet: {chosen.background}; "
        f"--ink: {chosen.text}; --quiet: {chosen.text}; --line: {chosen.accent}; --good: {chosen.text}; "
        f"--bad: {chosen.text}; --accent: {chosen.accent}; }}\n"
    )


@room.get("/embed.js", policy=Policy.PUBLIC)
def script() -> Response:
    """What another site loads beside the frame: it fits the frame's height. Its address never changes."""
    found = assets()["embed-host.js"]
    return text(found.body.decode(), mimetype="text/javascript", max_age=HOUR)


@room.get("/embed/demo", policy=Policy.PUBLIC)
def demo() -> Response:
    """Both ways at work, and how they are written."""
    dress = read_dress()
    with asking.reading() as session:
        choice = read_choice(session, here=to.embed_demo)
        return page(
            "public/taking_along/embed_demo.html",
            choice=choice,
            dress=dress,
            most=MOST,
            lines=written(choice.selection, dress),
        )


def written(selection: Selection, dress: Dress) -> dict[str, str]:
    """What a site copies: the frame alone, with the script that fits its height, and the address of the JSON."""
    address = to.embed(selection.query(), lang=asking.language(), **dress.query())
    base = asking.house().settings.base_url
    title = asking.words().t("Agenda cultural de %(place)s", place=asking.metropolis().name)
    tag = Markup('<iframe src="{}" title="{}" width="100%" height="{}" style="border:0" loading="lazy"></iframe>')
    alone = tag.format(escape(to.absolute(base, address)), title, HEIGHT)
    fitting = alone + Markup('\n<script src="{}" async></script>').format(to.absolute(base, to.embed_script()))
    json = to.absolute(base, to.api("events", query=selection.query()))
    return {"address": address, "fitting": str(fitting), "json": json}
