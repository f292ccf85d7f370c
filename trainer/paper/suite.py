"""`python -m trainer suite paper`: models on one home's windows as the authors cut them (paper, Table 3)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .. import datasets, results
from ..detector import PUBLISHED_SEED
from ..sweeps.flags import engine_and_store, stoppable_command, sweep_flags
from ..sweeps.run import run_cells
from .flags import Parser
from .judge import Entrant, entrants
from .tables.plan import Row, mean_of, measured

PROG = "trainer suite paper"
SHOWN = ("recall", "f1", "fpr", "auroc", "recall_at_fpr_1", "f1_at_fpr_1")
SEEDS = 1


def parser() -> Parser:
    """Return the command line."""
    made = Parser(PROG, __doc__)
    made.add_argument("--model", nargs="+", required=True, help="NAME, NAME:fair or NAME:as_published, …")
    made.add_argument("--out", type=Path, help="JSON file")
    sweep_flags(made, SEEDS)
    return made


def main(arguments: list[str]) -> int:
    """Read the arguments, run the suite; return the exit status."""
    return stoppable_command(PROG, parser().parse_args(arguments), run)


def run(chosen: argparse.Namespace) -> None:
    """Judge every model, print a table and write the results; raises SmartGuardError before that."""
    results.check_writable(chosen.out)
    found = {entrant.label: entrant for model in chosen.model for entrant in entrants(model)}
    home = datasets.judgeable(chosen.dataset, chosen.data)
    engine, store = engine_and_store(chosen)
    if home.absent:
        print(f"{home.name} has no {datasets.listed(home.absent)}", file=sys.stderr)
    cells = [row_of(entrant).cells(home, chosen.seeds) for entrant in found.values()]
    every = [cell for of_model in cells for cell in of_model]
    finished = run_cells(engine, measured, home, every, store=store, what=f"{PROG} {home.name}")
    records = iter(finished.records)
    judged = [[next(records) for _ in of_model] for of_model in cells]
    result: dict[str, Any] = {
        "suite": "paper",
        "dataset": home.name,
        "seeds": list(chosen.seeds),
        "absent": list(home.absent),
        "models": {
            label: results.over_seeds(of_model if len(of_model) > 1 else of_model * len(chosen.seeds))
            for label, of_model in zip(found, judged, strict=True)
        },
    }
    print(table(result))
    if chosen.out is not None:
        results.write(chosen.out, result)


def row_of(entrant: Entrant) -> Row:
    """Return the cells' row of an entrant; the authors' procedures have but one seed."""
    seeds = (PUBLISHED_SEED,) if entrant.authors else None
    return Row(entrant.label, "", entrant.kind.name, entrant.options, bool(entrant.authors), seeds=seeds)


def table(result: dict[str, Any]) -> str:
    """Write the results as a Markdown table: means over the seeds."""
    lines = [
        f"| {result['dataset']} | type | {' | '.join(SHOWN)} |",
        f"|---|---|{'---|' * len(SHOWN)}",
    ]
    for label, record in result["models"].items():
        for kind, metrics in record["types"].items():
            means = [mean_of(metrics[name]) for name in SHOWN]
            lines.append(f"| {label} | {kind} | {' | '.join(f'{mean:.4f}' for mean in means)} |")
    lines += ["", "| model | training, processor s | peak memory, MB |", "|---|---|---|"]
    for label, record in result["models"].items():
        costs = [mean_of(record[name]) for name in ("train_cpu_s", "peak_mb")]
        lines.append(f"| {label} | {' | '.join(f'{cost:.1f}' for cost in costs)} |")
    return "\n".join(lines)
