"""`python -m trainer table NAME`: one of the paper's tables on one home, beside its numbers."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ... import datasets, results
from ...engines.local import LocalProcesses
from ...report import RESULTS
from ...sweeps.flags import engine_and_store, stoppable_command, sweep_flags
from ...sweeps.run import run_cells
from ...sweeps.store import Store
from ..flags import Parser, one_of
from . import TABLES
from .plan import plan_of, sum_up

PROG = "trainer table"
SEEDS = 5


def parser() -> Parser:
    """Return the command line."""
    made = Parser(PROG, __doc__)
    made.add_argument(
        "name", type=one_of(*TABLES), help="; ".join(f"{name}: {what}" for name, (_, what) in TABLES.items())
    )
    made.add_argument("--out", type=Path, help="JSON file (trainer/results/table_NAME_DATASET.json)")
    sweep_flags(made, SEEDS)
    return made


def main(arguments: list[str]) -> int:
    """Read the arguments, make the table; return the exit status."""
    return stoppable_command(PROG, parser().parse_args(arguments), run)


def run(chosen: argparse.Namespace) -> None:
    """Compute what is not kept, write the result, print its section; raises SmartGuardError."""
    out = chosen.out or RESULTS / f"table_{chosen.name}_{chosen.dataset}.json"
    results.check_writable(out)
    plan = plan_of(chosen.name)
    home = datasets.judgeable(chosen.dataset, chosen.data)
    engine, store = engine_and_store(chosen)
    if plan.alone:
        engine, store = LocalProcesses(1, fresh=True), Store(chosen.cells, fresh=True)
    rows = plan.rows(home)
    cells = [row.cells(home, chosen.seeds) for row in rows]
    every = [cell for of_row in cells for cell in of_row]
    what = f"table {chosen.name} of {home.name}"
    finished = run_cells(engine, plan.work, home, every, store=store, what=what)
    found = iter(finished.records)
    records = [[next(found) for _ in of_row] for of_row in cells]
    result = {
        "table": chosen.name,
        "dataset": home.name,
        "seeds": list(chosen.seeds),
        **finished.costs,
        "rows": sum_up(rows, cells, records),
    }
    results.write(out, result)
    print(plan.words(result))
    print(os.path.relpath(out))
