"""`python -m trainer growth`: draw how time and memory grow, from the result of `scripts/bench growth`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..paper.figures.plots import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, SKY, save, sheet, styled
from ..paper.flags import Parser, guarded
from ..report import DOCS, RESULTS

PROG = "trainer growth"
AXES = {"devices": "devices", "per_day": "behaviors a day", "days": "days of history"}
FIGURES = {
    "import_s": ("import", "s"),
    "lately_ms": ("read at a start", "ms"),
    "cross_fit_s": ("cross-fitting", "s"),
    "fit_s": ("fitting", "s"),
    "network_s_per_epoch": ("network, an epoch", "s"),
    "learn_mb": ("memory of a training", "MB"),
    "score_ms": ("one score", "ms"),
}
"""Figure of the result → what it is, its unit."""
COLORS = (BLACK, ORANGE, SKY, GREEN, BLUE, RED, PURPLE)


def draw(result: Mapping[str, Any], path: Path) -> None:
    """Write the picture: each figure as a multiple of its value at the base, one panel for each axis."""
    with styled():
        figure, axes = sheet(1, len(AXES), sharey=True)
        for place, (axis, name) in enumerate(AXES.items()):
            panel = axes[0, place]
            rows, scales = (result["axes"][axis][key] for key in ("rows", "scales"))
            for color, (key, (what, _)) in zip(COLORS, FIGURES.items(), strict=True):
                values = [row[key] / rows[0][key] for row in rows]
                panel.plot(scales, values, "o-", color=color, label=what)
            panel.plot(scales, scales, ":", color=BLACK, linewidth=1, label="in step")
            panel.set(xscale="log", yscale="log", xlabel=f"times {result['base'][axis]} {name}")
        axes[0, 0].set_ylabel("times the base")
        axes[0, 0].legend(fontsize=8, loc="lower left", ncols=2)
        save(figure, path)


def main(arguments: list[str]) -> int:
    """Read the result, draw it; return the exit status."""
    made = Parser(PROG, __doc__)
    made.add_argument("--result", type=Path, default=RESULTS / "load_growth.json", help="of scripts/bench")
    made.add_argument("--plot", type=Path, default=DOCS / "images" / "growth.png", help="PNG file")
    chosen = made.parse_args(arguments)
    return guarded(PROG, lambda: draw(json.loads(chosen.result.read_text(encoding="utf-8")), chosen.plot))
