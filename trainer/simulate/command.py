"""`python -m trainer simulate`: write the history of a synthetic home."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from . import Home, simulate
from .changes import CHANGES, after, simulate_changed
from .export import write_csv

START = date(2026, 1, 5)


def main(arguments: list[str]) -> int:
    """Read the arguments, simulate, write the file; return the exit status."""
    parser = argparse.ArgumentParser(prog="trainer simulate", description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="draws the days")
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True, help="CSV: entity_id,state,last_changed")
    parser.add_argument("--household", type=int, default=0, help="0 is the demonstration home")
    parser.add_argument("--start", type=date.fromisoformat, default=START, help="first local date")
    parser.add_argument("--tz", default="Europe/Berlin", help="the home's time zone")
    parser.add_argument("--change", choices=CHANGES, help="how the home is lived in from a day on")
    parser.add_argument("--changes-on", type=int, metavar="DAY", help="that day, the first is 0")
    chosen = parser.parse_args(arguments)
    if (chosen.change is None) != (chosen.changes_on is None):
        parser.error("expected --change and --changes-on together, got one of them")
    home = Home.other(chosen.household, chosen.tz) if chosen.household else Home.demonstration(chosen.tz)
    start = datetime(chosen.start.year, chosen.start.month, chosen.start.day, tzinfo=ZoneInfo(home.zone))
    if chosen.change is None:
        actions = simulate(home, chosen.seed, start, chosen.days)
    else:
        actions = simulate_changed(home, chosen.seed, start, chosen.days, chosen.change, chosen.changes_on)
        home = after(home, chosen.change)
    rows = write_csv(home, actions, chosen.out)
    print(f"{chosen.out}: {rows} state changes of {len(home.entities)} entities in {chosen.days} days")
    return 0
