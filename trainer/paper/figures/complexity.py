"""Complexity: parameters, time and memory of every detector, measured in the same run (paper, appendix)."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from custom_components.smartguard.core.windows import Windows

from ...authors import Authors, AuthorsOptions
from ...datasets import HomeData
from ...detector import Detector, Options, detectors, named
from ...engines import Record
from ...memory import peak_growth_mb
from ...smartguard import SmartGuard
from ...sweeps.judged import cell_of, options_in
from .plots import BLUE, ORANGE, sheet
from .study import PAPERS, Seeds, Study, spread

FEW_EPOCHS = 3
ALONE = 40
"""Windows that are judged one at a time."""
PANELS = {
    "train_s": "training, processor s",
    "score_ms": "judging one window alone, ms",
    "score_batch_ms": "judging one window among all, ms",
    "train_mb": "peak memory of training, MB",
    "score_mb": "peak memory of judging, MB",
}


def plan(home: HomeData, seeds: Seeds) -> list[Record]:
    """Return one cell for each detector as it comes, and SmartGuard in the paper's way, for each seed.

    The authors' code at their size learns for a few epochs only: all of them take minutes.
    """
    few = (f"Authors, {FEW_EPOCHS} epochs", Authors, AuthorsOptions(epochs=FEW_EPOCHS))
    entries: list[tuple[str, type[Detector], Options]] = [
        few if kind is Authors else (name, kind, kind.options_type())
        for name, kind in sorted(detectors().items())
    ]
    entries.append(("SmartGuard, in sight", SmartGuard, PAPERS))
    return [
        {"label": label, **cell_of(home, kind, options, seed)}
        for label, kind, options in entries
        for seed in seeds
    ]


def seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds that `work` takes, which a busy machine leaves as they are."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(home: HomeData, cell: Record) -> Record:
    """Train and judge in this process, which is a fresh one."""
    training, validation = home.learnable()
    kind = named(cell["model"])
    detector = kind(len(home.vocabulary), cell["seed"], options_in(cell))
    judged = home.split("test") if "test" in home.splits else validation
    times: list[float] = []
    train_mb = peak_growth_mb(lambda: times.append(seconds(lambda: detector.fit(training, validation))))
    score_mb = peak_growth_mb(lambda: times.append(seconds(lambda: detector.score(judged))))
    return {
        "parameters": detector.parameters(),
        "train_s": times[0],
        "score_ms": one_by_one(detector, judged),
        "score_batch_ms": 1e3 * times[1] / len(judged),
        "train_mb": train_mb,
        "score_mb": score_mb,
    }


def one_by_one(detector: Detector, windows: Windows) -> float:
    """Return the median time to judge one window alone, in ms."""
    each = [windows.take(slice(i, i + 1)) for i in range(min(ALONE, len(windows)))]
    return 1e3 * float(np.median([seconds(lambda one=one: detector.score(one)) for one in each]))  # type: ignore[misc]


def sum_up(cells: list[Record], records: list[Record]) -> Record:
    """Return means over the seeds; what could not be counted is left out."""
    rows: Record = {}
    for label in dict.fromkeys(cell["label"] for cell in cells):
        group = [r for cell, r in zip(cells, records, strict=True) if cell["label"] == label]
        rows[label] = {"parameters": group[0]["parameters"]} | {
            panel: spread([record[panel] for record in group])
            for panel in PANELS
            if group[0][panel] is not None
        }
    return {"detectors": rows}


def draw(result: Record) -> Figure:
    """Draw one panel for each measure, one bar for each detector."""
    figure, axes = sheet(1, len(PANELS), 16.0, 4.8, sharey=True)
    for place, (panel, title) in zip(axes[0], PANELS.items(), strict=True):
        bars(place, {name: row[panel]["mean"] for name, row in result["detectors"].items() if panel in row})
        place.set_xlabel(title)
    return figure


def bars(place: Axes, values: dict[str, float]) -> None:
    """Draw bars on a logarithmic scale with their numbers; SmartGuard's in another color."""
    colors = [ORANGE if name.startswith("SmartGuard") else BLUE for name in values]
    least = 10 ** np.floor(np.log10(max(1e-3, min(values.values(), default=1e-3))))
    place.barh(list(values), [max(value, least) for value in values.values()], color=colors)
    place.set_xscale("log")
    place.set_xlim(least, max(least, *values.values()) * 12)
    for at, value in enumerate(values.values()):
        place.text(max(value, least) * 1.15, at, digits(value), va="center")
    place.grid(axis="y", visible=False)
    place.invert_yaxis()


def digits(value: float) -> str:
    """Write a number with three digits, or all of a large one's."""
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def words(result: Record) -> str:
    """Write every number down."""
    lines = [f"| detector | parameters | {' | '.join(PANELS.values())} |", f"|---|---|{'---|' * len(PANELS)}"]
    for name, row in result["detectors"].items():
        told = [digits(row[panel]["mean"]) if panel in row else "–" for panel in PANELS]
        lines.append(f"| {name} | {row['parameters']:,} | {' | '.join(told)} |")
    return "\n".join(lines)


def verdict(result: Record) -> str:
    """Compare the time of one window with the paper's."""
    rows = {name: row for name, row in result["detectors"].items() if name.startswith("SmartGuard")}
    told = ", ".join(f"{name}: {row['score_ms']['mean']:.1f} ms" for name, row in rows.items())
    return f"{told}; d = 64, one thread. Hidden judging runs a window once for each behavior."


STUDY = Study(
    "Complexity and time",
    plan,
    measure,
    sum_up,
    draw,
    words,
    "One window takes 14.5 ms on average.",
    verdict,
    alone=True,
)
