"""`python -m trainer curves`: the pictures of the field suite, by days of history and by false alerts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from ..attacks import Kind
from ..detector import OptionError
from ..paper.figures.plots import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, SKY, save, sheet, styled
from ..paper.flags import Parser, guarded
from ..report import DOCS, RESULTS
from . import budgets, lengths
from .models import DETECTORS
from .outcome import Record
from .page import PATTERN, read_all
from .pooled import MOST_FALSE, Pooled, groups
from .shorter import name_of

PROG = "trainer curves"
COLORS, MARKERS = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, BLACK), "os^Dvp*"
# The first line is broad, so that one that lies upon it can be seen.
STYLES = (("-", 4.0, 0.35), ("--", 1.6, 1.0), (":", 1.6, 1.0), ("-.", 1.6, 1.0))


def main(arguments: list[str]) -> int:
    """Read the results, draw them; return the exit status."""
    made = Parser(PROG, __doc__)
    made.add_argument("--results", type=Path, default=RESULTS, help="folder of the result files")
    made.add_argument("--plots", type=Path, default=DOCS / "images", help="folder for the PNG files")
    chosen = made.parse_args(arguments)
    return guarded(PROG, lambda: draw(chosen.results, chosen.plots))


def draw(results: Path, plots: Path) -> None:
    """Draw what there is; raises OptionError where there is neither, OSError."""
    by_length = read_all(results, lengths.PATTERN)
    by_budget = budgets.several(read_all(results, PATTERN))
    if not by_length and not by_budget:
        raise OptionError(
            f"expected {lengths.PATTERN} or results of `field --budgets` in {results}, got neither"
        )
    with styled():
        if by_length:
            draw_lengths(by_length, plots / lengths.IMAGE)
        if by_budget:
            draw_budgets(by_budget, plots / budgets.IMAGE)


def draw_lengths(homes: Sequence[Record], path: Path) -> None:
    """Write recall of each kind and false alerts a week by days of history, pooled homes in a row."""
    same = lengths.groups(homes)
    figure, axes = sheet(len(same), 2, 9.0, 3.6 * len(same))
    for row, (_, group) in enumerate(same):
        _draw_length(axes[row, 0], axes[row, 1], group)
    for panel in axes[0]:
        panel.legend(fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.08), ncols=3)
    save(figure, path)


def _draw_length(recall: Axes, false: Axes, homes: Sequence[Record]) -> None:
    days = homes[0]["history_days"]
    for model, (style, width, alpha) in zip(lengths.models_of(homes), cycle(STYLES), strict=False):
        look: dict[str, Any] = {"linestyle": style, "linewidth": width, "alpha": alpha}
        pooled = [Pooled.of(homes, name_of(model, each)) for each in days]
        for kind, color, marker in zip(Kind, COLORS, MARKERS, strict=False):
            if kind in pooled[0].recall:
                values = [each.recall[kind] for each in pooled]
                label = str(kind) if style == STYLES[0][0] else None
                recall.plot(days, values, color=color, marker=marker, label=label, **look)
        recall.plot([], [], color=BLACK, label=model, **look)
        false.plot(days, [each.rate for each in pooled], color=BLACK, marker="o", label=model, **look)
    names = ", ".join(home["log"] for home in homes)
    recall.set(title=names, ylim=(-0.03, 1.03), ylabel="recall")
    false.set(title=names, ylabel="false alerts a week")
    false.set_ylim(bottom=0, top=max(1.5, false.get_ylim()[1]))
    for panel in (recall, false):
        panel.set(xscale="log", xlabel="days of history")
        panel.set_xticks(days, [str(each) for each in days])
        panel.minorticks_off()


def draw_budgets(homes: Sequence[Record], path: Path) -> None:
    """Write recall of each kind by false alerts a week, real homes above simulated ones."""
    drawn = groups(homes)
    models = dict.fromkeys(m for _, group in drawn for m in budgets.models_of(group) if m not in DETECTORS)
    looks = dict(zip(models, zip(cycle(COLORS), cycle(MARKERS), strict=False), strict=False))
    figure, axes = sheet(len(drawn), len(Kind), 12.0, 3.4 * len(drawn), sharey=True)
    for row, (title, group) in enumerate(drawn):
        for column, kind in enumerate(Kind):
            panel = axes[row, column]
            for model in (model for model in looks if model in budgets.models_of(group)):
                found = [p.pooled for p in budgets.points(group, model) if kind in p.pooled.recall]
                x, y = [p.rate for p in found], [p.recall[kind] for p in found]
                panel.plot(x, y, color=looks[model][0], marker=looks[model][1], label=model)
            panel.axvline(MOST_FALSE, color="#999999", linewidth=1, linestyle=":")
            panel.set(title=f"{kind}, {title.lower()}", xlabel="false alerts a week", ylim=(-0.03, 1.03))
        axes[row, 0].set_ylabel("recall")
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, fontsize=9, loc="outside upper center", ncols=len(names))
    save(figure, path)
