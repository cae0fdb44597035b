"""`make bench`: the season is made once in a folder of its own, then everything is measured side by side."""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import advising, auditing, deeds, importing, lists, mailing, mixing, planning, season, ticking
from bench.feeds import growing, making, polls, rebuilding
from bench.serving.servers import ADDRESS
from calendar_service.config.reading import read_settings
from calendar_service.db.upgrading import upgrade
from calendar_service.services.house import House, open_house
from calendar_service.services.network.loading import load

DISTRICT = "barranco"


def main() -> None:
    """Make the season, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the season, a few requests")
    parser.add_argument("--events", type=int, help="how many events (default: 10,000; 1,000 with --quick)")
    parser.add_argument("--pages", action="store_true", help="nothing but what Lighthouse says of the pages")
    given = parser.parse_args()
    events = given.events or (season.EVENTS // 10 if given.quick else season.EVENTS)
    with TemporaryDirectory(prefix="calendar-bench-") as folder, TemporaryDirectory(prefix="scratch-") as scratch:
        house = prepare(Path(folder), events)
        auditing.run(Path(folder), Path(scratch))
        if not given.pages:
            _measure(house, Path(folder), Path(scratch), events=events, quick=given.quick)


def _measure(house: House, folder: Path, scratch: Path, *, events: int, quick: bool) -> None:
    lists.run(house, district=DISTRICT, quick=quick)
    advising.run(house, district=DISTRICT, quick=quick)
    planning.run(house, district=DISTRICT, quick=quick)
    making.run(house, district=DISTRICT, quick=quick)
    rebuilding.run(house, district=DISTRICT, quick=quick)
    polls.run(folder, scratch, district=DISTRICT, quick=quick)
    deeds.post_some(house, district=DISTRICT, quick=quick)
    first = house.now().date() + timedelta(days=1)
    growing.run(house, scratch, district=DISTRICT)
    importing.run(folder, scratch, district=DISTRICT, events=events, first=first)
    mixing.run(house, scratch, district=DISTRICT, quick=quick)
    ticking.run(house, quick=quick)
    mailing.run(house, quick=quick)
    if not quick:
        lists.fill_up(house.database, dates=lists.MANY)
        lists.run(house, district=DISTRICT, quick=quick)


def prepare(folder: Path, events: int) -> House:
    """A house with the season in it."""
    house = open_house(read_settings({"CALENDAR_DATA_DIR": str(folder), **ADDRESS}))
    upgrade(house.database)
    now = house.now().replace(microsecond=0)
    with house.deed() as session:
        load(session, house.metropolis, now=now)
    began = time.process_time()
    season.make(house.database, now=now, events=events)
    print(f"{events} events, made in {time.process_time() - began:.0f} s of CPU")
    return house


if __name__ == "__main__":
    main()
