"""Figure 8: false alarms and misses over μ, which says how little a noisy behavior counts (paper, 5.4.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from custom_components.smartguard.core.scoring import nwrl_score, nwrl_weights
from custom_components.smartguard.core.windows import Windows

from ...datasets import HomeData
from ...engines import Record
from ...metrics import counted, threshold_of
from ...smartguard import SmartGuard
from ...sweeps.judged import options_in
from .plots import SETTING_COLORS, points, sheet
from .study import CALLED, OURS, PAPERS, Seeds, Study, of_setting, per_setting, said, spread

MUS = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
PLAIN: dict[str, Any] = {
    "weighting": "nwrl",
    "time": 0.0,
    "typical": False,
    "returns": False,
    "bounded": False,
}
WEIGHTED = {"paper": PAPERS, "ours": replace(OURS, **PLAIN)}
PAPERS_MU = "0.1"
EVEN = "even"
"""The plain mean: what NWRL comes to as μ grows beyond all bounds."""
RATES = {"fpr": "false positive rate", "fnr": "false negative rate"}


def plan(home: HomeData, seeds: Seeds) -> list[Record]:
    """Return one cell for each setting and seed; every μ is judged with the same network."""
    return [{**cell, "mus": list(MUS)} for cell in per_setting(home, seeds, WEIGHTED)]


def weigh(home: HomeData, cell: Record) -> Record:
    """Train once; return FPR and FNR by type for every μ, and for the plain mean."""
    detector = SmartGuard(len(home.vocabulary), cell["seed"], options_in(cell))
    training, validation = home.learnable()
    detector.fit(training, validation)
    weights = {str(mu): nwrl_weights(detector.losses_by_control, mu) for mu in cell["mus"]}
    weights[EVEN] = np.full(len(home.vocabulary), 0.5)

    def scores(windows: Windows) -> dict[str, np.ndarray]:
        losses = detector.losses(detector.shown(windows))
        return {mu: nwrl_score(losses, windows.control, weight) for mu, weight in weights.items()}

    thresholds = {mu: threshold_of(score) for mu, score in scores(validation).items()}
    rates: Record = {mu: {} for mu in weights}
    for kind in home.kinds:
        windows, labels = home.judged(kind)
        for mu, score in scores(windows).items():
            found = counted(labels, score > thresholds[mu])
            rates[mu][kind] = {rate: found[rate] for rate in RATES}
    return rates


def sum_up(cells: list[Record], records: list[Record]) -> Record:
    """Return FPR and FNR, mean over the types, with intervals over the seeds."""
    found: Record = {}
    for name in WEIGHTED:
        group = of_setting(name, cells, records)
        found[name] = {
            mu: {
                rate: spread([float(np.mean([t[rate] for t in record[mu].values()])) for record in group])
                for rate in RATES
            }
            for mu in group[0]
        }
    return {"settings": found}


def draw(result: Record) -> Figure:
    """Draw both rates over μ, and the plain mean as a dashed line."""
    figure, axes = sheet(1, 2, 11.0, 4.4)
    for place, (rate, title) in zip(axes[0], RATES.items(), strict=True):
        for name, rates in result["settings"].items():
            values = {float(mu): found[rate] for mu, found in rates.items() if mu != EVEN}
            points(place, list(values), list(values.values()), name, CALLED[name])
            even, color = rates[EVEN][rate]["mean"], SETTING_COLORS[name]
            label = f"{CALLED[name]}, plain mean"
            place.axhline(even, color=color, linestyle="--", linewidth=1.2, label=label)
        place.set_xscale("log")
        place.set_xlabel("μ")
        place.set_title(f"{title}, mean over types", loc="left")
        place.set_ylim(bottom=0)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def words(result: Record) -> str:
    """Write every point down."""
    lines = ["| model | μ | FPR | FNR |", "|---|---|---|---|"]
    for name, rates in result["settings"].items():
        for mu, found in rates.items():
            told = "plain mean" if mu == EVEN else f"{float(mu):g}"
            lines.append(f"| {CALLED[name]} | {told} | {said(found['fpr'])} | {said(found['fnr'])} |")
    return "\n".join(lines)


def verdict(result: Record) -> str:
    """Say which way both rates go, and whether the paper's μ beats the plain mean."""
    told = []
    for name, rates in result["settings"].items():
        least, paper, most, even = (rates[key] for key in (str(min(MUS)), PAPERS_MU, str(max(MUS)), EVEN))
        fpr, fnr = ([f"{point[rate]['mean']:.3f}" for point in (least, paper, most, even)] for rate in RATES)
        both = [sum(point[rate]["mean"] for rate in RATES) for point in (paper, even)]
        told.append(
            f"{CALLED[name]}: at μ = {min(MUS)}, {PAPERS_MU}, {max(MUS):g} and with the plain mean FPR is "
            f"{', '.join(fpr)} and FNR {', '.join(fnr)}, so that μ = {PAPERS_MU} is "
            f"{'better' if both[0] < both[1] else 'no better'} than the plain mean in the sum of both"
        )
    return (
        "; ".join(told)
        + ". The threshold is set anew for each μ, which holds FPR near the 5 % that it aims at."
    )


STUDY = Study(
    "The weight of noise, μ",
    plan,
    weigh,
    sum_up,
    draw,
    words,
    "FPR falls as μ falls, FNR rises slightly; μ = 0.1 balances both.",
    verdict,
)
