"""What the commands that live through a log share: flags, reading the log, saying how it goes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from threadpoolctl import threadpool_limits

from custom_components.smartguard.core.history_csv import Tally

from ..paper.flags import Parser, guarded, number, one_of, whole
from .injection import LEAST
from .less import CHANNELS
from .living import LARGEST_BUDGET
from .log import Log, load, zone_of
from .models import MODELS

LEAST_BUDGET = 0.01
EACH = 10


def add_log_flags(parser: Parser) -> None:
    """Add what all commands take."""
    parser.add_argument("--log", type=Path, required=True, help="CSV: entity_id,state,last_changed")
    parser.add_argument("--tz", required=True, help="the home's time zone")
    parser.add_argument(
        "--budget", type=number(LEAST_BUDGET, LARGEST_BUDGET), default=1.0, help="alerts a week"
    )
    parser.add_argument("--seed", type=whole(0), default=0)
    parser.add_argument("--out", type=Path, required=True, help="JSON file")


def add_flags(parser: Parser) -> None:
    """Add what the commands take that divide a log once."""
    add_log_flags(parser)
    parser.add_argument("--train-days", type=whole(1), required=True)
    parser.add_argument("--calibrate-days", type=whole(1), required=True)
    parser.add_argument(
        "--retrain-days", type=whole(0), default=0, help="learn anew after so many days; 0 is never"
    )


def add_anomaly_flags(parser: Parser) -> None:
    """Add what the commands take that put anomalies into a log."""
    names = [model.name for model in MODELS]
    parser.add_argument("--model", nargs="+", default=names, help=", ".join(names))
    parser.add_argument(
        "--without",
        nargs="+",
        type=one_of(*CHANNELS),
        default=[],
        help="SmartGuard less each of these channels",
    )
    parser.add_argument(
        "--otherwise",
        action="store_true",
        help="draw the anomalies the other way (trainer/attacks/otherwise.py)",
    )
    add_drawing_flags(parser)


def add_drawing_flags(parser: Parser) -> None:
    """Add how many seeds there are, and what each of them draws."""
    parser.add_argument("--seeds", type=whole(1), default=1, help="how many, from --seed on")
    parser.add_argument("--each", type=whole(LEAST), default=EACH, help="anomalies of each kind")


def read(given: argparse.Namespace) -> Log:
    """Read the log and say what it holds; raises LogError, HistoryFileError, OSError."""
    log = load(given.log, zone_of(given.tz), given.train_days, given.calibrate_days)
    say(given.log, log.tally)
    return log


def say(path: Path, tally: Tally) -> None:
    """Say what a log holds and what of it is left out."""
    for line in tally.sentences():
        print(f"{path.name}: {line}", file=sys.stderr)


def on_one_thread(prog: str, work: Callable[[], None]) -> int:
    """Do the work with one thread for BLAS, as the product does, and return the exit status."""
    with threadpool_limits(limits=1):
        return guarded(prog, work)
