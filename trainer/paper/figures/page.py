"""The page of the figures, made from their result files."""

from __future__ import annotations

import json
from pathlib import Path

from ...engines import Record
from ...sweeps.flags import spelled
from . import FIGURES
from .study import Study, study_of

INTRO = """# The paper's figures

Each figure of the paper that shows data, made again with the NumPy core at d = 64 (unless swept), in steps of
64 windows. *The paper's model* is what the paper describes: loss-guided mask, judged in sight, NWRL with
μ = 0.1. *Ours* draws the mask by loss and judges every behavior while it is hidden. Intervals: 95 % over the
seeds; at most 40 epochs, 25 in Figures 7 and 9. What was tried, failures included, is in
[experiments](experiments.md).

`scripts/trainer figure all --dataset NAME` makes them for any home in the data format. A figure that was
stopped goes on where it was. `--engine ray` computes it on Ray: one of this machine, or the cluster of
`RAY_ADDRESS`. `scripts/trainer sweep --dataset an --model SmartGuard --grid mask_ratio=0.2,0.4 layer=1,2`
searches any other grid in the same ways.

"""


def page(results: Path) -> str:
    """Return the page: every figure that has results, in the paper's order, home by home."""
    return INTRO + "\n".join(section(name, found) for name in FIGURES if (found := read(results, name)))


def read(results: Path, name: str) -> list[Record]:
    """Return a figure's results, one for each home."""
    paths = sorted(results.glob(f"figure_{name}_*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def section(name: str, found: list[Record]) -> str:
    """Write a figure's section."""
    study = study_of(name)
    title = f"Figure {name}: {study.title}" if name.isdecimal() else study.title
    return f"## {title}\n\nThe paper: {study.claim}\n\n" + "\n".join(home(name, study, one) for one in found)


def home(name: str, study: Study, result: Record) -> str:
    """Write what one home shows."""
    dataset, seeds = result["dataset"], spelled(result["seeds"])
    minutes = result["seconds"] / 60
    return f"""### {dataset.upper()}

{study.verdict(result)}

![{study.title}, {dataset.upper()}](images/figure_{name}_{dataset}.png)

{study.words(result)}

`scripts/trainer figure {name} --dataset {dataset} --seeds {seeds}` · {minutes:.1f} minutes of one core
"""
