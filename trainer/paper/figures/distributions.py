"""Figure 15: how the losses of the controls are distributed after training under each strategy (appendix)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...engines import Record
from .course import STRATEGIES, plan, watch
from .courses import COLORS, by_strategy
from .plots import sheet
from .study import Study, holds, rounded

HOW = {"in_sight": "loss in sight (what the paper draws)", "hidden": "loss while hidden (what is judged)"}
QUANTILES = (0.5, 0.9, 0.99)


def sum_up(cells: list[Record], records: list[Record]) -> Record:
    """Return the loss of each control that occurs in training, sorted, mean over the seeds."""
    found: Record = {}
    for strategy, group in by_strategy(cells, records).items():
        means = {how: np.mean([record["losses"][how] for record in group], axis=0) for how in HOW}
        found[strategy] = {how: rounded(np.sort(mean)) for how, mean in means.items()}
    return {"strategies": found}


def draw(result: Record) -> Figure:
    """Draw a violin, its median and every control as a dot, for each strategy."""
    figure, axes = sheet(1, 2, 12.0, 5.0)
    for place, (how, title) in zip(axes[0], HOW.items(), strict=True):
        violins(place, {s: np.array(losses[how]) for s, losses in result["strategies"].items()})
        place.set_title(title, loc="left")
        place.set_xlabel("mean loss of a control, nats")
    axes[0, 1].set_yticklabels([])
    return figure


def violins(place: Axes, rows: dict[str, np.ndarray]) -> None:
    """Draw one distribution above the other."""
    names = list(rows)
    rng = np.random.default_rng(0)
    for at, strategy in enumerate(names):
        losses, color = rows[strategy], COLORS[strategy]
        body = place.violinplot(
            losses, positions=[-at], orientation="horizontal", widths=0.9, showextrema=False
        )
        body["bodies"][0].set(facecolor=color, alpha=0.25)  # type: ignore[index]
        height = -at + rng.uniform(-0.12, 0.12, len(losses))
        place.scatter(losses, height, s=9, color=color, alpha=0.6, linewidths=0)
        place.plot([np.median(losses)] * 2, [-at - 0.3, -at + 0.3], color=color, linewidth=3)
    place.set_yticks([-at for at in range(len(names))], [STRATEGIES[s].split(",")[0] for s in names])
    place.set_xlim(left=0)
    place.grid(axis="y", visible=False)


def words(result: Record) -> str:
    """Write quantiles of the distributions down."""
    lines = [
        "| strategy | judged | median | 90 % | 99 % | variance |",
        "|---|---|---|---|---|---|",
    ]
    for strategy, losses in result["strategies"].items():
        for how in HOW:
            values = [*np.quantile(losses[how], QUANTILES), np.var(losses[how])]
            told = " | ".join(f"{value:.3f}" for value in values)
            lines.append(f"| {STRATEGIES[strategy]} | {how.replace('_', ' ')} | {told} |")
    return "\n".join(lines)


def verdict(result: Record) -> str:
    """Say where LDMS stands among the paper's strategies."""
    told = []
    for how, called in (("in_sight", "in sight"), ("hidden", "hidden")):
        means = {name: float(np.mean(losses[how])) for name, losses in result["strategies"].items()}
        papers = {name: mean for name, mean in means.items() if name != "loss_sampled"}
        rank = sorted(papers, key=papers.__getitem__).index("loss_guided") + 1
        told.append(
            f"{called} LDMS is number {rank} of the paper's four by mean loss ({means['loss_guided']:.3f})"
        )
    return (
        f"This {holds('number 1' in told[0])} in sight: {'; '.join(told)}. Drawing by loss comes to "
        f"{np.mean(result['strategies']['loss_sampled']['hidden']):.3f} hidden."
    )


STUDY = Study(
    "Distribution of the losses under the mask strategies",
    plan,
    watch,
    sum_up,
    draw,
    words,
    "LDMS shows the smallest reconstruction loss and variance; a few behaviors keep a high loss: noise. "
    "(The paper "
    "draws SP.)",
    verdict,
)
