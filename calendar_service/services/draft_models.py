"""The shape of what may be entered: field by field, with its limits. What fields mean together is `draft_checks`'."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from calendar_service.domain.events import HoldShows
from calendar_service.domain.times.moments import is_zone, read_wall, write_wall
from calendar_service.text import clean

MAX_AGE = 120
MAX_PEOPLE = 5_000_000
MAX_DATES = 1_000
MAX_PRICE = Decimal(100_000)
WALL_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$"
PRICE_PATTERN = r"^[0-9]{1,6}(\.[0-9]{1,6})?$"


def _line(value: object) -> object:
    return clean(value, multiline=False) if isinstance(value, str) else value


def _text(value: object) -> object:
    return clean(value, multiline=True) if isinstance(value, str) else value


def _wall(value: object) -> str:
    """A wall clock in the API's form; kept as text, since a date and a midnight mean different things."""
    if not isinstance(value, str):
        raise PydanticCustomError("draft_moment", "not a date")
    try:
        wall, dated = read_wall(value.strip())
    except ValueError as wrong:
        raise PydanticCustomError("draft_moment", "not a date") from wrong
    return write_wall(wall, all_day=dated)


def _day(value: object) -> date:
    """A local day, `2026-12-05`."""
    wall = _wall(value)
    if "T" in wall:
        raise PydanticCustomError("draft_moment", "not a day")
    return date.fromisoformat(wall)


def _shows(value: object) -> object:
    """The word for it as the value that it names: the strict reader takes no text for one."""
    return HoldShows(value) if isinstance(value, str) and value in set(HoldShows) else value


def _link(text: str) -> str:
    if not text:
        return text
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    if not good or any(sign in text for sign in ' "<>\\^`{|}'):
        raise PydanticCustomError("draft_link", "not a link")
    return text


def _amount(value: object) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    amount = Decimal(value) if isinstance(value, str) and re.search(PRICE_PATTERN, value) else None
    if amount is None or amount > MAX_PRICE:
        raise PydanticCustomError("draft_price", "not a price")
    return amount.quantize(Decimal("0.01"))


def _zone(name: str) -> str:
    if not is_zone(name):
        raise PydanticCustomError("draft_zone", "not a zone")
    return name


Line = Annotated[str, Field(max_length=200), BeforeValidator(_line)]
Title = Annotated[str, Field(min_length=1, max_length=200), BeforeValidator(_line)]
Abstract = Annotated[str, Field(max_length=500), BeforeValidator(_text)]
Text = Annotated[str, Field(max_length=10_000), BeforeValidator(_text)]
Reason = Annotated[str, Field(max_length=1_000), BeforeValidator(_text)]
Link = Annotated[str, Field(max_length=2_000), BeforeValidator(_line), AfterValidator(_link)]
Wall = Annotated[str, BeforeValidator(_wall), WithJsonSchema({"type": "string", "pattern": WALL_PATTERN})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Price = Annotated[
    Decimal | None, BeforeValidator(_amount), WithJsonSchema({"type": ["string", "null"], "pattern": PRICE_PATTERN})
]
Code = Annotated[str, Field(max_length=80), BeforeValidator(_line)]
Shows = Annotated[HoldShows, BeforeValidator(_shows)]
Age = Annotated[int | None, Field(ge=0, le=MAX_AGE)]


class VenueDraft(BaseModel):
    """A venue made in place. Degrees are WGS 84; `district` is a slug, by default the host's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Title
    address: Line = ""
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    lon: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    kind: Code = "otro"
    district: Code | None = None


class ImageDraft(BaseModel):
    """The poster: `url` names a picture that was uploaded (left out, the present one), `alt` says what it shows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, Field(max_length=2_000), BeforeValidator(_line)] = ""
    alt: Annotated[str, Field(max_length=500), BeforeValidator(_text)] = ""
    credit: Line = ""


class PartyDraft(BaseModel):
    """An organisation of the register, and as what it takes part: by its slug, or by its name and kind when it is new.

    A name that the register of the host's district knows already is that entry.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Code = ""
    name: Annotated[str, Field(max_length=120), BeforeValidator(_line)] = ""
    kind: Code = ""
    role: Literal["organiser", "ally"] = "ally"


class EventDraft(BaseModel):
    """An event as entered. `start`, `end` and the dates are the API's texts: `2026-12-05T19:30` or `2026-12-05`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: Title
    abstract: Abstract = ""
    description: Text = ""
    lang: Code | None = None
    start: Wall
    end: Wall | None = None
    timezone: Annotated[str, AfterValidator(_zone)] | None = None
    all_day: bool | None = None
    rrule: Annotated[str, Field(max_length=1_000), BeforeValidator(_line)] | None = None
    rdates: Annotated[list[Wall], Field(max_length=MAX_DATES)] = []
    exdates: Annotated[list[Wall], Field(max_length=MAX_DATES)] = []
    disciplines: Annotated[list[Code], Field(max_length=10)] = []
    format: Code | None = None
    audiences: Annotated[list[Code], Field(max_length=10)] = []
    age_from: Age = None
    age_to: Age = None
    free: bool = False
    price: Price = None
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    price_text: Line = ""
    booking_url: Link = ""
    venue: Code | VenueDraft | None = None
    place_note: Line = ""
    online_url: Link = ""
    outdoors: bool | None = None
    public_space: bool | None = None
    accessibility: Annotated[list[Code], Field(max_length=30)] = []
    languages: Annotated[list[Code], Field(max_length=10)] = []
    organisations: Annotated[list[PartyDraft], Field(max_length=20)] = []
    image: ImageDraft | None = None
    expected_attendance: Annotated[int | None, Field(ge=0, le=MAX_PEOPLE)] = None
    internal_note: Text = ""
    date_reason: Annotated[str, Field(max_length=500), BeforeValidator(_text)] = ""
    hold_shows: Shows = HoldShows.BUSY

    @property
    def is_all_day(self) -> bool:
        """Whether it is dates rather than times: as said, else as the start is written."""
        return "T" not in self.start if self.all_day is None else self.all_day

    @property
    def starts(self) -> datetime:
        """The start as a naive wall clock."""
        return read_wall(self.start)[0]

    @property
    def ends(self) -> datetime | None:
        """The end as a naive wall clock; all day: the last day."""
        return read_wall(self.end)[0] if self.end else None

    def walls(self, name: str) -> tuple[datetime, ...]:
        """The dates of `rdates` or `exdates` as naive wall clocks, sorted, each once."""
        return tuple(sorted({read_wall(each)[0] for each in getattr(self, name)}))


class FirstStatus(BaseModel):
    """How an event begins: whose it is (by default the asker's own district's), its status, a hold's last day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Code | None = None
    status: Literal["draft", "tentative", "confirmed"] = "draft"
    hold_until: Day | None = None


class PostedDraft(EventDraft, FirstStatus):
    """An event as it is posted: what is entered about it, and how it begins."""


class DateDraft(BaseModel):
    """One date that differs from what the event says: another time (both or neither), another place, or cancelled."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Wall | None = None
    end: Wall | None = None
    venue: Code | VenueDraft | None = None
    status: Literal["confirmed", "cancelled"] = "confirmed"
    reason: Reason = ""


class OutcomeDraft(BaseModel):
    """What came of a date that is over; `people` is null where nobody counted, the note is for one's own district."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    held: bool = True
    people: Annotated[int | None, Field(ge=0, le=MAX_PEOPLE)] = None
    note: Annotated[str, Field(max_length=500), BeforeValidator(_text)] = ""


class HoldDraft(BaseModel):
    """Until which day a date is held; by default the earlier of thirty days and the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hold_until: Day | None = None


class CancelDraft(BaseModel):
    """Why an event is off; `withdraw` also blanks its text, for what was published by mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Reason = ""
    withdraw: bool = False


class CohostsDraft(BaseModel):
    """Which districts are asked to co-host."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    districts: Annotated[list[Code], Field(min_length=1, max_length=100)]


class CohostAnswer(BaseModel):
    """What a co-host answers, and what it brings; a part that is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Literal["accepted", "declined", "left"] | None = None
    contribution: Reason | None = None


class ShareDraft(BaseModel):
    """To which districts an event is proposed, and what is said with it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    districts: Annotated[list[Code], Field(min_length=1, max_length=100)]
    text: Reason = ""


class ShareAnswer(BaseModel):
    """What becomes of a proposal: its receiver shows it or not, or shows it no more; its host takes it back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Literal["accepted", "declined", "taken-down", "withdrawn"]


class AgreementDraft(BaseModel):
    """Whose proposals one's own district shows by itself: all of them, or those of one discipline."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    giver: Code
    discipline: Code | None = None


class NothingDraft(BaseModel):
    """For deeds that need nothing said: a field that means nothing is refused, not passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)
