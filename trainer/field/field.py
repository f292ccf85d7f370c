"""`python -m trainer field`: false alerts on a home's log, recall and delay of injected anomalies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from custom_components.smartguard.core.threshold import SHARES

from .. import results
from ..attacks import Kind
from ..detector import OptionError
from ..paper.flags import Parser, bar, done, number, whole
from .aftermath import lived_through
from .command import LEAST_BUDGET, add_anomaly_flags, add_flags, on_one_thread, read
from .injection import LEAST, Injection, draw, to_json
from .less import Less, Lessons
from .living import LARGEST_BUDGET, episodes
from .log import Log
from .model import Model, named
from .models import MODELS
from .outcome import Record, clean_record, iso, over_seeds, recall_record
from .run import run
from .shorter import Shorter
from .smartguard import SmartGuard

PROG = "trainer field"
SHORTEST = 3
"""Days of history without which nothing learns."""


def main(arguments: list[str]) -> int:
    """Read the flags, live through the log with every model, write results; return the exit status."""
    parser = Parser(PROG, __doc__)
    add_flags(parser)
    add_anomaly_flags(parser)
    parser.add_argument(
        "--history-days",
        nargs="+",
        type=whole(SHORTEST),
        default=[],
        help="each model with so many of the newest learned days alone",
    )
    parser.add_argument(
        "--budgets",
        nargs="+",
        type=number(LEAST_BUDGET, LARGEST_BUDGET),
        default=[],
        help="what is told at these budgets too, by the same lives",
    )
    parser.add_argument("--truth", type=Path, required=True, help="JSON file for what was injected")
    given = parser.parse_args(arguments)
    return on_one_thread(PROG, lambda: _field(given))


def _field(given: argparse.Namespace) -> None:
    for path in (given.out, given.truth):
        results.check_writable(path)
    # What can not be is said before anything is read. Shortest first: one that is too short ends it soon.
    given.history_days, given.budgets = sorted(set(given.history_days)), sorted(set(given.budgets))
    compared(given.model, given.without, given.history_days)
    check_lives(given)
    log = read(given)
    seeds = range(given.seed, given.seed + given.seeds)
    truth = {seed: drawn(log, seed, given.each, given.otherwise) for seed in seeds}
    tried: dict[str, dict[int, Record]] = {}
    for seed in seeds:
        for model in compared(given.model, given.without, given.history_days):
            record = judged(model, log, truth[seed], given.budget, seed, given.retrain_days, given.budgets)
            tried.setdefault(model.name, {})[seed] = record
    anomalies = [{"seed": seed, **to_json(i, iso)} for seed in seeds for i in truth[seed]]
    results.write(given.truth, {"log": log.name, "seeds": list(seeds), "anomalies": anomalies})
    results.write(given.out, _record(log, given, list(seeds), tried))


def compared(names: Sequence[str], without: Sequence[str], history_days: Sequence[int] = ()) -> list[Model]:
    """Return the models to compare, with SmartGuard less each of some channels; raises OptionError.

    history_days: each of them once for so many of the newest days, in place of all. Where channels are left
    out SmartGuard and all that lack one share what they learned and looked at: they are to be made for each
    seed anew, and what they took says nothing of the product.
    """
    models = [named(name, MODELS) for name in names]
    if without:
        lessons = Lessons()
        shared = [Less("", lessons) if isinstance(model, SmartGuard) else model for model in models]
        models = [*shared, *(Less(channel, lessons) for channel in without)]
    return [Shorter(model, days) for days in history_days for model in models] if history_days else models


def check_lives(given: argparse.Namespace) -> None:
    """Raise OptionError for more days of history than are learned, and for what learning anew would blur."""
    learned = given.train_days + given.calibrate_days
    if given.history_days and given.history_days[-1] > learned:
        raise OptionError(
            f"expected at most the {learned} days to learn and calibrate for --history-days, "
            f"got {given.history_days[-1]}"
        )
    for flag, values in (("--history-days", given.history_days), ("--budgets", given.budgets)):
        if values and given.retrain_days:
            raise OptionError(
                f"expected {flag} without learning anew, got --retrain-days {given.retrain_days}"
            )


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
        "budgets": given.budgets,
        "history_days": given.history_days,
        "otherwise": given.otherwise,
        "shares": dict(SHARES),
        "rows": log.tally.to_json(),
        "models": {name: over_seeds(records, log.weeks) for name, records in tried.items()},
    }


def drawn(log: Log, seed: int, each: int, otherwise: bool) -> list[Injection]:
    """Draw what is injected, and say which kind a home offers too little of."""
    injections = draw(log, seed, each, otherwise)
    for kind in Kind:
        count = sum(i.truth.kind is kind for i in injections)
        if count < LEAST:
            print(f"{log.name}: expected at least {LEAST} places for {kind}, got {count}", file=sys.stderr)
    return injections


def judged(
    model: Model,
    log: Log,
    injections: Sequence[Injection],
    budget: float,
    seed: int,
    retrain_days: int = 0,
    budgets: Sequence[float] = (),
) -> Record:
    """Return one model's record of one seed, and what other budgets tell; raises NotEnoughDataError."""
    label = f"{model.name}, seed {seed}"
    show = bar(label)
    result = run(model, log, seed, lambda share: show(0.7 * share), retrain_days, budget)
    clean = {each: episodes(result.told(each)) for each in (budget, *budgets)}
    delays: dict[float, dict[Kind, list[float | None]]] = {b: {kind: [] for kind in Kind} for b in clean}
    for done_so_far, injection in enumerate(injections, 1):
        aftermath = lived_through(result, injection)
        for each, alerts in clean.items():
            delays[each][injection.truth.kind].append(aftermath.delay(each, alerts))
        show(0.7 + 0.3 * done_so_far / len(injections))
    record = {**clean_record(result, clean[budget]), **recall_record(delays[budget])}
    if budgets:
        record["at_budgets"] = [
            {"budget": b, "false_alerts": len(clean[b]), "told": recall_record(delays[b])["told"]}
            for b in budgets
        ]
    if _is_shared(model):
        record |= {"train_s": None, "score_ms_p50": None}
    said = ", ".join(f"{kind} {record['told'][kind]}/{record['injected'][kind]}" for kind in Kind)
    done(label, f"{len(clean[budget])} false alerts in {log.weeks:.2f} weeks; told {said}")
    return record


def _is_shared(model: Model) -> bool:
    """Say whether a model had what it knows from another, so that its times are not its own."""
    return isinstance(model.model if isinstance(model, Shorter) else model, Less)
