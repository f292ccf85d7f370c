"""`python -m trainer figure NAME`: one of the paper's figures on one home: JSON and a picture."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ... import datasets, results
from ...detector import OptionError
from ...engines import Engine, Record
from ...engines.local import LocalProcesses
from ...report import DOCS, RESULTS
from ...sweeps.flags import engine_and_store, stoppable_command, sweep_flags
from ...sweeps.run import run_cells
from ..flags import Parser, one_of, whole
from . import FIGURES
from .plots import save, styled
from .study import study_of

PROG = "trainer figure"
SEEDS = 3


def parser() -> Parser:
    """Return the command line."""
    made = Parser(PROG, __doc__)
    made.add_argument("name", type=one_of(*FIGURES, "all"), help=f"{', '.join(FIGURES)}, or all of them")
    made.add_argument("--out", type=Path, help="JSON file (trainer/results/figure_NAME_DATASET.json)")
    made.add_argument("--plot", type=Path, help="PNG file (docs/images/figure_NAME_DATASET.png)")
    made.add_argument("--epochs", type=whole(1), help="at most, in place of the figure's own")
    sweep_flags(made, SEEDS)
    return made


def main(arguments: list[str]) -> int:
    """Read the arguments, make the figures; return the exit status."""
    return stoppable_command(PROG, parser().parse_args(arguments), run)


def run(chosen: argparse.Namespace) -> None:
    """Make what is asked for; raises SmartGuardError."""
    names = list(FIGURES) if chosen.name == "all" else [chosen.name]
    if len(names) > 1 and (chosen.out or chosen.plot):
        raise OptionError("expected --out and --plot for one figure, got them with all")
    for name in names:
        stem = f"figure_{name}_{chosen.dataset}"
        out = chosen.out or RESULTS / f"{stem}.json"
        plot = chosen.plot or DOCS / "images" / f"{stem}.png"
        results.check_writable(out)
        results.check_writable(plot, "--plot")
        make(name, chosen, out, plot)


def make(name: str, chosen: argparse.Namespace, out: Path, plot: Path) -> None:
    """Compute one figure's cells and write its two files."""
    study = study_of(name)
    home = datasets.judgeable(chosen.dataset, chosen.data)
    engine, store = engine_and_store(chosen)
    if study.alone:
        engine = alone()
    cells = [shortened(cell, chosen.epochs) for cell in study.plan(home, chosen.seeds)]
    finished = run_cells(engine, study.work, home, cells, store=store, what=f"figure {name} of {home.name}")
    named = {"figure": name, "dataset": home.name, "seeds": list(chosen.seeds)}
    result = {**named, **finished.costs, **study.sum_up(cells, finished.records)}
    with styled():
        save(study.draw(result), plot)
    results.write(out, result)
    print(study.words(result))
    for path in (out, plot):
        print(os.path.relpath(path))


def shortened(cell: Record, epochs: int | None) -> Record:
    """Return a cell with other epochs, where it has any and others are asked for."""
    if epochs is None or "epochs" not in cell["options"]:
        return cell
    return {**cell, "options": {**cell["options"], "epochs": epochs}}


def alone() -> Engine:
    """Return the engine for time and memory: a fresh process for each cell, one at a time."""
    return LocalProcesses(1, fresh=True)
