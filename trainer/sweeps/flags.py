"""The flags that sweeps and figures share."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from ..detector import OptionError
from ..engines import ENGINES, Engine, engine_of
from ..paper.flags import Parser, guarded, one_of, whole
from .store import DEFAULT, Store

STOPPED = 130
"""The exit status of what was stopped by hand."""
MOST_SEEDS = 1000


def seeds(text: str) -> tuple[int, ...]:
    """Read how many seeds, from 0 on, or which ones, with commas between them."""
    parts = text.split(",")
    if not all(part.isdecimal() for part in parts) or (len(parts) == 1 and not int(text)):
        raise argparse.ArgumentTypeError(f"expected how many seeds (3) or which (0,1,2), got {text!r}")
    if len(parts) == 1 and int(text) > MOST_SEEDS:
        raise argparse.ArgumentTypeError(f"expected at most {MOST_SEEDS} seeds, got {text}")
    chosen = tuple(range(int(text))) if len(parts) == 1 else tuple(int(part) for part in parts)
    if len(set(chosen)) < len(chosen):
        raise argparse.ArgumentTypeError(f"expected each seed once, got {text!r}")
    return chosen


def spelled(chosen: Sequence[int]) -> str:
    """Write seeds as `--seeds` reads them; one alone can only be the first."""
    return ",".join(map(str, chosen)) if len(chosen) > 1 else "1"


def sweep_flags(parser: Parser, most_seeds: int) -> None:
    """Add what says which home, which seeds, where to compute, and where finished cells are kept."""
    parser.add_argument("--dataset", required=True, help="NAME of smartguard_NAME.npz")
    parser.add_argument("--data", type=Path, help="folder of the data sets")
    parser.add_argument(
        "--seeds", type=seeds, default=tuple(range(most_seeds)), help=f"how many or which ({most_seeds})"
    )
    add = parser.add_argument_group("where it is computed").add_argument
    add("--engine", type=one_of(*ENGINES), default="local", help=f"{', '.join(ENGINES)} (local)")
    add("--workers", type=whole(1), help="processes at once (one for each processor)")
    add("--cells", type=Path, default=DEFAULT, help="folder of finished cells, from which it goes on")
    add("--fresh", action="store_true", help="compute every cell anew, as after a change of the code")


def stoppable_command(
    prog: str, chosen: argparse.Namespace, run: Callable[[argparse.Namespace], None]
) -> int:
    """Run a command that may be stopped; return the exit status."""
    try:
        return guarded(prog, lambda: run(chosen))
    except KeyboardInterrupt:
        return STOPPED


def engine_and_store(chosen: argparse.Namespace) -> tuple[Engine, Store]:
    """Return what the flags chose; raises OptionError."""
    there = next(path for path in (chosen.cells, *chosen.cells.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise OptionError(f"expected a folder that can be written for --cells, got {chosen.cells}")
    return engine_of(chosen.engine, chosen.workers or os.cpu_count()), Store(chosen.cells, fresh=chosen.fresh)
