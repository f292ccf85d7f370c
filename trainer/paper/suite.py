"""`python -m trainer suite paper`: models on one home's windows as the authors cut them (paper, Table 3)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from .. import datasets, results
from ..datasets import HomeData
from ..detector import OptionError
from .flags import Parser, bar, done, guarded, whole
from .judge import Entrant, entrants, judge

PROG = "trainer suite paper"
SHOWN = ("recall", "f1", "fpr", "auroc", "recall_at_fpr_1", "f1_at_fpr_1")


def parser() -> Parser:
    """Return the command line."""
    made = Parser(PROG, __doc__)
    made.add_argument("--dataset", required=True, help="NAME of smartguard_NAME.npz")
    made.add_argument("--data", type=Path, help="folder of the data sets")
    made.add_argument("--model", nargs="+", required=True, help="NAME, NAME:fair or NAME:as_published, …")
    made.add_argument("--seeds", type=whole(1), default=1, help="how many, from 0 on")
    made.add_argument("--out", type=Path, help="JSON file")
    return made


def main(arguments: list[str]) -> int:
    """Read the arguments, run the suite; return the exit status."""
    chosen = parser().parse_args(arguments)
    return guarded(PROG, lambda: run(chosen.dataset, chosen.data, chosen.model, chosen.seeds, chosen.out))


def run(name: str, folder: Path | None, models: list[str], seeds: int, out: Path | None) -> None:
    """Judge every model, print a table and write the results; raises SmartGuardError before that."""
    results.check_writable(out)
    found = {entrant.label: entrant for model in models for entrant in entrants(model)}
    home = datasets.load(name, folder)
    if not home.kinds:
        raise OptionError(f"expected anomalies (arrays attack_TYPE_name) of home {home.name}, got none")
    if home.absent:
        print(f"{home.name} has no {datasets.listed(home.absent)}", file=sys.stderr)
    judged = {label: repeat(home, entrant, seeds) for label, entrant in found.items()}
    result: dict[str, Any] = {
        "suite": "paper",
        "dataset": home.name,
        "seeds": list(range(seeds)),
        "absent": list(home.absent),
        "models": judged,
    }
    print(table(result))
    if out is not None:
        results.write(out, result)


def repeat(home: HomeData, entrant: Entrant, seeds: int) -> Any:
    """Judge a model once for each seed; what has no seed, once."""
    records = []
    for seed in range(1 if entrant.authors else seeds):
        what = f"{entrant.label} on {home.name}, seed {seed}"
        records.append(judge(home, entrant, seed, home.kinds, bar(what)))
        done(what, f"learned in {records[-1]['train_s']:.1f} s")
    return results.over_seeds(records * (seeds if entrant.authors else 1))


def table(result: dict[str, Any]) -> str:
    """Write the results as a Markdown table: means over the seeds."""
    lines = [
        f"| {result['dataset']} | type | {' | '.join(SHOWN)} |",
        f"|---|---|{'---|' * len(SHOWN)}",
    ]
    for label, record in result["models"].items():
        for kind, metrics in record["types"].items():
            values = [metrics[name] for name in SHOWN]
            means = [value["mean"] if isinstance(value, dict) else value for value in values]
            lines.append(f"| {label} | {kind} | {' | '.join(f'{mean:.4f}' for mean in means)} |")
    return "\n".join(lines)
