"""Kept texts made fit for who asked: cancelled events shown, alarms added. No event is rendered anew for it."""

from __future__ import annotations

import re
from collections.abc import Callable

from icalendar import vText
from icalendar.parser import Contentline

from feeds.options import Options, duration

_CANCELLED = "\r\nSTATUS:CANCELLED\r\n"
_CONFIRMED = "\r\nSTATUS:CONFIRMED\r\n"
_EVENT = re.compile("BEGIN:VEVENT\r\n.*?\r\nEND:VEVENT\r\n", re.DOTALL)
_SUMMARY = re.compile("\r\nSUMMARY:((?:[^\r]|\r\n )*)")
_DESCRIPTION = re.compile("\r\nDESCRIPTION:((?:[^\r]|\r\n )*)")
_END = "END:VEVENT\r\n"
_FOLD = "\r\n "


def tailor(options: Options) -> Callable[[str], str] | None:
    """What to do to each kept text; None when it stays as it is.

    A kept text is whole lines, and a folded line goes on after a space: so a line that says STATUS is STATUS.
    """
    if options.alarm is None and not options.cancelled_visible:
        return None

    def fit(text: str) -> str:
        with_alarm = _with_alarms(text, options.alarm) if options.alarm else text
        return with_alarm.replace(_CANCELLED, _CONFIRMED) if options.cancelled_visible else with_alarm

    return fit


def marked(text: str, mark: str) -> str:
    """A kept text whose descriptions begin with a mark, such as whose event it is; what has none stays as it is."""
    begins = vText(f"{mark}\n\n").to_ical().decode()

    def add(found: re.Match[str]) -> str:
        line: str = _line(f"DESCRIPTION:{begins}{found[1].replace(_FOLD, '')}")
        return f"\r\n{line}"

    return _DESCRIPTION.sub(add, text)


def _line(said: str) -> str:
    folded: str = Contentline(said).to_ical().decode()  # type: ignore[no-untyped-call]
    return folded


def _with_alarms(text: str, minutes: int) -> str:
    """A VALARM (RFC 5545 §3.6.6) in every VEVENT that takes place."""

    def add(found: re.Match[str]) -> str:
        event = found[0]
        return event if _CANCELLED in event else event.removesuffix(_END) + _alarm(event, minutes) + _END

    return _EVENT.sub(add, text)


def _alarm(event: str, minutes: int) -> str:
    found = _SUMMARY.search(event)
    title = found[1].replace(_FOLD, "") if found else ""
    said = _line(f"DESCRIPTION:{title}")
    lines = ("BEGIN:VALARM", "ACTION:DISPLAY", said, f"TRIGGER:-{duration(minutes)}", "END:VALARM", "")
    return "\r\n".join(lines)
