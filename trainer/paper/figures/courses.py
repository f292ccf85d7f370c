"""Figure 6: loss and variance over the controls, epoch by epoch, under each mask strategy (paper, 4.2)."""

from __future__ import annotations

from matplotlib.figure import Figure

from ...engines import Record
from .course import STRATEGIES, plan, watch
from .plots import BLACK, BLUE, GREEN, ORANGE, RED, banded, sheet
from .study import Study, band, holds

COLORS = dict(zip(STRATEGIES, (BLACK, ORANGE, GREEN, RED, BLUE), strict=True))
PANELS = {
    "mean": "loss in training, mean over controls",
    "variance": "loss in training, variance over controls",
    "hidden_mean": "loss while hidden (validation), mean",
    "hidden_variance": "loss while hidden (validation), variance",
}


def by_strategy(cells: list[Record], records: list[Record]) -> dict[str, list[Record]]:
    """Group records by the strategy of their cells."""
    groups: dict[str, list[Record]] = {}
    for cell, record in zip(cells, records, strict=True):
        groups.setdefault(cell["options"]["mask_strategy"], []).append(record)
    return groups


def sum_up(cells: list[Record], records: list[Record]) -> Record:
    """Return each strategy's courses, with their intervals over the seeds."""
    return {
        "strategies": {
            strategy: {panel: band([record["course"][panel] for record in group]) for panel in PANELS}
            for strategy, group in by_strategy(cells, records).items()
        }
    }


def draw(result: Record) -> Figure:
    """Draw the four courses, one line for each strategy."""
    figure, axes = sheet(2, 2, 10.5, 7.4, sharex=True)
    for panel, place in zip(PANELS.items(), axes.flat, strict=True):
        name, title = panel
        for strategy, courses in result["strategies"].items():
            epochs = range(1, len(courses[name]["mean"]) + 1)
            banded(place, epochs, courses[name], color=COLORS[strategy], label=STRATEGIES[strategy])
        place.set_title(title, loc="left")
        place.set_ylim(bottom=0)
        place.set_ylabel("nats²" if "variance" in name else "nats")
    for place in axes[1]:
        place.set_xlabel("epoch")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def words(result: Record) -> str:
    """Tell how the courses end."""
    lines = ["| last epoch | mean | variance | hidden mean | hidden variance |", "|---|---|---|---|---|"]
    for strategy, courses in result["strategies"].items():
        ends = [f"{courses[panel]['mean'][-1]:.3f}" for panel in PANELS]
        lines.append(f"| {STRATEGIES[strategy]} | {' | '.join(ends)} |")
    return "\n".join(lines)


def lowest(values: dict[str, float]) -> str:
    """Name the strategy with the lowest value, and the value."""
    strategy = min(values, key=lambda name: values[name])
    return f"{STRATEGIES[strategy]} ({values[strategy]:.3f})"


def verdict(result: Record) -> str:
    """Say which strategy ends with the lowest variance."""
    ends = {
        panel: {strategy: courses[panel]["mean"][-1] for strategy, courses in result["strategies"].items()}
        for panel in PANELS
    }
    ldms = ends["variance"]["loss_guided"]
    papers = {name: value for name, value in ends["variance"].items() if name != "loss_sampled"}
    return (
        f"Among the paper's four strategies this {holds(ldms == min(papers.values()))} for the loss in "
        "training: the "
        f"lowest variance has {lowest(papers)}, LDMS has {ldms:.3f}. While hidden, on windows that were "
        "not learned "
        f"from, {lowest(ends['hidden_variance'])} has the lowest variance and "
        f"{lowest(ends['hidden_mean'])} the "
        f"lowest loss; LDMS has {ends['hidden_mean']['loss_guided']:.3f} nats."
    )


STUDY = Study(
    "Loss and its variance under the mask strategies",
    plan,
    watch,
    sum_up,
    draw,
    words,
    "Without a mask the loss falls fastest; LDMS ends with the lowest variance. (The paper draws SP, which "
    "is not "
    "among our data.)",
    verdict,
)
