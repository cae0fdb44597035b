"""One import under way: for whom, in what manner, and what it has asked of the database beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.places import district_by_slug, venues_in
from calendar_service.domain.access import Viewer, may_post_for
from calendar_service.domain.errors import Forbidden, Invalid, WrongState
from calendar_service.domain.events import Status
from calendar_service.domain.posting.drafts import RawDraft
from calendar_service.domain.territory.metropolis import Metropolis
from calendar_service.domain.territory.places import District, Venue
from calendar_service.domain.times.moments import local_day
from calendar_service.services.importing.fitting import Defaults, Entry, ready
from calendar_service.services.importing.parties import Register
from calendar_service.services.naming import Slugs
from calendar_service.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What holds where a file says nothing. `status` is confirmed unless told otherwise; `source` is within what
    its keys name events, by default the district.
    """

    status: Status = Status.CONFIRMED
    discipline: str = ""
    audience: str = ""
    source: str = ""


NO_OPTIONS = Options()
MOST_VENUES = 10_000


@dataclass(slots=True)
class Budget:
    """How many dates may still be written."""

    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One import under way. `venues` of the district by slug, `names` their slugs by folded name."""

    session: Session
    district: District
    source_key: str
    options: Options
    venues: dict[str, Venue]
    names: dict[str, str]
    slugs: Slugs
    today: date
    by: Viewer
    now: datetime
    register: Register
    spent: Budget = field(default_factory=Budget)

    @property
    def metropolis(self) -> Metropolis:
        return self.session.installation.metropolis

    @property
    def defaults(self) -> Defaults:
        return Defaults(discipline=self.options.discipline, audience=self.options.audience)

    def learn(self, venue: Venue | None) -> None:
        """A venue of the district was made on the way."""
        if venue is not None and venue.district_id == self.district.id:
            self.venues[venue.slug] = venue
            self.names[fold(venue.name)] = venue.slug


def source_of(district: str) -> str:
    """The source that a file of a district is: the district itself, whatever the file is called."""
    return f"district:{district}"


def begin_work(session: Session, slug: str, *, by: Viewer, now: datetime, options: Options) -> Work:
    """Raises NotFound (no such district), Forbidden, Invalid (an option that no vocabulary knows)."""
    district = district_by_slug(session, slug)
    if not may_post_for(by, district.id):
        raise Forbidden("not_your_district")
    metropolis = session.installation.metropolis
    for name, value, known in (("discipline", options.discipline, metropolis.disciplines),
                                ("audience", options.audience, metropolis.audiences)):  # fmt: skip
        if value and value not in known:
            raise Invalid.of(name, "unknown_value", value=value)
    every = venues_in(session, [district.id], limit=MOST_VENUES, merged=True)
    venues = _standing(every)
    return Work(
        session=session, district=district, source_key=options.source or source_of(slug), options=options,
        venues=venues, names=_by_name(every, venues),
        slugs=Slugs(session), register=Register(session, by, slug), today=local_day(now, district.timezone), by=by,
        now=now,
    )  # fmt: skip


def _standing(every: Sequence[Venue]) -> dict[str, Venue]:
    """Each venue by its slug; of a merged one, that which stands for it in the district."""
    by_id = {each.id: each for each in every}
    found = {}
    for each in every:
        stands = each
        while stands.replaced_by_id in by_id:
            stands = by_id[stands.replaced_by_id]
        if stands.replaced_by_id is None:
            found[each.slug] = stands
    return found


def _by_name(every: Sequence[Venue], venues: Mapping[str, Venue]) -> dict[str, str]:
    """The slugs that folded names mean; the name of one that stands wins over a merged one's."""
    ordered = sorted(every, key=lambda each: each.replaced_by_id is None)
    return {fold(each.name): venues[each.slug].slug for each in ordered if each.slug in venues}


def entry_of(work: Work, raw: RawDraft, *, known: Mapping[str, object] | None) -> Entry:
    """The draft, its place and its organisations those that we know where the file means them. Raises Invalid,
    WrongState.
    """
    known_here = work.register.placed(placed(work, raw))
    entry = ready(known_here, metropolis=work.metropolis, defaults=work.defaults, today=work.today, known=known)
    if entry.dates > work.spent.left:
        raise WrongState("import_dates_enough")
    work.spent.left -= entry.dates
    return entry


def placed(work: Work, raw: RawDraft) -> RawDraft:
    """A place named in one line that is a venue of the district, or begins with one, is that venue."""
    venue = raw.fields.get("venue")
    words = str(venue["name"] if isinstance(venue, dict) else raw.fields.get("place_note", ""))
    if words in work.venues:
        return replace(raw, fields={**raw.fields, "venue": words, "place_note": ""})
    if not words or _elsewhere(work, venue):
        return raw
    slug = work.names.get(fold(words)) or (None if venue else work.names.get(fold(words.partition(",")[0])))
    return replace(raw, fields={**raw.fields, "venue": slug, "place_note": ""}) if slug else raw


def _elsewhere(work: Work, venue: object) -> bool:
    """Whether a venue lies in another district, where other names hold."""
    return isinstance(venue, dict) and venue.get("district", work.district.slug) != work.district.slug
