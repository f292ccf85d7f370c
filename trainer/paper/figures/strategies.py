"""Figure 14: what each mask strategy detects, and the variance it ends with (paper, appendix)."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...engines import Record
from .course import STRATEGIES, plan, watch
from .courses import COLORS, by_strategy
from .plots import sheet
from .study import Study, said, spread

HOW = {"in_sight": "judged in sight, NWRL (the paper's way)", "hidden": "judged hidden, plain mean"}
METRIC = "f1"


def sum_up(cells: list[Record], records: list[Record]) -> Record:
    """Return F1 at the 95 % quantile by type, and the variance of the losses in the last epoch."""
    found: Record = {}
    for strategy, group in by_strategy(cells, records).items():
        kinds = group[0]["types"]["in_sight"]
        found[strategy] = {
            how: {kind: spread([record["types"][how][kind][METRIC] for record in group]) for kind in kinds}
            for how in HOW
        }
        for name in ("variance", "hidden_variance"):
            found[strategy][name] = spread([record["course"][name][-1] for record in group])
    return {"strategies": found}


def draw(result: Record) -> Figure:
    """Draw F1 by type in two ways of judging, and the variances."""
    figure, axes = sheet(1, 3, 13.5, 5.0, width_ratios=(2, 2, 1.1))
    found = result["strategies"]
    for place, how in zip(axes[0], HOW, strict=False):
        grouped_bars(
            place, {s: list(found[s][how].values()) for s in found}, list(next(iter(found.values()))[how])
        )
        place.set_title(HOW[how], loc="left")
        place.set_ylabel("F1 at the 95 % quantile")
        place.set_ylim(0, 1.02)
    names = ["in training", "hidden,\nvalidation"]
    grouped_bars(axes[0, 2], {s: [found[s]["variance"], found[s]["hidden_variance"]] for s in found}, names)
    axes[0, 2].set_title("variance at the end", loc="left")
    axes[0, 2].set_ylabel("nats²")
    axes[0, 2].set_ylim(bottom=0)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def grouped_bars(place: Axes, rows: dict[str, list[Any]], names: list[str]) -> None:
    """Draw one group of bars for each name, one bar for each strategy, with intervals."""
    width = 0.8 / len(rows)
    for i, (strategy, values) in enumerate(rows.items()):
        x = np.arange(len(names)) + (i - (len(rows) - 1) / 2) * width
        means = np.array([value["mean"] for value in values])
        half = np.array([(value["ci95"][1] - value["ci95"][0]) / 2 for value in values])
        place.bar(x, means, width * 0.92, color=COLORS[strategy], label=STRATEGIES[strategy])
        place.errorbar(x, means, half, fmt="none", ecolor="#444444", elinewidth=1)
    place.set_xticks(np.arange(len(names)), names)
    place.grid(axis="x", visible=False)


def words(result: Record) -> str:
    """Write every bar down."""
    found = result["strategies"]
    kinds = list(next(iter(found.values()))["in_sight"])
    lines = [
        f"| strategy | judged | {' | '.join(kinds)} | variance |",
        f"|---|---|{'---|' * (len(kinds) + 1)}",
    ]
    for strategy, record in found.items():
        for how, variance in (("in_sight", "variance"), ("hidden", "hidden_variance")):
            cells = [said(record[how][kind]) for kind in kinds] + [said(record[variance])]
            lines.append(f"| {STRATEGIES[strategy]} | {how.replace('_', ' ')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def verdict(result: Record) -> str:
    """Say for how many types LDMS is the best, and which strategy is when behaviors are judged hidden."""
    found = result["strategies"]
    papers = {name: record for name, record in found.items() if name != "loss_sampled"}
    kinds = list(found["loss_guided"]["in_sight"])
    first = [max(papers, key=lambda name: papers[name]["in_sight"][kind]["mean"]) for kind in kinds]
    means = {
        how: {
            name: float(np.mean([v["mean"] for v in record[how].values()])) for name, record in found.items()
        }
        for how in HOW
    }
    best = {how: max(values, key=values.__getitem__) for how, values in means.items()}
    told = [f"{STRATEGIES[best[how]]} with a mean F1 of {means[how][best[how]]:.3f}" for how in HOW]
    return (
        f"In sight LDMS is the best of the paper's four for {first.count('loss_guided')} of {len(kinds)} "
        "types. "
        f"Best on average: in sight {told[0]}; judged hidden {told[1]} (LDMS "
        f"{means['hidden']['loss_guided']:.3f})."
    )


STUDY = Study(
    "Detection and variance under the mask strategies",
    plan,
    watch,
    sum_up,
    draw,
    words,
    "LDMS outperforms the other strategies on all four types and has the smallest variance.",
    verdict,
)
