"""What makes the agenda readable without a network, and a program among others on a phone."""

from __future__ import annotations

import json
from hashlib import sha256

from flask import Response

from calendar_service import addresses as to
from calendar_service.entrance import asking
from calendar_service.entrance.answers import page, text
from calendar_service.entrance.assets import asset, assets
from calendar_service.entrance.doors import Policy, Room

room = Room("offline")
HOUR = 3_600
INK, PAPER = "#17130f", "#fbf6ec"
FILES = ("site.css", "site.js", "offline.js", "icon.svg", "fonts/display.woff2")
ICONS = (("icons/icon-192.png", "192x192", "any"), ("icons/icon-512.png", "512x512", "any"),
         ("icons/maskable-512.png", "512x512", "maskable"))  # fmt: skip


@room.get("/offline", policy=Policy.PUBLIC)
def offline() -> Response:
    """What is shown for a page that was never read, when there is no network."""
    return page("public/offline.html")


@room.get("/service-worker.js", policy=Policy.PUBLIC)
def service_worker() -> Response:
    """The keeper of pages; from the root, since it keeps no page above its own folder. A changed file renews it."""
    kept = {
        "version": _version(), "files": [asset(name) for name in FILES], "offline": to.offline(),
        "pages": [to.home(), to.offline()],
    }  # fmt: skip
    body = f"const KEPT = {json.dumps(kept)};\n{assets()['service-worker.js'].body.decode()}"
    answer = text(body, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _version() -> str:
    return sha256("".join(assets()[name].version for name in FILES).encode()).hexdigest()[:10]


@room.get("/manifest.webmanifest", policy=Policy.PUBLIC)
def manifest() -> Response:
    """What a phone needs to keep the site among its programs."""
    words, metropolis = asking.words(), asking.metropolis()
    said = {
        "id": "/", "name": words.t("Agenda cultural de %(place)s", place=metropolis.name),
        "short_name": words.t("Agenda cultural"),
        "description": words.t("Lo que organizan las municipalidades: hoy, este fin de semana, cerca de ti."),
        "lang": asking.language(), "start_url": to.home(), "scope": "/", "display": "minimal-ui",
        "background_color": PAPER, "theme_color": INK, "categories": ["entertainment", "events", "government"],
        "icons": [
            *({"src": asset(name), "sizes": size, "type": "image/png", "purpose": use} for name, size, use in ICONS),
            {"src": asset("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
        "shortcuts": [
            {"name": words.t("Este fin de semana"), "url": to.events("when=weekend")},
            {"name": words.t("Gratis, hoy"), "url": to.events("when=today&free=1")},
        ],
    }  # fmt: skip
    answer = text(json.dumps(said, ensure_ascii=False), mimetype="application/manifest+json", max_age=HOUR)
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer
