"""The parts of a recurrence rule: which we take, and what they may say (RFC 5545 §3.3.10).

What is taken is a list (`_FREQUENCIES`, `_PARTS`); all else is refused before any date is looked for (S36).
"""

import re
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_BY_PARTS: Final = ("BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS")
_PARTS: Final = {"FREQ", "INTERVAL", "WKST", *_BY_PARTS, "UNTIL", "COUNT"}
_LONGEST_TEXT: Final = 1_000
_LONGEST_LIST: Final = 31
_LARGEST_INTERVAL: Final = 99
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,10}")
_WEEKDAY: Final = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")


class BadRule(ValueError):
    """A recurrence that we do not take. `code` names the sentence, `values` fill it:

    - `rule_syntax`: not NAME=VALUE joined by semicolons, a part twice, or over 1,000 characters
    - `rule_frequency` (frequency): FREQ is missing or not DAILY, WEEKLY, MONTHLY or YEARLY
    - `rule_interval` (most): INTERVAL is not a number from 1 to `most`
    - `rule_part` (part): a part that is unknown, not taken, or without meaning beside the others
    - `rule_value` (part, value): what stands in a part is out of its range, or its list is too long
    - `rule_until_and_count`: both ends given
    - `rule_endless` (years): neither given
    - `rule_until_before_start` (until: datetime)
    - `rule_too_long` (years, latest: date): it ends after `latest`
    - `rule_too_many` (most): more dates than that
    - `rule_start_not_in_rule` (first: datetime): the start is none of its dates; `first` is the first
    - `rule_start_year` (year): a rule cannot start in such a year
    - `rule_never`: it has no date, or exceptions leave none
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Weekday(NamedTuple):
    """An item of BYDAY: every such day, or the first (1) to fifth (5) or last (-1) of the month."""

    ordinal: int | None
    day: str

    def __str__(self) -> str:
        return f"{self.ordinal or ''}{self.day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a rule but UNTIL, which needs a zone. They are called as in the RFC, in lower case.

    Lists are sorted, from the front before from the end, and hold nothing twice; empty means not given.
    """

    freq: str
    interval: int = 1
    wkst: str = "MO"
    bymonth: tuple[int, ...] = ()
    bymonthday: tuple[int, ...] = ()
    byday: tuple[Weekday, ...] = ()
    bysetpos: tuple[int, ...] = ()
    count: int | None = None


def write_parts(parts: Parts, *, until: str | None) -> str:
    """Write the value of RRULE in our fixed order; what goes without saying is not said."""
    lists = (parts.bymonth, parts.bymonthday, parts.byday, parts.bysetpos)
    written = {
        "FREQ": parts.freq,
        "INTERVAL": parts.interval if parts.interval > 1 else None,
        "WKST": parts.wkst if parts.wkst != "MO" else None,
        **{name: ",".join(map(str, items)) for name, items in zip(_BY_PARTS, lists, strict=True)},
        "UNTIL": until,
        "COUNT": parts.count,
    }
    return ";".join(f"{name}={value}" for name, value in written.items() if value)


def read_parts(text: str) -> tuple[Parts, str | None]:
    """Read the value of RRULE, its name before it or not, in any case; UNTIL comes back as text.

    Raises BadRule for what this module's lists do not hold. Ends and dates are not looked at.
    """
    given = _split(text)
    parts = Parts(
        freq=_freq(given),
        interval=_interval(given),
        wkst=_wkst(given),
        bymonth=_numbers(given, "BYMONTH", most=12),
        bymonthday=_numbers(given, "BYMONTHDAY", most=31, signed=True),
        byday=_byday(given),
        bysetpos=_numbers(given, "BYSETPOS", most=366, signed=True),
        count=_count(given),
    )
    _check_together(parts)
    return _plainer(parts), given.get("UNTIL")


def _split(text: str) -> dict[str, str]:
    if len(text) > _LONGEST_TEXT or not text.isascii():
        raise BadRule("rule_syntax")
    value = text.strip().upper().removeprefix("RRULE:").removesuffix(";")
    pairs = [pair.partition("=")[::2] for pair in value.split(";")]
    given = dict(pairs)
    if len(given) < len(pairs) or not all(name and value for name, value in pairs):
        raise BadRule("rule_syntax")
    for name in given:
        if name not in _PARTS:
            raise BadRule("rule_part", part=name)
    return given


def _freq(given: dict[str, str]) -> str:
    freq = given.get("FREQ", "")
    if freq not in _FREQUENCIES:
        raise BadRule("rule_frequency", frequency=freq)
    return freq


def _interval(given: dict[str, str]) -> int:
    text = given.get("INTERVAL", "1")
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= _LARGEST_INTERVAL:
        raise BadRule("rule_interval", most=_LARGEST_INTERVAL)
    return int(text)


def _count(given: dict[str, str]) -> int | None:
    text = given.get("COUNT")
    if text is not None and (not _NUMBER.fullmatch(text) or int(text) < 1):
        raise BadRule("rule_value", part="COUNT", value=text)
    return int(text) if text else None


def _wkst(given: dict[str, str]) -> str:
    day = given.get("WKST", "MO")
    if day not in WEEKDAYS:
        raise BadRule("rule_value", part="WKST", value=day)
    return day


def _numbers(given: dict[str, str], name: str, *, most: int, signed: bool = False) -> tuple[int, ...]:
    least = -most if signed else 1
    numbers = set()
    for item in _items(given, name):
        if not _NUMBER.fullmatch(item) or int(item) == 0 or not least <= int(item) <= most:
            raise BadRule("rule_value", part=name, value=item)
        numbers.add(int(item))
    return tuple(sorted(numbers, key=lambda number: (number < 0, number)))


def _byday(given: dict[str, str]) -> tuple[Weekday, ...]:
    days = set()
    for item in _items(given, "BYDAY"):
        found = _WEEKDAY.fullmatch(item)
        if not found:
            raise BadRule("rule_value", part="BYDAY", value=item)
        days.add(Weekday(int(found[1]) if found[1] else None, found[2]))
    return tuple(sorted(days, key=_place_of))


def _place_of(weekday: Weekday) -> tuple[bool, int, int]:
    ordinal = weekday.ordinal or 0
    return ordinal < 0, ordinal, WEEKDAYS.index(weekday.day)


def _items(given: dict[str, str], name: str) -> list[str]:
    items = given[name].split(",") if name in given else []
    if len(items) > _LONGEST_LIST:
        raise BadRule("rule_value", part=name, value=f"{len(items)} > {_LONGEST_LIST}")
    return items


def _check_together(parts: Parts) -> None:
    """RFC 5545 §3.3.10: which parts have a meaning beside which.

    "Every Monday and the first Tuesday" is allowed there; engines look for Mondays that are a first Tuesday.
    """
    ordinals = [weekday.ordinal is not None for weekday in parts.byday]
    in_months = parts.freq == "MONTHLY" or (parts.freq == "YEARLY" and parts.bymonth)
    if any(ordinals) and not (in_months and all(ordinals)):
        raise BadRule("rule_part", part="BYDAY")
    if parts.freq == "WEEKLY" and parts.bymonthday:
        raise BadRule("rule_part", part="BYMONTHDAY")
    if parts.bysetpos and not (parts.byday or parts.bymonthday or parts.bymonth):
        raise BadRule("rule_part", part="BYSETPOS")


def _plainer(parts: Parts) -> Parts:
    """The same dates in the form that more programs read: other calendars write the long ones.

    Days by their weekday are weeks, "the last of the Fridays" is the last Friday, and a first day of the
    week that changes nothing goes.
    """
    only_weekdays = parts.byday and not parts.bymonthday and not parts.bysetpos
    if parts.freq == "DAILY" and parts.interval == 1 and only_weekdays:
        parts = replace(parts, freq="WEEKLY")
    if parts.freq == "MONTHLY" and len(parts.byday) == len(parts.bysetpos) == 1 and not parts.bymonthday:
        parts = _with_ordinal(parts, place=parts.bysetpos[0])
    counts_weeks = parts.freq == "WEEKLY" and (parts.interval > 1 or parts.bysetpos)
    return parts if counts_weeks and len(parts.byday) > 1 else replace(parts, wkst="MO")


def _with_ordinal(parts: Parts, *, place: int) -> Parts:
    ordinal, day = parts.byday[0]
    return replace(parts, byday=(Weekday(place, day),), bysetpos=()) if ordinal is None else parts
