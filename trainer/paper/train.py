"""`python -m trainer train`: one model on one home, with the flags of the paper's own README."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from custom_components.smartguard.core.embedding import LEVELS
from custom_components.smartguard.core.masking import STRATEGIES

from .. import datasets, results
from ..detector import OptionError
from ..smartguard import CLOCKS, SCORINGS, WEIGHTINGS
from .flags import Parser, bar, done, guarded, number, one_of, whole, words
from .judge import entrants, measure

PROG = "trainer train"


def parser() -> Parser:
    """Return the command line; a flag that is not given is left to the model."""
    made = Parser(PROG, __doc__)
    made.add_argument("--dataset", required=True, help="NAME of smartguard_NAME.npz")
    made.add_argument("--model", required=True, help="SmartGuard, Reference or a baseline; NAME:as_published")
    made.add_argument(
        "--attack", help="one type of anomaly, SD, MD, DM, DD or another of the home; all if left out"
    )
    made.add_argument("--data", type=Path, help="folder of the data sets")
    made.add_argument("--seed", type=whole(0), default=0)
    made.add_argument("--out", type=Path, help="JSON file")
    chosen = made.add_argument_group("of the model").add_argument
    kept: dict[str, Any] = {"default": argparse.SUPPRESS}
    chosen("--mask_strategy", type=one_of(*STRATEGIES), help="of LDMS", **kept)
    chosen("--mask_ratio", type=number(0.01, 1), help="r", **kept)
    chosen("--mask_step", type=whole(0), help="N, epochs without a mask", **kept)
    chosen("--layer", type=whole(1), help="L encoder and L decoder layers", **kept)
    chosen("--batch", type=whole(1), **kept)
    chosen("--embedding", type=whole(1), help="d", **kept)
    chosen("--epochs", type=whole(1), **kept)
    chosen("--patience", type=whole(1), help="epochs without a better one", **kept)
    chosen(
        "--ttpe",
        type=words(*LEVELS),
        help="levels of time that are read: order,hour,day,duration or none",
        **kept,
    )
    chosen("--scoring", type=one_of(*SCORINGS), help="judge a behavior in sight or hidden", **kept)
    chosen(
        "--weighting", type=one_of(*WEIGHTINGS), help="of the losses of a window; nwrl is the paper's", **kept
    )
    chosen("--mu", type=number(1e-9, 1e9), help="of NWRL", **kept)
    chosen("--time", type=number(0, 0.9), help="share of times that are hidden and judged as well", **kept)
    chosen("--clock", type=one_of(*CLOCKS), help="times hidden one by one, or all at once", **kept)
    chosen("--rate", type=number(1e-6, 1), help="of learning, at first", **kept)
    chosen("--final_rate", type=number(0, 1), help="share of it that is left in the end", **kept)
    chosen("--returns", type=switch, help="on or off", **kept)
    chosen("--typical", type=switch, help="on or off", **kept)
    chosen("--bounded", type=switch, help="on or off", **kept)
    return made


def switch(text: str) -> bool:
    """Read on or off."""
    return one_of("on", "off")(text) == "on"


def main(arguments: list[str]) -> int:
    """Read the flags, train, judge, print or write the result; return the exit status."""
    given = vars(parser().parse_args(arguments))
    common = {name: given.pop(name) for name in ("dataset", "model", "attack", "data", "seed", "out")}
    return guarded(PROG, lambda: run(common, given))


def run(common: dict[str, Any], chosen: dict[str, Any]) -> None:
    """Judge one entrant; raises SmartGuardError before anything is written."""
    results.check_writable(common["out"])
    name = common["model"]
    entrant = entrants(name if ":" in name else f"{name}:fair", chosen)[0]
    home = datasets.judgeable(common["dataset"], common["data"])
    kinds = home.kinds if common["attack"] is None else (common["attack"],)
    if not set(kinds) <= set(home.kinds):
        raise OptionError(f"expected --attack of {datasets.listed(home.kinds)}, got {common['attack']!r}")
    record = measure(home, entrant, common["seed"], kinds, bar(entrant.label))
    done(entrant.label, f"learned in {record['train_s']:.1f} s, {record['peak_mb']:.0f} MB at most")
    result = {"dataset": home.name, "seed": common["seed"], "model": entrant.label, **record}
    if common["out"] is None:
        print(json.dumps(result, indent=1))
    else:
        results.write(common["out"], result)
