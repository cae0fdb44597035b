"""The demo season: lively, plausible, the same for the same seed and day, and posted as officers post.

Everything goes through the services, so whatever a real posting brings with it (dates, revisions, feeds) is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import all_districts
from calendar_service.domain.access import Viewer
from calendar_service.domain.events import Event, Status
from calendar_service.domain.territory.places import District, Venue
from calendar_service.domain.times.dates import dates_of
from calendar_service.domain.times.moments import local_day
from calendar_service.services.demo import attendance, promotion
from calendar_service.services.demo.data import DemoData, Entry, read_demo
from calendar_service.services.demo.dates import AHEAD, PAST, activity_dates, special_dates
from calendar_service.services.demo.posters import Posters
from calendar_service.services.desk import templates
from calendar_service.services.drafts import EventDraft, read_draft
from calendar_service.services.events.posting import made, post
from calendar_service.services.events.revising import Change, change_occurrence
from calendar_service.services.joint import cohosting
from calendar_service.services.naming import Slugs
from calendar_service.services.network import clusters, organisations
from calendar_service.services.network.organisations import Entry as Register
from calendar_service.services.recording.changes import begin
from calendar_service.services.status import statuses
from calendar_service.text import slugify

UNADORNED: Posters = {}
AT_ONCE = 50
HELD, DRAFTED, CANCELLED = 0.05, 0.09, 0.11
"""Of a hundred coming activities five are held, four are drafts, two are cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """What the making of a season works with. `uses`: how often something was taken, by its kind and itself; `known`:
    venues by district and name.
    """

    session: Session
    data: DemoData
    districts: dict[str, District]
    by: Viewer
    now: datetime
    today: date
    holidays: frozenset[date]
    rng: Random
    posters: Posters
    slugs: Slugs
    uses: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: dict[tuple[int, str], Venue] = field(default_factory=dict)


def make_season(
    session: Session, *, now: datetime, events: int = 300, seed: int = 43, posters: Posters = UNADORNED
) -> int:
    """Post a season of `events` events around today, with its clusters; how many were posted.

    None when the metropolis has no demo. Districts and terms must be loaded. `posters` hang already, or there are none.
    """
    metropolis = session.installation.metropolis
    data = read_demo(metropolis.folder)
    if data is None:
        return 0
    today = local_day(now, metropolis.timezone)
    districts = {each.slug: each for each in all_districts(session)}
    holidays = metropolis.holidays(today + timedelta(days=PAST), today + timedelta(days=3 * AHEAD))
    stage = _Stage(
        session=session, data=data, districts=districts, now=now, today=today,
        by=Viewer(districts=frozenset(each.id for each in districts.values()), channel="command"),
        holidays=frozenset(each.day for each in holidays), rng=Random(f"{seed} {today}"),  # noqa: S311 - not a secret
        posters=posters, slugs=Slugs(session),
    )  # fmt: skip
    for entry in data.clusters:
        _form_cluster(stage, entry)
    for entry in data.organisations:
        _enter(stage, entry)
    promotion.agree(session, data.agreements, by=stage.by, now=now)
    singles = [_post_special(stage, each) for each in data.specials[:events]]
    numbers = iter(range(events - len(singles)))
    while batch := list(islice(numbers, AT_ONCE)):
        _post_activities(stage, batch)
    attendance.count(session, by=stage.by, now=now, rng=stage.rng)
    return events


def _form_cluster(stage: _Stage, entry: Entry) -> None:
    members = entry.get("districts") or [
        each.slug for each in stage.districts.values() if each.zone_slug == entry["zone"]
    ]
    cluster = clusters.propose(
        stage.session, name=entry["name"], theme=entry["theme"], members=members, proposer=entry["proposer"],
        by=stage.by, now=stage.now,
    )  # fmt: skip
    for slug in sorted(set(members) - {entry["proposer"], *entry.get("waiting", [])}):
        clusters.answer(stage.session, cluster.slug, slug, accept=True, by=stage.by, now=stage.now)


