"""Every address as a pure function of names; a test compares them with the routes that answer.

All give a path that begins with `/`, its parts quoted; `absolute` puts the installation's base URL before it.
Query strings are given ready-made (`Selection.query()`), so that one selection is one address everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import quote, urlencode

_PLAIN = re.compile("[A-Za-z0-9-]+")
"""What stands in an address as it is, as slugs do."""


def absolute(base_url: str, path: str) -> str:
    """The full address of a path."""
    return base_url + path


def with_query(path: str, query: str = "", **more: str | int | None) -> str:
    """A path with a ready query string and further pairs; pairs that are None or empty are left out."""
    extra = urlencode(_said(more))
    joined = "&".join(part for part in (query, extra) if part)
    return f"{path}?{joined}" if joined else path


def _said(pairs: Mapping[str, str | int | None]) -> list[tuple[str, str]]:
    return [(key.rstrip("_"), str(value)) for key, value in pairs.items() if value not in (None, "")]


def _path(*parts: str) -> str:
    return "/" + "/".join(part if _PLAIN.fullmatch(part) else quote(part, safe="") for part in parts)


# What citizens read


def home() -> str:
    """What is on today and this weekend."""
    return "/"


def events(query: str = "", *, page: int | None = None, sort: str = "") -> str:
    """The list of a selection; `sort` where it is not by date."""
    return with_query("/events", query, sort="" if sort == "date" else sort, page=page if page and page > 1 else None)


def event(slug: str, recurrence_id: str | None = None) -> str:
    """An event's page, or that of one of its dates by its original time."""
    return _path("events", slug, recurrence_id) if recurrence_id else _path("events", slug)


def month(day: date, query: str = "") -> str:
    """The month that holds a day."""
    return with_query(f"/calendar/{day.year}/{day.month:02d}", query)


def week(day: date, query: str = "") -> str:
    """The ISO week (Monday to Sunday) that holds a day."""
    year, number, _ = day.isocalendar()
    return with_query(f"/calendar/{year}/W{number:02d}", query)


def city_map(query: str = "") -> str:
    """The map of a selection: how much is on in each district."""
    return with_query("/map", query)


def districts() -> str:
    """All districts."""
    return "/districts"


def district(slug: str) -> str:
    """A district's page."""
    return _path("districts", slug)


def clusters() -> str:
    """All clusters."""
    return "/clusters"


def cluster(slug: str) -> str:
    """A cluster's page."""
    return _path("clusters", slug)


def venue(slug: str) -> str:
    """A venue's page."""
    return _path("venues", slug)


def organisations(query: str = "") -> str:
    """The register of organisations."""
    return with_query("/organisations", query)


def organisation(slug: str) -> str:
    """An organisation's page."""
    return _path("organisations", slug)


def subscribe(query: str = "", *, event: str | None = None) -> str:
    """The page that offers a selection, or one event, as a calendar and by mail."""
    return with_query("/subscribe", query, event=event)


def programme(query: str = "", *, paper: str | None = None) -> str:
    """The printed programme of a selection, as a page."""
    return with_query("/print", query, paper=paper)


def programme_pdf(query: str = "", *, paper: str | None = None, lang: str | None = None) -> str:
    """The same as PDF, on A4 or A3."""
    return with_query("/print.pdf", query, paper=paper, lang=lang)


def embed(query: str = "", **dress: str | None) -> str:
    """A selection for a frame in another site; `dress` is how it looks (theme, colours, how many, language)."""
    return with_query("/embed", "&".join(part for part in (query, urlencode(_said(dress))) if part))


def embed_colours(**dress: str | None) -> str:
    """The style sheet of a frame with colours of its own."""
    return with_query("/embed/colours.css", urlencode(_said(dress)))


def embed_script() -> str:
    """What fits a frame's height in another site."""
    return "/embed.js"


def embed_demo(query: str = "") -> str:
    """The ways into another site, shown and written down."""
    return with_query("/embed/demo", query)


def offline() -> str:
    """What is shown without a network for a page that is not kept."""
    return "/offline"


def card_agenda(*, month: date | None = None, lang: str | None = None) -> str:
    """The picture that stands for the whole agenda, or for a month of it, where its link is shared."""
    return with_query("/cards/agenda.png", month=f"{month:%Y-%m}" if month else None, lang=lang)


def card_event(slug: str, *, date: str | None = None, v: int | None = None, lang: str | None = None) -> str:
    """That of an event, or of one of its dates by its original time; `v` makes a changed event a new address."""
    return with_query(f"/cards/events/{quote(slug, safe='')}.png", date=date, v=v, lang=lang)


def card_district(slug: str, *, lang: str | None = None) -> str:
    """That of a district."""
    return with_query(f"/cards/districts/{quote(slug, safe='')}.png", lang=lang)


def card_cluster(slug: str, *, lang: str | None = None) -> str:
    """That of a cluster."""
    return with_query(f"/cards/clusters/{quote(slug, safe='')}.png", lang=lang)


def open_data() -> str:
    """What may be downloaded and used again."""
    return "/data"


def open_data_list(name: str, format_: str) -> str:
    """A list that events refer to (districts, disciplines…), as `csv` or `json`."""
    return f"/data/{quote(name, safe='')}.{format_}"


def about() -> str:
    """What this is, and for whom."""
    return "/about"


def privacy() -> str:
    """What is kept of a person, why and how long."""
    return "/privacy"


def mail_confirm(token: str) -> str:
    """Where the owner of an address confirms that she wants the mail."""
    return _path("mail", "confirm", token)


def mail_stop(token: str) -> str:
    """Where one click stops a subscription (RFC 8058)."""
    return _path("mail", "stop", token)


def mail_manage(token: str) -> str:
    """Where a person sees, exports and erases what is kept of her."""
    return _path("mail", "manage", token)


def static(name: str, *, version: str = "") -> str:
    """A file that ships with the service; its version makes a changed file a new address."""
    return with_query(f"/static/{quote(name)}", v=version)


def site_map(volume: str) -> str:
    """What search engines are told: `places`, or `events-` and a number."""
    return f"/sitemaps/{volume}.xml"


def picture(digest: str, size: str, format_: str = "jpg") -> str:
    """A picture in one of its sizes (`mini`, `thumb`, `card`, `full`), as JPEG or (for browsers) `webp`."""
    return f"/pictures/{digest}/{size}.{format_}"


# Feeds: the path says the format


def feed_all(format_: str = "ics", query: str = "") -> str:
    """Everything."""
    return with_query(f"/feeds/all.{format_}", query)


def feed_district(slug: str, format_: str = "ics", query: str = "") -> str:
    """What a district hosts or co-hosts."""
    return with_query(f"/feeds/districts/{quote(slug, safe='')}.{format_}", query)


def feed_cluster(slug: str, format_: str = "ics", query: str = "") -> str:
    """What the districts of a cluster host, each event once."""
    return with_query(f"/feeds/clusters/{quote(slug, safe='')}.{format_}", query)


def feed_selection(query: str = "", format_: str = "ics") -> str:
    """Any other selection."""
    return with_query(f"/feeds/selection.{format_}", query)


def feed_event(slug: str, recurrence_id: str | None = None, format_: str = "ics") -> str:
    """One event, or one of its dates, to download."""
    name = f"{quote(slug, safe='')}/{recurrence_id}" if recurrence_id else quote(slug, safe="")
    return f"/feeds/events/{name}.{format_}"


def feed_private(token: str, format_: str = "ics", query: str = "") -> str:
    """An officer's own calendar; who has the address reads it."""
    return with_query(f"/feeds/private/{quote(token, safe='')}.{format_}", query)


def webcal(url: str) -> str:
    """An absolute feed address as calendar programs subscribe to it."""
    return "webcal://" + url.split("://", 1)[1]


# The officers' desk


def office(*parts: str, query: str = "") -> str:
    """A page of the desk: `office()` is the dashboard, `office("events", slug, "edit")` one below."""
    return with_query("/office/" + "/".join(quote(part, safe="") for part in parts), query)


# The API


def api_page() -> str:
    """How the API is used, for people."""
    return "/api/"


def api(*parts: str, query: str = "") -> str:
    """An address of the API, version 1."""
    return with_query("/api/v1/" + "/".join(quote(part, safe="@") for part in parts), query)
