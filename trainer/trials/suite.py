"""`python -m trainer suite honest|hard`: models on all of a home's normal windows, split by session.

Any home in the data format will do, also one without a training split. Thresholds come from validation
windows alone; every seed splits a home anew where its windows overlap.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .. import datasets, results
from ..datasets import HomeData
from ..detector import OptionError, Progress
from ..paper.flags import Parser, bar, done, guarded
from ..paper.judge import Entrant, Record, entrants, judge
from ..sweeps.flags import seeds
from ..sweeps.judged import cell_of
from ..sweeps.store import Store
from .log import load_log
from .sessions import splits_of
from .table import OURS, section
from .variants import SUITES

Trial = Callable[[HomeData, int], HomeData]
"""From a home and a seed to its splits and the anomalies in its test windows."""
MODELS = (
    *("SmartGuard", "SmartGuard:as_published", "TransAE", "ARGUS", "Autoencoder", "LOF", "OCSVM"),
    *("IsolationForest", "6thSense", "Aegis", "HourOfWeek", "FixedRules"),
)
"""What a suite compares: also SmartGuard as the paper describes it, the fair baselines, the three rivals."""


def parser(suite: str) -> Parser:
    """Return the command line."""
    made = Parser(f"trainer suite {suite}", __doc__)
    home = made.add_mutually_exclusive_group(required=True)
    home.add_argument("--dataset", help="NAME of smartguard_NAME.npz")
    home.add_argument("--log", type=Path, help="CSV: entity_id,state,last_changed")
    made.add_argument("--data", type=Path, help="folder of the data sets")
    made.add_argument("--tz", help="the time zone of the home of --log")
    made.add_argument(
        "--model", nargs="+", default=MODELS, help=f"NAME, as it should be fitted ({' '.join(MODELS)})"
    )
    made.add_argument("--seeds", type=seeds, default=(0,), help="how many, from 0 on, or which (1)")
    made.add_argument("--out", type=Path, help="JSON file")
    made.add_argument("--cells", type=Path, help="folder of finished seeds, from which it goes on")
    return made


def run_suite(suite: str, trial: Trial, arguments: list[str]) -> int:
    """Read the arguments, run the suite; return the exit status."""
    made = parser(suite)
    chosen = made.parse_args(arguments)
    return guarded(made.prog, lambda: run(suite, trial, chosen))


def entrant_of(name: str) -> Entrant:
    """Return what a name stands for, fitted as it should be unless it says otherwise; raises OptionError."""
    bare, _, setting = name.partition(":")
    is_ours = bare.lower() == OURS.lower() and setting in ("", "fair")
    return entrants(f"{bare}:{setting or 'fair'}", SUITES if is_ours else None)[0]


def home_of(chosen: argparse.Namespace) -> HomeData:
    """Read the home that was asked for; raises SmartGuardError, OSError."""
    if chosen.log is None:
        return datasets.load(chosen.dataset, chosen.data)
    if chosen.tz is None:
        raise OptionError("expected the home's time zone in --tz with --log, got none")
    return load_log(chosen.log, chosen.tz)


def run(suite: str, trial: Trial, chosen: argparse.Namespace) -> None:
    """Judge every model, print a table and write the results; raises SmartGuardError before that."""
    results.check_writable(chosen.out)
    found = [entrant_of(name) for name in chosen.model]
    home = home_of(chosen)
    if home.absent and chosen.log is None:
        print(f"{home.name} has no {datasets.listed(home.absent)}", file=sys.stderr)
    said = splits_of(home, 0)[1]
    print(f"{home.name}: {said}", file=sys.stderr)
    tried = {seed: trial(home, seed) for seed in chosen.seeds}
    first = next(iter(tried.values()))
    if not first.kinds:
        raise OptionError(f"expected a home in which anomalies can be written, got none for {home.name}")
    store = Store(chosen.cells) if chosen.cells else None
    judged = {entrant.label: repeat(entrant, tried, store) for entrant in found}
    result: dict[str, Any] = {
        "suite": suite,
        "dataset": home.name,
        **({"zone": chosen.tz} if chosen.log else {}),
        "seeds": list(tried),
        "absent": list(home.absent),
        "splits": said,
        "windows": {split: len(windows) for split, windows in first.splits.items()},
        "models": judged,
    }
    print(section(result))
    if chosen.out is not None:
        results.write(chosen.out, result)


def repeat(entrant: Entrant, tried: Mapping[int, HomeData], store: Store | None) -> Any:
    """Judge a model on the home as each seed splits it; merge the records."""
    records = []
    for seed, home in tried.items():
        what = f"{entrant.label} on {home.name}, seed {seed}"
        records.append(once(entrant, home, seed, store, bar(what)))
        done(what, f"learned in {records[-1]['train_s']:.1f} s")
    everywhere = set(records[0]["types"]).intersection(*(record["types"] for record in records))
    for record in records:
        record["types"] = {kind: found for kind, found in record["types"].items() if kind in everywhere}
    return results.over_seeds(records)


def once(entrant: Entrant, home: HomeData, seed: int, store: Store | None, progress: Progress) -> Record:
    """Judge a model once, or take what is kept of it."""
    if store is None:
        return judge(home, entrant, seed, home.kinds, progress)
    cell = {"work": entrant.label, **cell_of(home, entrant.kind, entrant.options, seed)}
    kept = store.read(cell)
    if kept is None:
        record = judge(home, entrant, seed, home.kinds, progress)
        kept = store.keep(cell, record, record["train_s"])
    found: Record = kept["record"]
    return found
