"""How the pictures look: one palette that color-blind people can tell apart, letters that can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...engines import Record

# Okabe and Ito's colors
BLACK, ORANGE, SKY, GREEN, BLUE, RED, PURPLE = (
    *("#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7"),
)
SETTING_COLORS = {"paper": RED, "ours": BLUE}
SETTING_MARKERS = {"paper": "o", "ours": "s"}
STYLE: dict[str, Any] = {
    "font.size": 10.5,
    "axes.titlesize": 11.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.7,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "figure.constrained_layout.use": True,
}
DOTS_PER_INCH = 110


def sheet(
    rows: int, columns: int, width: float = 10.0, height: float = 4.2, **chosen: Any
) -> tuple[Figure, Any]:
    """Return a figure and its axes, (rows, columns)."""
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, squeeze=False, **chosen)


def save(figure: Figure, path: Path) -> None:
    """Write a PNG, whole or not at all; the same figure gives the same file."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        figure.savefig(temporary, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def styled() -> Any:
    """Return a context in which figures look as they should."""
    return mpl.rc_context(STYLE)  # type: ignore[arg-type]


ASIDE = {"paper": 0.97, "ours": 1.03}


def points(axes: Axes, x: list[float], values: list[Record], setting: str, label: str) -> None:
    """Draw means with their intervals for one setting, a little aside of those of the other."""
    half = [(value["ci95"][1] - value["ci95"][0]) / 2 for value in values]
    axes.errorbar(
        [place * ASIDE[setting] for place in x],
        [value["mean"] for value in values],
        half,
        color=SETTING_COLORS[setting],
        marker=SETTING_MARKERS[setting],
        elinewidth=1.1,
        capsize=4,
        label=label,
    )


def banded(axes: Axes, x: Any, band: Record, *, color: str, label: str, marker: str = "") -> None:
    """Draw a mean with its interval over the seeds."""
    axes.plot(x, band["mean"], color=color, label=label, marker=marker)
    axes.fill_between(x, band["low"], band["high"], color=color, alpha=0.15, linewidth=0)
