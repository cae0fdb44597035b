"""`bounces`: reads mails that came back, and complaints, from a folder or one on stdin (M20).

On stdin it serves a mail system's pipe, which reads exit codes its own way: anything but 0 gives the mail back to
nobody, and 75 lets it be tried again (sysexits.h). So what was read is 0, whatever it was; what could not be is 75.
"""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from calendar_service.cli.opening import done, opened
from calendar_service.cli.terminal import Refused, give, say
from calendar_service.config.refusing import BadSetting, UnwritableFolder
from calendar_service.mail.bounces import MOST_BYTES, read
from calendar_service.services.house import House
from calendar_service.services.mails.bouncing import Taken, take

TRY_AGAIN = 75
NO_REPORT = "no-report"
SEEN = "S"


def add_bounces(parser: ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="a Maildir or an mbox; else stdin")
    parser.add_argument("--to", default="", metavar="ADDRESS", help="at which address the one on stdin came")
    parser.set_defaults(do=_bounces)


def _bounces(given: Namespace) -> int:
    if given.folder is None:
        return _one(given)
    with opened() as house:
        _tell(given, Counter(_taken(house, raw) for raw in _unread(given.folder)))
    return 0


def _one(given: Namespace) -> int:
    try:
        with opened() as house:
            _tell(given, Counter([_taken(house, sys.stdin.buffer.read(MOST_BYTES), to=given.to)]))
    except (BadSetting, UnwritableFolder, Refused) as wrong:
        say(str(wrong))
        return TRY_AGAIN
    return 0


def _taken(house: House, raw: bytes, *, to: str = "") -> str:
    report = read(raw, to=to)
    return done(house, lambda session: take(session, report, now=house.now())) if report else NO_REPORT


def _tell(given: Namespace, found: Counter[str]) -> None:
    counts = {str(each): found[each] for each in (*Taken, NO_REPORT)}
    give(given, {"read": found.total(), **counts}, _lines(counts))


def _lines(counts: dict[str, int]) -> Iterable[str]:
    return [f"{count:>6}  {name}" for name, count in counts.items() if count] or ["Nothing new."]


def _unread(folder: Path) -> Iterator[bytes]:
    """The mails of a folder, each marked as seen once it was taken in. An mbox is left as it is: twice counts once."""
    if folder.is_dir():
        yield from _of_maildir(folder)
    elif folder.is_file():
        with _mbox(folder) as box:
            yield from (box.get_bytes(key)[:MOST_BYTES] for key in box.iterkeys())
    else:
        raise Refused(f"{folder}: there is no such Maildir or mbox.")


def _of_maildir(folder: Path) -> Iterator[bytes]:
    if not all((folder / each).is_dir() for each in ("cur", "new")):
        raise Refused(f"{folder}: a Maildir has the folders cur, new and tmp.")
    box = mailbox.Maildir(folder, create=False)
    for key in sorted(box.iterkeys()):
        mail = box.get_message(key)
        if SEEN not in mail.get_flags():
            yield box.get_bytes(key)[:MOST_BYTES]
            mail.set_subdir("cur")
            mail.add_flag(SEEN)
            box[key] = mail


@contextmanager
def _mbox(path: Path) -> Iterator[mailbox.mbox]:
    """An mbox that nobody adds to meanwhile."""
    box = mailbox.mbox(path, create=False)
    try:
        box.lock()
        yield box
    except mailbox.ExternalClashError as wrong:
        raise Refused(f"{path}: somebody else has it locked; try again later.") from wrong
    finally:
        box.close()
