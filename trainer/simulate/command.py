"""`python -m trainer simulate`: write the history of a synthetic home."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from . import Home, simulate
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
    chosen = parser.parse_args(arguments)
    home = Home.other(chosen.household, chosen.tz) if chosen.household else Home.demonstration(chosen.tz)
    start = datetime(chosen.start.year, chosen.start.month, chosen.start.day, tzinfo=ZoneInfo(home.zone))
    rows = write_csv(home, simulate(home, chosen.seed, start, chosen.days), chosen.out)
    print(f"{chosen.out}: {rows} state changes of {len(home.entities)} entities in {chosen.days} days")
    return 0
