"""What a figure consists of, and the trainings that figures share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ...datasets import HomeData
from ...engines import Record, Work
from ...metrics import interval
from ...smartguard import SmartGuard, SmartGuardOptions
from ...sweeps.judged import cell_of
from . import FIGURES

Seeds: TypeAlias = Sequence[int]

EPOCHS = 40
PATIENCE = 8
PAPERS = replace(SmartGuard.published, batch=64, epochs=EPOCHS, patience=PATIENCE)
"""The paper's model as it is described, in sight and with NWRL, but in steps of 64: AN's 830 windows are no
more than two steps of 512 an epoch."""
OURS = SmartGuardOptions(epochs=EPOCHS)
"""Our defaults: every behavior is judged while it is hidden."""
SETTINGS: dict[str, SmartGuardOptions] = {"paper": PAPERS, "ours": OURS}
SWEEP_EPOCHS = 25
SWEEPS = {name: replace(options, epochs=SWEEP_EPOCHS) for name, options in SETTINGS.items()}
"""For the grids of Figures 7 and 9, so that they take no hours."""
CALLED = {"paper": "the paper's model, judged in sight", "ours": "ours, judged hidden"}


@dataclass(frozen=True)
class Study:
    """One figure.

    plan: the cells for a home and some seeds. work: computes a cell. sum_up: from cells and their records to
    what the result file holds. draw: the picture of a result. words: its table in Markdown. claim: what the
    paper says of it. verdict: what our numbers say of that, in a sentence or two.
    alone: cells measure time and memory, so each runs in a process of its own and by itself.
    """

    title: str
    plan: Callable[[HomeData, Seeds], list[Record]]
    work: Work
    sum_up: Callable[[list[Record], list[Record]], Record]
    draw: Callable[[Record], Figure]
    words: Callable[[Record], str]
    claim: str
    verdict: Callable[[Record], str]
    alone: bool = False


def study_of(name: str) -> Study:
    """Return a figure by its name."""
    found: Study = import_module(f"{__package__}.{FIGURES[name]}").STUDY
    return found


def per_setting(
    home: HomeData, seeds: Seeds, settings: dict[str, SmartGuardOptions] = SETTINGS
) -> list[Record]:
    """Return one cell for each setting and seed."""
    return [
        {"setting": name, **cell_of(home, SmartGuard, options, seed)}
        for name, options in settings.items()
        for seed in seeds
    ]


def of_setting(name: str, cells: list[Record], records: list[Record]) -> list[Record]:
    """Return the records of one setting."""
    return [record for cell, record in zip(cells, records, strict=True) if cell["setting"] == name]


def rounded(values: ArrayLike) -> Any:
    """Return numbers for a result file: nested lists of four digits after the point."""
    return np.round(np.asarray(values, np.float64), 4).tolist()


def band(rows: Sequence[Sequence[float]]) -> Record:
    """Return mean and 95 % interval at each place of rows, one row for each seed."""
    points = [interval(list(column)) for column in zip(*rows, strict=True)]
    low, high = zip(*(ends for _, ends in points), strict=True)
    return {"mean": rounded([mean for mean, _ in points]), "low": rounded(low), "high": rounded(high)}


def spread(values: Sequence[float]) -> Record:
    """Return mean, 95 % interval and values over the seeds."""
    mean, ends = interval(list(values))
    return {"mean": round(mean, 4), "ci95": rounded(ends), "values": rounded(values)}


def said(value: Record) -> str:
    """Write a mean with the half of its interval, where there are several seeds."""
    if len(value["values"]) < 2:
        return f"{value['mean']:.3f}"
    half = (value["ci95"][1] - value["ci95"][0]) / 2
    return f"{value['mean']:.3f} ± {half:.3f}"


def holds(truth: bool) -> str:
    """Say whether a claim holds."""
    return "holds" if truth else "does not hold"


def mean_over_types(record: Record, metric: str) -> float:
    """Return the mean of a metric over the types of anomalies of a judged record."""
    return float(np.mean([metrics[metric] for metrics in record["types"].values()]))
