"""`python -m trainer ablation`: what each part of the score, or of the training, does on one suite.

Of scores, one network is trained for each seed and judged by all of them; what changes the training is
trained anew, and judged by the score before its last steps.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.windows import Windows

from .. import datasets, results
from ..datasets import HomeData
from ..detector import options_of
from ..engines import Record
from ..metrics import interval, ranked
from ..paper.flags import Parser, one_of, whole
from ..smartguard import SmartGuard
from ..sweeps.flags import engine_and_store, stoppable_command, sweep_flags
from ..sweeps.judged import fingerprint
from ..sweeps.run import run_cells
from .hard import hard
from .honest import honest
from .suite import Trial
from .variants import BEFORE, NETWORKS, SCORES, SUITES, Variant

PROG = "trainer ablation"
SEEDS = 5
EPOCHS = {"scores": 100, "networks": 40}
PARTS = {"scores": SCORES, "networks": NETWORKS}
MEASURES = ("auroc", "recall_at_fpr_5", "recall_at_fpr_1")
TRIALS: dict[str, Trial] = {"honest": honest, "hard": hard}


def parser() -> Parser:
    """Return the command line."""
    made = Parser(PROG, __doc__)
    made.add_argument("--suite", type=one_of(*TRIALS), default="hard", help="hard or honest (hard)")
    made.add_argument("--part", type=one_of(*PARTS), default="scores", help="scores or networks (scores)")
    said = ", ".join(f"{part}: {epochs}" for part, epochs in EPOCHS.items())
    made.add_argument("--epochs", type=whole(1), help=f"of each network ({said})")
    made.add_argument("--out", type=Path, help="JSON file")
    sweep_flags(made, SEEDS)
    return made


def main(arguments: list[str]) -> int:
    """Read the arguments, compare; return the exit status."""
    return stoppable_command(PROG, parser().parse_args(arguments), run)


def run(chosen: argparse.Namespace) -> None:
    """Compute what is not kept, print a table, write the results; raises SmartGuardError."""
    results.check_writable(chosen.out)
    home = datasets.load(chosen.dataset, chosen.data)
    engine, store = engine_and_store(chosen)
    epochs = chosen.epochs or EPOCHS[chosen.part]
    cells = plan(home, chosen.suite, chosen.seeds, epochs, chosen.part)
    finished = run_cells(engine, compare, home, cells, store=store, what=f"ablation on {home.name}")
    result = {
        "ablation": chosen.suite,
        "part": chosen.part,
        "dataset": home.name,
        "seeds": list(chosen.seeds),
        "epochs": epochs,
        "seconds": round(finished.seconds, 1),
        "rows": rows(PARTS[chosen.part], cells, finished.records),
    }
    print(table(result))
    if chosen.out is not None:
        results.write(chosen.out, result)


def plan(home: HomeData, suite: str, seeds: Sequence[int], epochs: int, part: str) -> list[Record]:
    """Return one cell for each network and seed; for scores there is one network, judged by all of them."""
    data = fingerprint(home)
    if part == "scores":
        networks: list[Record] = [{"network": "default", "options": {}, "scores": [v.name for v in SCORES]}]
    else:
        networks = [
            {"network": v.name, "options": BEFORE | listed(v), "scores": ["default"]} for v in NETWORKS
        ]
    return [
        {"data": data, "suite": suite, "seed": seed, **n, "options": {**n["options"], "epochs": epochs}}
        for n in networks
        for seed in seeds
    ]


def listed(variant: Variant) -> Record:
    """Return the options of a variant as JSON has them."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in variant.options.items()}


class Remembering(SmartGuard):
    """A detector that computes what its scores share once: the network's losses of the same windows."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.seen: dict[tuple[str, int], tuple[Windows, NDArray[np.float64]]] = {}

    def remembered(self, what: str, windows: Windows, found: Any) -> NDArray[np.float64]:
        """Return what was found before, else find it; the windows are kept, so that none takes their id."""
        key = (what, id(windows))
        if key not in self.seen:
            self.seen[key] = (windows, found(windows))
        return self.seen[key][1]

    def losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return the loss of each behavior as it is judged, (W, n)."""
        return self.remembered(self.options.scoring, windows, super().losses)

    def timeless_losses(self, windows: Windows) -> NDArray[np.float64]:
        """Return the loss of each behavior's hour with every time hidden, (W, n)."""
        return self.remembered("timeless", windows, super().timeless_losses)