def _enter(stage: _Stage, entry: Entry) -> None:
    """Enter an organisation; its slug is what its name makes, as in the season's texts."""
    said = Register(
        name=entry["name"], kind=entry["kind"], disciplines=tuple(entry["disciplines"]), about=entry["about"],
        public=entry.get("public", True),
    )  # fmt: skip
    organisations.enter(stage.session, said, district=entry["district"], by=stage.by, now=stage.now)


# Single events


def _post_special(stage: _Stage, entry: Entry) -> Event:
    fields = special_dates(entry, stage.today, stage.holidays) | {
        "summary": entry["title"], "abstract": entry.get("abstract", ""), "description": entry["text"],
        "venue": _venue(stage.data.venues[entry["venue"]]), "hold_shows": entry.get("shows", "busy"),
        "disciplines": list(entry["disciplines"]), "expected_attendance": entry["size"],
        "internal_note": entry.get("note", ""), "organisations": _parties(stage, entry),
    } | _common(stage, entry, price=entry.get("prices", "0"))  # fmt: skip
    status = Status(entry.get("status", Status.CONFIRMED))
    event = _post(stage, fields, host=entry["host"], status=min(status, Status.CONFIRMED, key=_rank))
    _join(stage, event, entry)
    _upset(stage, event, entry)
    if status == Status.CANCELLED:
        statuses.cancel(stage.session, event, reason=entry["reason"], by=stage.by, now=stage.now)
    promotion.share(stage.session, event, entry, by=stage.by, now=stage.now)
    if name := entry.get("template"):
        templates.save(stage.session, event, name, by=stage.by, now=stage.now)
    return event


def _parties(stage: _Stage, entry: Entry) -> list[dict[str, str]]:
    """Those that take part in a single event, as the register's file says it of them."""
    return [
        {"slug": slugify(each["name"]), "role": each["events"][entry["title"]]}
        for each in stage.data.organisations if entry["title"] in each.get("events", {})
    ]  # fmt: skip


def _rank(status: Status) -> int:
    return list(Status).index(status)


def _join(stage: _Stage, event: Event, entry: Entry) -> None:
    """Ask the co-hosts, and let those answer who do."""
    accepted, declined = entry.get("cohosts", []), entry.get("declined", [])
    asked = [*accepted, *declined, *entry.get("invited", [])]
    if asked:
        cohosting.ask(stage.session, event, asked, by=stage.by, now=stage.now)
    for slug in [*accepted, *declined]:
        cohosting.answer(stage.session, event, slug, accept=slug in accepted, by=stage.by, now=stage.now)


def _upset(stage: _Stage, event: Event, entry: Entry) -> None:
    """Move the second date or cancel the fourth, where the entry says so."""
    dates = dates_of(event)
    if move := entry.get("move_second"):
        span = dates[1].span
        day = span.start.date() + timedelta(days=move["days"])
        moved = span.moved_to(datetime.fromisoformat(f"{day}T{move['time']}"))
        change = Change(start=moved.start, end=moved.end, reason=move["reason"])
        change_occurrence(stage.session, event, dates[1].recurrence_id, change, seen=None, by=stage.by, now=stage.now)
    if reason := entry.get("cancel_fourth"):
        change = Change(cancelled=True, reason=reason)
        change_occurrence(stage.session, event, dates[3].recurrence_id, change, seen=None, by=stage.by, now=stage.now)


# Activities


def _post_activities(stage: _Stage, numbers: Sequence[int]) -> None:
    """Post so many activities, each district in its turn: written together, as an import writes them."""
    new = [_activity(stage, number) for number in numbers]
    begin(stage.session, [event for event, _ in new], deed="post", by=stage.by, now=stage.now)
    for event, status in new:
        if event.venue:
            stage.known.setdefault((event.venue.district_id, event.venue.name), event.venue)
        if status == Status.CANCELLED:
            reason = stage.rng.choice(stage.data.reasons)
            statuses.cancel(stage.session, event, reason=reason, by=stage.by, now=stage.now)


