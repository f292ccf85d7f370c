"""Figure 7: F1 over the mask ratio r and the epochs without a mask, N (paper, 5.4.1)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from ...datasets import HomeData
from ...engines import Record
from ...smartguard import SmartGuard
from ...sweeps.judged import cell_of, judged
from .plots import sheet
from .study import CALLED, SWEEPS, Seeds, Study, mean_over_types, said, spread

RATIOS = (0.2, 0.4, 0.6, 0.8)
STEPS = (3, 4, 5, 6)
PAPERS_BEST = (0.4, 5)
METRICS = {"f1": "F1 at the 95 % quantile", "auroc": "AUROC"}


def plan(home: HomeData, seeds: Seeds) -> list[Record]:
    """Return one cell for each setting, r, N and seed."""
    return [
        {"setting": name, **cell_of(home, SmartGuard, replace(base, mask_ratio=r, mask_step=n), seed)}
        for name, base in SWEEPS.items()
        for r in RATIOS
        for n in STEPS
        for seed in seeds
    ]


def sum_up(cells: list[Record], records: list[Record]) -> Record:
    """Return the mean over the types of anomalies, with its interval over the seeds, r by N."""
    values: dict[tuple[str, float, int], list[Record]] = {}
    for cell, record in zip(cells, records, strict=True):
        options = cell["options"]
        values.setdefault((cell["setting"], options["mask_ratio"], options["mask_step"]), []).append(record)
    found: Record = {}
    for name in SWEEPS:
        found[name] = {
            metric: [
                [spread([mean_over_types(r, metric) for r in values[name, ratio, step]]) for step in STEPS]
                for ratio in RATIOS
            ]
            for metric in METRICS
        }
    return {"ratios": RATIOS, "steps": STEPS, "settings": found}


def draw(result: Record) -> Figure:
    """Draw F1 as two maps with the numbers written in."""
    figure, axes = sheet(1, 2, 11.5, 4.6)
    for place, (name, metrics) in zip(axes[0], result["settings"].items(), strict=True):
        means = np.array([[value["mean"] for value in row] for row in metrics["f1"]])
        image = place.imshow(means, cmap="cividis", origin="lower", aspect="auto")
        middle = (means.min() + means.max()) / 2
        for (i, j), mean in np.ndenumerate(means):
            told = said(metrics["f1"][i][j]).replace(" ± ", "\n± ")
            place.text(j, i, told, ha="center", va="center", color="white" if mean < middle else "black")
        place.set_xticks(range(len(result["steps"])), result["steps"])
        place.set_yticks(range(len(result["ratios"])), result["ratios"])
        place.set_xlabel("N, epochs without a mask")
        place.set_ylabel("r, share that is masked")
        place.set_title(CALLED[name], loc="left")
        place.grid(visible=False)
        figure.colorbar(image, ax=place, label="F1, mean over types")
    return figure


def words(result: Record) -> str:
    """Write the best, the worst and the paper's choice down."""
    lines = ["| model | | r | N | F1 | AUROC |", "|---|---|---|---|---|---|"]
    for name, metrics in result["settings"].items():
        places = [(i, j) for i in range(len(result["ratios"])) for j in range(len(result["steps"]))]
        places.sort(key=lambda at: metrics["f1"][at[0]][at[1]]["mean"])
        chosen = (result["ratios"].index(PAPERS_BEST[0]), result["steps"].index(PAPERS_BEST[1]))
        for what, (i, j) in (("lowest", places[0]), ("highest", places[-1]), ("the paper's best", chosen)):
            r, n = result["ratios"][i], result["steps"][j]
            numbers = " | ".join(said(metrics[metric][i][j]) for metric in METRICS)
            lines.append(f"| {CALLED[name]} | {what} | {r} | {n} | {numbers} |")
    return "\n".join(lines)


def verdict(result: Record) -> str:
    """Compare the best place of the grid with the paper's."""
    told = []
    for name, metrics in result["settings"].items():
        values = {
            (r, n): metrics["f1"][i][j]
            for i, r in enumerate(result["ratios"])
            for j, n in enumerate(result["steps"])
        }
        best = max(values, key=lambda at: values[at]["mean"])
        told.append(
            f"{CALLED[name]}: best at r = {best[0]}, N = {best[1]} ({said(values[best])}; at the paper's "
            f"{said(values[PAPERS_BEST])}), {certainty(values[best], values[PAPERS_BEST])}"
        )
    return f"{'; '.join(told)}. Whoever chose r and N by this picture would choose on the test windows."


def certainty(best: Record, papers: Record) -> str:
    """Say whether the seeds tell two places of the grid apart."""
    if len(best["values"]) < 2:
        return "which one seed can not tell from chance"
    return f"{'clear of' if best['ci95'][0] > papers['ci95'][1] else 'within'} the seeds' intervals"


STUDY = Study(
    "Mask ratio and epochs without a mask",
    plan,
    judged,
    sum_up,
    draw,
    words,
    "SmartGuard is best at r = 0.4 and N = 5.",
    verdict,
)
