"""What the commands `replay` and `field` share: their flags, reading the log, saying how it goes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from threadpoolctl import threadpool_limits

from ..paper.flags import Parser, guarded, number, whole
from .living import LARGEST_BUDGET
from .log import Log, load, zone_of

LEAST_BUDGET = 0.01


def add_flags(parser: Parser) -> None:
    """Add what both commands take."""
    parser.add_argument("--log", type=Path, required=True, help="CSV: entity_id,state,last_changed")
    parser.add_argument("--tz", required=True, help="the home's time zone")
    parser.add_argument("--train-days", type=whole(1), required=True)
    parser.add_argument("--calibrate-days", type=whole(1), required=True)
    parser.add_argument(
        "--budget", type=number(LEAST_BUDGET, LARGEST_BUDGET), default=1.0, help="alerts a week"
    )
    parser.add_argument("--seed", type=whole(0), default=0)
    parser.add_argument(
        "--retrain-days", type=whole(0), default=0, help="learn anew after so many days; 0 is never"
    )
    parser.add_argument("--out", type=Path, required=True, help="JSON file")


def read(given: argparse.Namespace) -> Log:
    """Read the log and say what it holds; raises LogError, HistoryFileError, OSError."""
    log = load(given.log, zone_of(given.tz), given.train_days, given.calibrate_days)
    for line in log.tally.sentences():
        print(f"{given.log.name}: {line}", file=sys.stderr)
    return log


def on_one_thread(prog: str, work: Callable[[], None]) -> int:
    """Do the work with one thread for BLAS, as the product does, and return the exit status."""
    with threadpool_limits(limits=1):
        return guarded(prog, work)
