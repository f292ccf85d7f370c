"""`python -m trainer field`: false alerts on a home's log, recall and delay of injected anomalies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from custom_components.smartguard.core.threshold import SHARES

from .. import results
from ..attacks import Kind
from ..paper.flags import Parser, bar, done, one_of, whole
from .command import add_flags, on_one_thread, read
from .injection import LEAST, Injection, delay, draw, to_json
from .less import Less, Lessons
from .living import episodes
from .log import Log
from .model import Model, named
from .models import MODELS
from .outcome import Record, clean_record, iso, over_seeds, recall_record
from .run import run
from .smartguard import SmartGuard

PROG = "trainer field"
EACH = 10


def main(arguments: list[str]) -> int:
    """Read the flags, live through the log with every model, write results; return the exit status."""
    parser = Parser(PROG, __doc__)
    add_flags(parser)
    names = [model.name for model in MODELS]
    parser.add_argument("--model", nargs="+", default=names, help=", ".join(names))
    parser.add_argument(
        "--without",
        nargs="+",
        type=one_of(*SHARES),
        default=[],
        help="SmartGuard less each of these channels",
    )
    parser.add_argument("--seeds", type=whole(1), default=1, help="how many, from --seed on")
    parser.add_argument("--each", type=whole(LEAST), default=EACH, help="anomalies of each kind")
    parser.add_argument("--truth", type=Path, required=True, help="JSON file for what was injected")
    given = parser.parse_args(arguments)
    return on_one_thread(PROG, lambda: _field(given))


def _field(given: argparse.Namespace) -> None:
    for path in (given.out, given.truth):
        results.check_writable(path)
    compared(given.model, given.without)  # a name that is none is said before anything is read
    log = read(given)
    seeds = range(given.seed, given.seed + given.seeds)
    truth = {seed: drawn(log, seed, given.each) for seed in seeds}
    tried: dict[str, dict[int, Record]] = {}
    for seed in seeds:
        for model in compared(given.model, given.without):
            record = judged(model, log, truth[seed], given.budget, seed, given.retrain_days)
            tried.setdefault(model.name, {})[seed] = record
    anomalies = [{"seed": seed, **to_json(i, iso)} for seed in seeds for i in truth[seed]]
    results.write(given.truth, {"log": log.name, "seeds": list(seeds), "anomalies": anomalies})
    results.write(given.out, _record(log, given, list(seeds), tried))


def compared(names: Sequence[str], without: Sequence[str]) -> list[Model]:
    """Return the models to compare, with SmartGuard less each of some channels; raises OptionError.

    Where channels are left out SmartGuard and all that lack one share what they learned and looked at:
    they are to be made for each seed anew, and what they took says nothing of the product.
    """
    models = [named(name, MODELS) for name in names]
    if not without:
        return models
    lessons = Lessons()
    shared = [Less("", lessons) if isinstance(model, SmartGuard) else model for model in models]
    return [*shared, *(Less(channel, lessons) for channel in without)]


def _record(
    log: Log, given: argparse.Namespace, seeds: Sequence[int], tried: Mapping[str, Mapping[int, Record]]
) -> Record:
    """Return what `field` writes."""
    return {
        "log": log.name,
        "zone": log.zone.key,
        "seeds": seeds,
        "days": log.days,
        "weeks": round(log.weeks, 4),
        "budget": given.budget,
        "each": given.each,
        "retrain_days": given.retrain_days,
        "shares": dict(SHARES),
        "rows": log.tally.to_json(),
        "models": {name: over_seeds(records, log.weeks) for name, records in tried.items()},
    }


def drawn(log: Log, seed: int, each: int) -> list[Injection]:
    """Draw what is injected, and say which kind a home offers too little of."""
    injections = draw(log, seed, each)
    for kind in Kind:
        count = sum(i.truth.kind is kind for i in injections)
        if count < LEAST:
            print(f"{log.name}: expected at least {LEAST} places for {kind}, got {count}", file=sys.stderr)
    return injections


def judged(
    model: Model, log: Log, injections: Sequence[Injection], budget: float, seed: int, retrain_days: int = 0
) -> Record:
    """Return one model's record of one seed; raises NotEnoughDataError."""
    label = f"{model.name}, seed {seed}"
    show = bar(label)
    result = run(model, log, seed, lambda share: show(0.7 * share), retrain_days, budget)
    clean = episodes(result.told(budget))
    delays: dict[Kind, list[float | None]] = {kind: [] for kind in Kind}
    for number, injection in enumerate(injections):
        delays[injection.truth.kind].append(delay(result, injection, budget, clean))
        show(0.7 + 0.3 * (number + 1) / len(injections))
    record = {**clean_record(result, clean), **recall_record(delays)}
    if isinstance(model, Less):
        record |= {"train_s": None, "score_ms_p50": None}
    said = ", ".join(f"{kind} {record['told'][kind]}/{record['injected'][kind]}" for kind in Kind)
    done(label, f"{len(clean)} false alerts in {log.weeks:.2f} weeks; told {said}")
    return record
