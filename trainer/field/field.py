"""`python -m trainer field`: false alerts on a home's log, recall and delay of injected anomalies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import results
from ..attacks import Kind
from ..paper.flags import Parser, bar, done, guarded, whole
from .command import add_flags, read
from .injection import LEAST, Injection, delay, draw, to_json
from .living import episodes
from .log import Log
from .model import Model, named
from .models import MODELS
from .outcome import clean_record, iso, recall_record
from .run import run

PROG = "trainer field"
EACH = 10


def main(arguments: list[str]) -> int:
    """Read the flags, live through the log with every model, write results; return the exit status."""
    parser = Parser(PROG, __doc__)
    add_flags(parser)
    names = [model.name for model in MODELS]
    parser.add_argument("--model", nargs="+", default=names, help=", ".join(names))
    parser.add_argument("--each", type=whole(LEAST), default=EACH, help="anomalies of each kind")
    parser.add_argument("--truth", type=Path, required=True, help="JSON file for what was injected")
    given = parser.parse_args(arguments)
    return guarded(PROG, lambda: _field(given))


def _field(given: argparse.Namespace) -> None:
    for path in (given.out, given.truth):
        results.check_writable(path)
    models = [named(name, MODELS) for name in given.model]
    log = read(given)
    injections = drawn(log, given.seed, given.each)
    record = lived(models, log, injections, given.budget, given.seed, given.retrain_days)
    truth = {"log": log.name, "seed": given.seed, "anomalies": [to_json(i, iso) for i in injections]}
    results.write(given.truth, truth)
    results.write(given.out, record)


def drawn(log: Log, seed: int, each: int) -> list[Injection]:
    """Draw what is injected, and say which kind a home offers too little of."""
    injections = draw(log, seed, each)
    for kind in Kind:
        count = sum(i.truth.kind is kind for i in injections)
        if count < LEAST:
            print(f"{log.name}: expected at least {LEAST} places for {kind}, got {count}", file=sys.stderr)
    return injections


def lived(
    models: Sequence[Model],
    log: Log,
    injections: Sequence[Injection],
    budget: float,
    seed: int,
    retrain_days: int = 0,
) -> dict[str, Any]:
    """Return what `field` writes; raises NotEnoughDataError."""
    return {
        "log": log.name,
        "seed": seed,
        "days": log.days,
        "budget": budget,
        "rows": log.tally.to_json(),
        "models": {m.name: judged(m, log, injections, budget, seed, retrain_days) for m in models},
    }


def judged(
    model: Model, log: Log, injections: Sequence[Injection], budget: float, seed: int, retrain_days: int
) -> dict[str, Any]:
    """Return one model's record."""
    show = bar(model.name)
    result = run(model, log, seed, lambda share: show(0.7 * share), retrain_days)
    clean = episodes(result.told(budget))
    delays: dict[Kind, list[float | None]] = {kind: [] for kind in Kind}
    for number, injection in enumerate(injections):
        delays[injection.truth.kind].append(delay(result, injection, budget, clean))
        show(0.7 + 0.3 * (number + 1) / len(injections))
    record = {**clean_record(result, clean), **recall_record(delays)}
    said = ", ".join(f"{kind} {record['told'][kind]}/{record['injected'][kind]}" for kind in Kind)
    done(model.name, f"{len(clean)} false alerts in {log.weeks:.2f} weeks; told {said}")
    return record
