"""`python -m trainer sweep`: a grid of options and seeds of one model on one home."""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path
from typing import Any

from .. import datasets, results
from ..datasets import HomeData
from ..detector import Detector, OptionError, Options
from ..engines import Engine, Record
from ..paper.flags import Parser
from ..paper.judge import entrants
from .flags import engine_and_store, stoppable_command, sweep_flags
from .judged import cell_of, judged, option_value
from .run import run_cells
from .store import Store

PROG = "trainer sweep"
SHOWN = ("f1", "fpr", "auroc", "recall_at_fpr_1")


def parser() -> Parser:
    """Return the command line."""
    made = Parser(PROG, __doc__)
    made.add_argument(
        "--model", required=True, help="NAME; NAME:as_published starts from the authors' options"
    )
    made.add_argument("--grid", nargs="+", required=True, metavar="OPTION=A,B", help="values of each option")
    made.add_argument("--out", type=Path, help="JSON file")
    sweep_flags(made, 3)
    return made


def main(arguments: list[str]) -> int:
    """Read the arguments, run the sweep; return the exit status."""
    return stoppable_command(PROG, parser().parse_args(arguments), run)


def run(chosen: argparse.Namespace) -> None:
    """Compute what is not kept, print a table, write the results; raises SmartGuardError."""
    results.check_writable(chosen.out)
    base = entrants(chosen.model)[0]
    grid = read_grid(base.kind, chosen.grid)
    points = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    settings = [entrants(chosen.model, point)[0].options for point in points]
    home = datasets.judgeable(chosen.dataset, chosen.data)
    engine, store = engine_and_store(chosen)
    merged, seconds = repeat(
        engine, store, home, base.kind, settings, chosen.seeds, what=f"sweep of {home.name}"
    )
    rows = [{"options": shown(point), **record} for point, record in zip(points, merged, strict=True)]
    named = {"sweep": base.label, "dataset": home.name, "seeds": list(chosen.seeds)}
    print(table(rows))
    if chosen.out is not None:
        results.write(chosen.out, {**named, "seconds": seconds, "rows": rows})


def read_grid(kind: type[Detector], texts: list[str]) -> dict[str, list[Any]]:
    """Read OPTION=A,B …; raises OptionError."""
    grid: dict[str, list[Any]] = {}
    for text in texts:
        name, given, values = text.partition("=")
        if not given or not values or name in grid:
            raise OptionError(f"expected each option once as OPTION=A,B for --grid, got {text!r}")
        grid[name] = [option_value(kind, name, value) for value in values.split(",")]
    return grid


def repeat(
    engine: Engine,
    store: Store,
    home: HomeData,
    kind: type[Detector],
    settings: list[Options],
    seeds: tuple[int, ...],
    *,
    what: str,
) -> tuple[list[Any], float]:
    """Judge each setting once for each seed; return its means over the seeds, and the seconds spent."""
    cells = [cell_of(home, kind, options, seed) for options in settings for seed in seeds]
    finished = run_cells(engine, judged, home, cells, store=store, what=what)
    groups = [finished.records[i : i + len(seeds)] for i in range(0, len(cells), len(seeds))]
    return [results.over_seeds(group) for group in groups], finished.seconds


def shown(point: dict[str, Any]) -> Record:
    """Return a point of the grid as JSON."""
    return {name: "+".join(value) if isinstance(value, tuple) else value for name, value in point.items()}


def table(rows: list[Record]) -> str:
    """Write the results as a Markdown table: means over the seeds and the types."""
    lines = [f"| options | {' | '.join(SHOWN)} |", f"|---|{'---|' * len(SHOWN)}"]
    for row in rows:
        every = [[mean_of(metrics[name]) for metrics in row["types"].values()] for name in SHOWN]
        said = " ".join(f"{name}={value}" for name, value in row["options"].items())
        lines.append(f"| {said} | {' | '.join(f'{sum(v) / len(v):.4f}' for v in every)} |")
    return "\n".join(lines)


def mean_of(value: Any) -> float:
    """Return a number, or the mean of one over seeds."""
    return float(value["mean"] if isinstance(value, dict) else value)