def compare(home: HomeData, cell: Record) -> Record:
    """Train one network and judge a suite's anomalies by some scores: measures by score and type."""
    trial = TRIALS[cell["suite"]](home, cell["seed"])
    training, validation = trial.learnable()
    chosen = {k: tuple(v) if isinstance(v, list) else v for k, v in (SUITES | cell["options"]).items()}
    detector = Remembering(len(home.vocabulary), cell["seed"], options_of(SmartGuard, chosen))
    detector.fit(training, validation)
    base, found = detector.options, {}
    for variant in SCORES:
        if variant.name in cell["scores"]:
            detector.options = replace(base, **variant.options)
            detector.settle(training, validation)
            found[variant.name] = measured(detector, trial)
    return found


def measured(detector: SmartGuard, trial: HomeData) -> Record:
    """Measure how well each type ranks."""
    normal = detector.score(trial.split("test"))
    types = {}
    for kind in trial.kinds:
        strange = [detector.score(attack.windows) for attack in trial.attacks if attack.kind == kind]
        scores = np.concatenate([normal, *strange])
        measures = ranked((np.arange(len(scores)) >= len(normal)).astype(np.int64), scores)
        types[kind] = {name: measures[name] for name in MEASURES}
    return types


def rows(variants: Sequence[Variant], cells: list[Record], records: list[Record]) -> list[Record]:
    """Return one row for each variant: its measures over the seeds, and what it loses beside the default.

    lost: the default's mean over the types less the variant's, seed by seed: mean and interval.
    """
    by_name: dict[str, list[Record]] = {}
    for cell, record in zip(cells, records, strict=True):
        for score, types in record.items():
            by_name.setdefault(score if cell["network"] == "default" else cell["network"], []).append(types)
    shown = []
    for variant in variants:
        made = by_name[variant.name]
        pairs = list(zip(by_name["default"], made, strict=True))
        lost = {m: differences([mean(a, m) - mean(b, m) for a, b in pairs]) for m in MEASURES}
        row = {"variant": variant.name, "shows": variant.shows}
        shown.append({**row, "types": results.over_seeds(made), "lost": lost})
    return shown


def mean(types: Record, measure: str) -> float:
    """Return the mean of a measure over the types."""
    return float(np.mean([measures[measure] for measures in types.values()]))


def differences(values: list[float]) -> Record:
    """Return the mean of differences and its interval."""
    middle, (low, high) = interval(values)
    return {"mean": middle, "ci95": [low, high], "values": values}


def table(result: Record) -> str:
    """Write the results as a Markdown table: AUROC of each type, what is lost, and what that says."""
    kinds = list(result["rows"][0]["types"])
    heads = ["variant", *kinds, "mean AUROC lost", "mean recall at FPR ≤ 1 % lost", "what is better"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for row in result["rows"]:
        values = [row["types"][kind]["auroc"] for kind in kinds]
        means = [value["mean"] if isinstance(value, dict) else value for value in values]
        lost = [row["lost"][measure] for measure in ("auroc", "recall_at_fpr_1")]
        cells = [row["variant"], *(f"{mean:.3f}" for mean in means), *map(difference, lost), verdict(*lost)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def difference(lost: Record) -> str:
    """Write what is lost with its interval."""
    low, high = lost["ci95"]
    return f"{lost['mean']:.4f} ({low:.4f} … {high:.4f})"


def verdict(*lost: Record) -> str:
    """Say which is better by each measure; one seed, or an interval that holds zero, tells nothing."""
    said = []
    for name, measure in zip(("AUROC", "recall"), lost, strict=True):
        low, high = measure["ci95"]
        if low < high and (low > 0 or high < 0):
            said.append(f"{'the default' if low > 0 else 'this'} ({name})")
    return ", ".join(said) or "not told apart"