def _activity(stage: _Stage, number: int) -> tuple[Event, Status]:
    """One activity, not stored yet, and what becomes of it."""
    district = list(stage.districts.values())[number % len(stage.districts)]
    entries = [each for each in stage.data.activities if not each["kinds"] or _venues(stage, district, each)]
    entry = stage.rng.choices(entries, weights=[each["weight"] / (1 + stage.uses[each["key"], district.slug])
                                                for each in entries])[0]  # fmt: skip
    stage.uses[entry["key"], district.slug] += 1
    venues: Sequence[Entry | None] = _venues(stage, district, entry) or [None]
    place = stage.rng.choice(venues)
    fields = _fields(stage, entry, district, place)
    status = _status(stage, fields)
    event = made(
        _draft(stage, fields), host=district, slugs=stage.slugs, by=stage.by, now=stage.now,
        status=min(status, Status.CONFIRMED, key=_rank),
        venue=stage.known.get((district.id, place["name"])) if place else None,
    )  # fmt: skip
    return event, status


def _fresh(stage: _Stage, kind: str, choices: Sequence[str]) -> str:
    """One of those that were taken least until now: so nothing comes twice while something has not come yet."""
    least = min(stage.uses[kind, each] for each in choices)
    chosen = stage.rng.choice([each for each in choices if stage.uses[kind, each] == least])
    stage.uses[kind, chosen] += 1
    return chosen


def _venues(stage: _Stage, district: District, entry: Entry) -> list[Entry]:
    return stage.data.venues_of(district.slug, entry["kinds"])


def _fields(stage: _Stage, entry: Entry, district: District, venue: Entry | None) -> dict[str, Any]:
    rng, key = stage.rng, entry["key"]
    names = {"district": district.name, "group": _fresh(stage, entry["groups"], stage.data.groups[entry["groups"]]),
             "work": _fresh(stage, f"{key} works", entry.get("works", [""])),
             "venue": venue["name"] if venue else ""}  # fmt: skip
    return activity_dates(entry, stage.today, rng, stage.holidays) | {
        "summary": _fresh(stage, f"{key} titles", entry["titles"]).format(**names),
        "description": entry["text"].format(**names),
        "venue": _venue(venue) if venue else None, "online_url": entry.get("online", ""),
        "disciplines": [entry["discipline"], *entry.get("more_disciplines", ())],
        "expected_attendance": rng.randint(*entry["size"]),
    } | _common(stage, entry, price=rng.choice(entry.get("prices", ["0"])))  # fmt: skip


def _status(stage: _Stage, fields: dict[str, Any]) -> Status:
    """What is past was public; of what comes, some is still open and a little is called off."""
    if fields["start"][:10] <= stage.today.isoformat():
        return Status.CONFIRMED
    drawn = stage.rng.random()
    limits = ((HELD, Status.TENTATIVE), (DRAFTED, Status.DRAFT), (CANCELLED, Status.CANCELLED))
    return next((status for limit, status in limits if drawn < limit), Status.CONFIRMED)


# Both


def _common(stage: _Stage, entry: Entry, *, price: str) -> dict[str, Any]:
    ages = entry.get("ages", (0, 0))
    return {
        "format": entry["format"], "audiences": list(entry["audiences"]), "outdoors": entry.get("outdoors", False),
        "accessibility": list(entry.get("access", ())), "languages": list(entry.get("languages", ())),
        "age_from": ages[0] or None, "age_to": ages[1] or None,
        "free": price == "0", "price": None if price == "0" else price,
        "image": _poster(stage, entry.get("poster")),
    }  # fmt: skip


def _poster(stage: _Stage, said: Entry | None) -> dict[str, Any] | None:
    picture = stage.posters.get(said["words"]) if said else None
    return {"url": picture.address, "alt": said["alt"]} if said and picture else None


def _venue(entry: Entry) -> dict[str, Any]:
    return {name: entry[name] for name in ("name", "address", "lat", "lon", "kind", "district")}


def _post(stage: _Stage, fields: dict[str, Any], *, host: str, status: Status) -> Event:
    return post(stage.session, _draft(stage, fields), host=host, status=status, by=stage.by, now=stage.now)


def _draft(stage: _Stage, fields: dict[str, Any]) -> EventDraft:
    return read_draft(fields, metropolis=stage.session.installation.metropolis, strict=False)
