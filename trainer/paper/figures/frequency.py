"""Figure 1: rare behaviors are hard to learn: loss against the number of occurrences (paper, 1)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import spearmanr

from ...datasets import HomeData
from ...engines import Record
from .course import plan as plan_strategies, watch
from .courses import by_strategy
from .plots import BLUE, RED, sheet
from .study import Seeds, Study, holds, rounded

PANELS = {
    "in_sight": ("none", "plain autoencoder, in sight (as in the paper)", RED),
    "hidden": ("loss_sampled", "mask drawn by loss, judged hidden (ours)", BLUE),
}
BINS = 8
SURELY = -0.5


def plan(home: HomeData, seeds: Seeds) -> list[Record]:
    """Return the cells without a mask and with ours."""
    return plan_strategies(home, seeds, tuple(strategy for strategy, *_ in PANELS.values()))


def sum_up(cells: list[Record], records: list[Record]) -> Record:
    """Return occurrences and loss of each control, and how their ranks go together."""
    groups = by_strategy(cells, records)
    found: Record = {"occurrences": records[0]["occurrences"]}
    for how, (strategy, *_) in PANELS.items():
        losses = np.mean([record["losses"][how] for record in groups[strategy]], axis=0)
        rank = np.nan_to_num(spearmanr(found["occurrences"], losses).statistic)
        found[how] = {"losses": rounded(losses), "spearman": rounded(rank)}
    return found


def draw(result: Record) -> Figure:
    """Draw every control, and the median of controls that are about equally frequent."""
    figure, axes = sheet(1, 2, 11.0, 4.4)
    for place, (how, (_, title, color)) in zip(axes[0], PANELS.items(), strict=True):
        scattered(place, np.array(result["occurrences"]), np.array(result[how]["losses"]), color)
        place.set_title(f"{title}\nrank correlation {result[how]['spearman']:.2f}", loc="left")
        place.set_xlabel("occurrences in the training windows")
    axes[0, 0].set_ylabel("mean loss of the control, nats")
    return figure


def scattered(place: Axes, occurrences: np.ndarray, losses: np.ndarray, color: str) -> None:
    """Draw dots, and a line through the medians of equally large groups."""
    place.scatter(occurrences, losses, s=26, color=color, alpha=0.55, linewidths=0, label="one control")
    groups = np.array_split(np.argsort(occurrences, kind="stable"), BINS)
    medians = [(np.median(occurrences[group]), np.median(losses[group])) for group in groups if len(group)]
    place.plot(
        *zip(*medians, strict=True), color="#222222", marker="s", markersize=5, label="median of an eighth"
    )
    place.set_xscale("log")
    place.set_ylim(bottom=0)
    place.legend()


def words(result: Record) -> str:
    """Compare the rarest quarter with the most frequent one."""
    order = np.argsort(result["occurrences"], kind="stable")
    quarter = max(1, len(order) // 4)
    lines = ["| judged | rarest quarter | most frequent quarter | rank correlation |", "|---|---|---|---|"]
    for how, (_, title, _) in PANELS.items():
        losses = np.array(result[how]["losses"])
        rare, frequent = losses[order[:quarter]].mean(), losses[order[-quarter:]].mean()
        lines.append(f"| {title} | {rare:.3f} | {frequent:.3f} | {result[how]['spearman']:.2f} |")
    return "\n".join(lines)


def verdict(result: Record) -> str:
    """Say whether rare controls lose more."""
    in_sight, hidden = (result[how]["spearman"] for how in PANELS)
    reason = "; what is frequent is not always easy to foresee" if hidden >= SURELY else ""
    return (
        f"In sight this {holds(in_sight < SURELY)} (rank correlation {in_sight:.2f}). Of what a network "
        f"expects of a hidden behavior it {holds(hidden < SURELY)} ({hidden:.2f}): seen losses are near zero "
        f"for all, because the network copies what it is shown{reason}."
    )


STUDY = Study(
    "Loss against frequency",
    plan,
    watch,
    sum_up,
    draw,
    words,
    "The fewer occurrences a behavior has, the higher is its reconstruction loss.",
    verdict,
)
