"""Figure 9: F1 over the width d and over the number of layers L (paper, 5.4.3 and 5.4.4)."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.figure import Figure

from ...datasets import HomeData
from ...engines import Record
from ...smartguard import SmartGuard
from ...sweeps.judged import cell_of, judged
from .plots import points, sheet
from .study import CALLED, SWEEPS, Seeds, Study, mean_over_types, said, spread

SWEPT = {"embedding": (16, 32, 64, 128), "layer": (1, 2, 3, 4)}
AXES = {"embedding": "d, embedding size", "layer": "L, encoder and decoder layers"}
METRICS = ("f1", "auroc")


def plan(home: HomeData, seeds: Seeds) -> list[Record]:
    """Return one cell for each setting, size and seed, what both sweeps share once; the widest last."""
    settings = [
        (name, replace(base, **{swept: value}))  # type: ignore[arg-type]
        for name, base in SWEEPS.items()
        for swept, values in SWEPT.items()
        for value in values
    ]
    settings.sort(key=lambda setting: setting[1].embedding * setting[1].layer)
    return [
        {"setting": name, **cell_of(home, SmartGuard, options, seed)}
        for name, options in dict.fromkeys(settings)
        for seed in seeds
    ]


def sum_up(cells: list[Record], records: list[Record]) -> Record:
    """Return the mean over the types of anomalies, with its interval over the seeds, at each size."""
    found: Record = {}
    for name, base in SWEEPS.items():
        groups: dict[tuple[int, int], list[Record]] = {}
        for cell, record in zip(cells, records, strict=True):
            if cell["setting"] == name:
                size = cell["options"]["embedding"], cell["options"]["layer"]
                groups.setdefault(size, []).append(record)
        found[name] = {
            "embedding": [row(groups[d, base.layer], {"embedding": d}) for d in SWEPT["embedding"]],
            "layer": [row(groups[base.embedding, n], {"layer": n}) for n in SWEPT["layer"]],
        }
    return {"settings": found}


def row(group: list[Record], size: Record) -> Record:
    """Return what one size comes to over the seeds."""
    means = {metric: spread([mean_over_types(record, metric) for record in group]) for metric in METRICS}
    return {**size, "parameters": group[0]["parameters"], **means}


def draw(result: Record) -> Figure:
    """Draw F1 over d and over L."""
    figure, axes = sheet(1, 2, 11.0, 4.4, sharey=True)
    for place, (swept, label) in zip(axes[0], AXES.items(), strict=True):
        for name, rows in result["settings"].items():
            x = [row[swept] for row in rows[swept]]
            points(place, x, [row["f1"] for row in rows[swept]], name, CALLED[name])
        if swept == "embedding":
            place.set_xscale("log", base=2)
        place.set_xticks(x, [str(value) for value in x])
        place.minorticks_off()
        place.set_xlabel(label)
    axes[0, 0].set_ylabel("F1 at the 95 % quantile, mean over types")
    axes[0, 1].legend()
    return figure


def words(result: Record) -> str:
    """Write every point down."""
    lines = ["| model | size | parameters | F1 | AUROC |", "|---|---|---|---|---|"]
    for name, by_size in result["settings"].items():
        for swept, rows in by_size.items():
            for row in rows:
                size = f"{AXES[swept][0]} = {row[swept]}"
                numbers = " | ".join(said(row[metric]) for metric in METRICS)
                lines.append(f"| {CALLED[name]} | {size} | {row['parameters']:,} | {numbers} |")
    return "\n".join(lines)


def verdict(result: Record) -> str:
    """Name the best width and depth of each model."""
    told = []
    for name, by_size in result["settings"].items():
        best = {swept: max(rows, key=lambda row: row["f1"]["mean"]) for swept, rows in by_size.items()}
        sizes = " and ".join(f"{swept} {row[swept]} (F1 {said(row['f1'])})" for swept, row in best.items())
        told.append(f"{CALLED[name]}: best at {sizes}")
    return (
        "; ".join(told)
        + ". Eight heads need d to be a multiple of 16, so d = 8 is left out; 256 and 512 are for their time."
    )


STUDY = Study(
    "Embedding size and number of layers",
    plan,
    judged,
    sum_up,
    draw,
    words,
    "F1 rises with d, then falls; it is best with three layers (and, in the text, with d = 256).",
    verdict,
)
