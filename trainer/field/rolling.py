"""`python -m trainer rolling`: learn a log for several lengths of time and live the days after each.

One division of a short log leaves few days to be judged by. Learned for eight days, for thirteen and so on,
with five days lived after each, the same log says more of how often a home is disturbed (rolling origins).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from itertools import pairwise

from custom_components.smartguard.core.history_csv import read_file
from custom_components.smartguard.core.threshold import SHARES

from .. import results
from ..attacks import Kind
from ..detector import OptionError
from ..paper.flags import Parser, whole
from .command import add_anomaly_flags, add_log_flags, on_one_thread, say
from .field import SHORTEST, compared, drawn, judged
from .log import Log, divide, held_out, zone_of
from .outcome import Record, over_seeds, poisson
from .pooled import false_rate

PROG = "trainer rolling"


def main(arguments: list[str]) -> int:
    """Read the flags, live through the log from each origin on, write results; return the exit status."""
    parser = Parser(PROG, __doc__)
    add_log_flags(parser)
    add_anomaly_flags(parser)
    parser.add_argument(
        "--learned-days",
        nargs="+",
        type=whole(SHORTEST),
        required=True,
        help="the origins: days that are learned, those to calibrate on among them",
    )
    parser.add_argument("--lived-days", type=whole(1), required=True, help="lived after each origin")
    given = parser.parse_args(arguments)
    return on_one_thread(PROG, lambda: _rolling(given))


def _rolling(given: argparse.Namespace) -> None:
    results.check_writable(given.out)
    compared(given.model, given.without)
    origins = sorted(set(given.learned_days))
    check_apart(origins, given.lived_days)
    zone = zone_of(given.tz)
    export = read_file(given.log, zone, time.time())
    logs = {
        days: divide(given.log.stem, export, zone, days - held_out(days), held_out(days), given.lived_days)
        for days in origins
    }
    say(given.log, export.tally)
    found: dict[str, dict[int, Record]] = {}
    for days, log in logs.items():
        print(f"{log.name}: {days} days learned", file=sys.stderr)
        for name, record in _from(log, given).items():
            found.setdefault(name, {})[days] = record
    results.write(
        given.out,
        {
            "log": given.log.stem,
            "zone": zone.key,
            "seeds": list(_seeds(given)),
            "learned_days": list(logs),
            "lived_days": given.lived_days,
            "weeks": round(sum(log.weeks for log in logs.values()), 4),
            "budget": given.budget,
            "each": given.each,
            "otherwise": given.otherwise,
            "shares": dict(SHARES),
            "rows": export.tally.to_json(),
            "models": {name: over_origins(records, logs) for name, records in found.items()},
        },
    )


def check_apart(origins: Sequence[int], lived_days: int) -> None:
    """Raise OptionError for origins, in order, of which two would live through the same days."""
    for earlier, later in pairwise(origins):
        if later - earlier < lived_days:
            raise OptionError(
                f"expected origins at least {lived_days} days apart, as many as are lived after each, "
                f"got {earlier} and {later}"
            )


def _seeds(given: argparse.Namespace) -> range:
    return range(given.seed, given.seed + given.seeds)


def _from(log: Log, given: argparse.Namespace) -> dict[str, Record]:
    """Return what each model comes to from one origin on, over the seeds."""
    tried: dict[str, dict[int, Record]] = {}
    for seed in _seeds(given):
        injections = drawn(log, seed, given.each, given.otherwise)
        for model in compared(given.model, given.without):
            tried.setdefault(model.name, {})[seed] = judged(model, log, injections, given.budget, seed)
    return {name: over_seeds(records, log.weeks) for name, records in tried.items()}


def over_origins(records: dict[int, Record], logs: dict[int, Log]) -> Record:
    """Merge a model's records by origin: alerts over all weeks, recall over all anomalies."""
    false = {days: false_rate(record) * logs[days].weeks for days, record in records.items()}
    weeks = sum(log.weeks for log in logs.values())
    told, injected = (_summed(list(records.values()), key) for key in ("told", "injected"))
    return {
        "false_alerts_per_week": round(sum(false.values()) / weeks, 4),
        "false_alerts_ci95": poisson(sum(false.values()), weeks),
        "alerts": [
            {"learned_days": days, **alert} for days, record in records.items() for alert in record["alerts"]
        ],
        "recall": {k: round(told[k] / injected[k], 4) if injected[k] else None for k in told},
        "injected": injected,
        "told": told,
        "by_origin": [
            {
                "learned_days": days,
                "weeks": round(logs[days].weeks, 4),
                "false_alerts": round(false[days], 4),
                **{key: record[key] for key in ("injected", "told")},
            }
            for days, record in records.items()
        ],
    }


def _summed(records: Sequence[Record], key: str) -> dict[str, int]:
    return {str(kind): sum(record[key][kind] for record in records) for kind in Kind}
