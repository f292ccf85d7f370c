"""`python -m trainer first-times`: what is told of what a known device never did, and what without them.

Entities are left out of a log, and single uses of theirs put back on devices that are known.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from custom_components.smartguard.core.novelty import CHANNEL

from .. import results
from ..paper.flags import Parser, bar, done
from .aftermath import lived_through
from .command import add_drawing_flags, add_flags, on_one_thread, read
from .injection import LEAST
from .leaving_out import LeftOut, leave_out, to_json
from .less import Less, Lessons
from .living import episodes
from .log import Log
from .model import Model
from .never_before import KEY
from .outcome import Record, clean_record, iso, over_seeds, recall_record
from .run import run
from .smartguard import SmartGuard

PROG = "trainer first-times"
PRODUCT = SmartGuard()


def main(arguments: list[str]) -> int:
    """Read the flags, live through the log with first times and without, write results; return the status."""
    parser = Parser(PROG, __doc__)
    add_flags(parser)
    add_drawing_flags(parser)
    parser.add_argument("--truth", type=Path, required=True, help="JSON file for what was put back")
    given = parser.parse_args(arguments)
    return on_one_thread(PROG, lambda: _first_times(given))


def _first_times(given: argparse.Namespace) -> None:
    for path in (given.out, given.truth):
        results.check_writable(path)
    log = read(given)
    seeds = range(given.seed, given.seed + given.seeds)
    drawn = {seed: _drawn(log, seed, given.each) for seed in seeds}
    tried: dict[str, dict[int, Record]] = {}
    for seed, left in drawn.items():
        for model in _compared():
            record = judged(model, left, given.budget, seed, given.retrain_days)
            tried.setdefault(model.name, {})[seed] = record
    uses = [{"seed": seed, **to_json(f, iso)} for seed, left in drawn.items() for f in left.first_times]
    results.write(given.truth, {"log": log.name, "seeds": list(seeds), "first_times": uses})
    results.write(given.out, _record(log, given, drawn, tried))


def _compared() -> Sequence[Model]:
    """Return SmartGuard as it is and without first times, which learn once together."""
    lessons = Lessons()
    return [Less(channel, lessons, PRODUCT) for channel in ("", CHANNEL)]


def _drawn(log: Log, seed: int, each: int) -> LeftOut:
    """Draw what is left out and put back, and say where a home offers too little of it."""
    left = leave_out(log, seed, each)
    if len(left.first_times) < LEAST:
        count = len(left.first_times)
        print(f"{log.name}: expected at least {LEAST} uses to put back, got {count}", file=sys.stderr)
    return left


def _record(
    log: Log, given: argparse.Namespace, drawn: Mapping[int, LeftOut], tried: Mapping[str, dict[int, Record]]
) -> Record:
    """Return what `first-times` writes."""
    return {
        "log": log.name,
        "zone": log.zone.key,
        "seeds": list(drawn),
        "days": log.days,
        "weeks": round(log.weeks, 4),
        "budget": given.budget,
        "each": given.each,
        "retrain_days": given.retrain_days,
        "rows": log.tally.to_json(),
        "left_out": [list(left.entities) for left in drawn.values()],
        "models": {name: over_seeds(records, log.weeks) for name, records in tried.items()},
    }


def judged(model: Model, left: LeftOut, budget: float, seed: int, retrain_days: int = 0) -> Record:
    """Return one model's record of one seed; raises NotEnoughDataError."""
    label = f"{model.name}, seed {seed}"
    show = bar(label)
    result = run(model, left.log, seed, lambda share: show(0.7 * share), retrain_days, budget)
    clean = episodes(result.told(budget))
    delays: list[float | None] = []
    for first_time in left.first_times:
        delays.append(lived_through(result, first_time).delay(budget, clean))
        show(0.7 + 0.3 * len(delays) / len(left.first_times))
    record = {**clean_record(result, clean), **recall_record({KEY: delays})}
    record |= {"train_s": None, "score_ms_p50": None}  # of what the two share
    said = f"told {record['told'][KEY]}/{len(delays)} first times"
    done(label, f"{len(clean)} false alerts in {left.log.weeks:.2f} weeks; {said}")
    return record
