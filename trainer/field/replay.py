"""`python -m trainer replay`: live through a home's log as it is and write every alert."""

from __future__ import annotations

import argparse
from typing import Any

from .. import results
from ..paper.flags import Parser, bar, done
from .command import add_flags, on_one_thread, read
from .drifting import Drifting
from .living import episodes
from .log import Log
from .model import Model, named
from .models import MODELS
from .outcome import alert, iso
from .run import run

PROG = "trainer replay"


def main(arguments: list[str]) -> int:
    """Read the flags, live through the log, write the alerts; return the exit status."""
    parser = Parser(PROG, __doc__)
    add_flags(parser)
    parser.add_argument("--model", default="SmartGuard", help=", ".join(m.name for m in MODELS))
    parser.add_argument(
        "--drift", action="store_true", help="learn anew when it is noticed that the home has changed, too"
    )
    given = parser.parse_args(arguments)
    return on_one_thread(PROG, lambda: _replay(given))


def _replay(given: argparse.Namespace) -> None:
    results.check_writable(given.out)
    model = named(given.model, MODELS)
    log = read(given)
    drifting = Drifting() if given.drift else None
    results.write(given.out, replayed(model, log, given.budget, given.seed, given.retrain_days, drifting))


def replayed(
    model: Model,
    log: Log,
    budget: float,
    seed: int = 0,
    retrain_days: int = 0,
    drifting: Drifting | None = None,
) -> dict[str, Any]:
    """Return what `replay` writes, with `noticed` where drift is heeded; raises NotEnoughDataError."""
    result = run(model, log, seed, bar(model.name), retrain_days, budget, drifting)
    found = episodes(result.told(budget))
    done(model.name, f"{len(found)} alerts in {log.weeks:.2f} weeks, learned in {result.train_s:.0f} s")
    return {
        "log": log.name,
        "model": model.name,
        "seed": seed,
        "zone": log.zone.key,
        "days": log.days,
        "weeks": round(log.weeks, 4),
        "budget": budget,
        "retrain_days": retrain_days,
        "rows": log.tally.to_json(),
        "alerts": [alert(episode, result) for episode in found],
        **({} if drifting is None else {"noticed": [iso(moment) for moment in drifting.noticed]}),
    }
