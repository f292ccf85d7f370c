"""Figure 11: how similar embeddings of controls are to those of hours, days, durations (paper, 5.5)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import spearmanr

from custom_components.smartguard.core.embedding import encode, log_duration
from custom_components.smartguard.core.model import Model
from custom_components.smartguard.core.windows import Windows

from ...datasets import HomeData
from ...engines import Record
from ...smartguard import SmartGuard
from ...sweeps.judged import options_in
from .plots import BLUE, GREEN, RED, sheet
from .study import CALLED, SETTINGS, Study, holds, of_setting, per_setting, rounded, said, spread

HOURS = tuple(range(0, 24, 3))
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DURATIONS = (0, 3, 6, 9, 12, 24)
"""Hours; a duration belongs to the last one that it reaches."""
LABELS = {
    "hour": [f"{h}–{h + 3}" for h in HOURS],
    "day": list(DAYS),
    "duration": [*(f"{a}–{b} h" for a, b in pairwise(DURATIONS)), "24 h +"],
}
LEAST_USES = 20
SHOWN = 8


def compare(home: HomeData, cell: Record) -> Record:
    """Train; return similarities and what was observed, controls by buckets, of the controls used enough."""
    detector = SmartGuard(len(home.vocabulary), cell["seed"], options_in(cell))
    training, validation = home.learnable()
    detector.fit(training, validation)
    uses = np.bincount(training.control.reshape(-1), minlength=len(home.vocabulary))
    kept = np.flatnonzero(uses >= LEAST_USES)
    timeless = detector.options.time and detector.options.clock == "timeless"
    expected = {"hour": expectation(detector.model, validation, kept)} if timeless else {}
    return {
        "controls": [home.vocabulary.controls[control - 1] for control in kept],
        "observed": {level: rounded(observed(training, level)[kept]) for level in LABELS},
        "similarity": {level: rounded(similarity(detector.model, level)[kept]) for level in LABELS},
        "expected": {level: rounded(values) for level, values in expected.items()},
    }


def buckets(windows: Windows, level: str) -> NDArray[np.intp]:
    """Return the bucket of each behavior, (M,)."""
    if level == "hour":
        return (windows.hour.reshape(-1) // 3).astype(np.intp)
    if level == "day":
        return windows.weekday.reshape(-1).astype(np.intp)
    return np.searchsorted(np.array(DURATIONS) * 3600.0, windows.duration.reshape(-1), side="right") - 1


def observed(windows: Windows, level: str) -> NDArray[np.float64]:
    """Return the share of each control's uses in each bucket, (V, buckets); of durations those that ended."""
    counts = np.zeros((int(windows.control.max()) + 1, len(LABELS[level])))
    ended = ~windows.open.reshape(-1) if level == "duration" else np.ones(windows.control.size, bool)
    np.add.at(counts, (windows.control.reshape(-1)[ended], buckets(windows, level)[ended]), 1)
    shares: NDArray[np.float64] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


def similarity(model: Model, level: str) -> NDArray[np.float64]:
    """Return the cosine of each control's embedding with each bucket's time encoding, (V, buckets)."""
    controls = model.parameters["control"][:-1].astype(np.float64)
    if level == "hour":
        values: NDArray[Any] = np.array(HOURS) + 1.5
    elif level == "day":
        values = np.arange(7.0)
    else:
        values = log_duration(np.array(DURATIONS) * 3600.0, np.dtype(np.float64))
    codes = np.empty((len(values), controls.shape[1]))
    encode(values, codes)
    cosine: NDArray[np.float64] = np.matmul(unit(controls), unit(codes).T)
    return cosine


def unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each row length 1."""
    scaled: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


def expectation(model: Model, windows: Windows, kept: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return how likely the network finds each hour for uses of a control, (controls, buckets).

    With every time of the window hidden, in windows that it did not learn from; a control that does not
    occur there has equal shares.
    """
    width = len(LABELS["hour"])
    rows = model.represent(windows, hidden_time=np.ones(windows.control.shape, bool)).normal
    logits = model.head("hour", rows).astype(np.float64)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = (odds / odds.sum(axis=1, keepdims=True)).reshape(len(rows), width, -1).sum(axis=2)
    sums, counts = np.zeros((model.options.vocabulary, width)), np.zeros((model.options.vocabulary, 1))
    np.add.at(sums, windows.control.reshape(-1), shares)
    np.add.at(counts, windows.control.reshape(-1), 1)
    found: NDArray[np.float64] = np.where(
        counts[kept] > 0, sums[kept] / np.maximum(counts[kept], 1), 1 / width
    )
    return found


def agreement(told: Any, seen: Any) -> float:
    """Return the mean rank correlation over the controls of what is told with what was observed."""
    ranks = [
        float(spearmanr(a, b).statistic) for a, b in zip(told, seen, strict=True) if np.ptp(a) and np.ptp(b)
    ]
    return float(np.mean(ranks)) if ranks else 0.0


def sum_up(cells: list[Record], records: list[Record]) -> Record:
    """Return means over the seeds of the controls that are drawn, and agreements over all."""
    first = records[0]
    peaks = np.max(first["observed"]["hour"], axis=1)
    drawn = np.sort(np.argsort(-peaks, kind="stable")[:SHOWN])
    found: Record = {
        "compared": len(first["controls"]),
        "controls": [first["controls"][i] for i in drawn],
        "observed": {level: rounded(np.array(first["observed"][level])[drawn]) for level in LABELS},
        "settings": {},
    }
    for name in SETTINGS:
        group = of_setting(name, cells, records)
        means = {
            what: {
                level: rounded(np.mean([record[what][level] for record in group], axis=0)[drawn])
                for level in group[0][what]
            }
            for what in ("similarity", "expected")
        }
        agreements = {
            what: {
                level: spread([agreement(record[what][level], record["observed"][level]) for record in group])
                for level in group[0][what]
            }
            for what in ("similarity", "expected")
        }
        found["settings"][name] = {**means, "agreement": agreements}
    return found


def draw(result: Record) -> Figure:
    """Draw similarity and observation, level by level, and how well they agree."""
    figure, axes = sheet(2, 4, 16.0, 6.6, width_ratios=(8, 7, 6, 8))
    rows = {
        "similarity, the paper's model": result["settings"]["paper"]["similarity"],
        "share of uses, observed": result["observed"],
    }
    for places, (title, levels) in zip(axes, rows.items(), strict=True):
        for place, level in zip(places, LABELS, strict=False):
            mapped(figure, place, np.array(levels[level]), level)
            place.set_title(f"{title}: {level}" if place is places[0] else level, loc="left")
            place.set_yticks(range(len(result["controls"])), result["controls"] if place is places[0] else [])
    agreements(axes[0, 3], result)
    mapped(figure, axes[1, 3], np.array(result["settings"]["ours"]["expected"]["hour"]), "hour")
    axes[1, 3].set_title("what ours expects: hour", loc="left")
    axes[1, 3].set_yticks(range(len(result["controls"])), [])
    return figure


def mapped(figure: Figure, place: Axes, values: NDArray[np.float64], level: str) -> None:
    """Draw one map of controls by buckets."""
    image = place.imshow(values, cmap="cividis", aspect="auto")
    figure.colorbar(image, ax=place, shrink=0.9)
    place.set_xticks(range(len(LABELS[level])), LABELS[level], rotation=60)
    place.grid(visible=False)


def agreements(place: Axes, result: Record) -> None:
    """Draw how well similarity, and what our network expects, agree with what was observed."""
    bars = {
        "similarity,\npaper": (result["settings"]["paper"]["agreement"]["similarity"], RED),
        "similarity,\nours": (result["settings"]["ours"]["agreement"]["similarity"], BLUE),
        "expectation,\nours": (result["settings"]["ours"]["agreement"]["expected"], GREEN),
    }
    width = 0.27
    for i, (name, (levels, color)) in enumerate(bars.items()):
        at = [j + (i - 1) * width for j in range(len(levels))]
        place.bar(at, [v["mean"] for v in levels.values()], width, color=color, label=name.replace("\n", " "))
    place.set_xticks(range(len(LABELS)), list(LABELS))
    place.axhline(0, color="black", linewidth=0.8)
    place.set_ylim(-0.3, 1)
    place.set_title("rank correlation with use", loc="left")
    place.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1))


def words(result: Record) -> str:
    """Tell how well each agrees with what was observed."""
    lines = [f"| {result['compared']} controls | {' | '.join(LABELS)} |", f"|---|{'---|' * len(LABELS)}"]
    for name, record in result["settings"].items():
        for what, levels in record["agreement"].items():
            if levels:
                told = " | ".join(said(levels[level]) if level in levels else "–" for level in LABELS)
                lines.append(f"| {what}, {CALLED[name]} | {told} |")
    return "\n".join(lines)


def verdict(result: Record) -> str:
    """Say how similarity goes together with use."""
    paper, ours = (result["settings"][name]["agreement"] for name in SETTINGS)
    similar = ", ".join(f"{level} {value['mean']:.2f}" for level, value in paper["similarity"].items())
    expected = ", ".join(f"{level} {value['mean']:.2f}" for level, value in ours["expected"].items())
    clear = min(value["ci95"][0] for value in paper["similarity"].values()) > 0
    return (
        f"That similarity shows habits {holds(clear)}: its rank correlation with the observed use is "
        f"{similar}. An "
        "embedding is only added to a fixed code and nothing asks the two to be alike. What our network "
        "expects "
        f"while all times are hidden does go with the use: {expected}."
    )


STUDY = Study(
    "Embeddings of controls and of times",
    per_setting,
    compare,
    sum_up,
    draw,
    words,
    "Controls are similar to the hours, days and durations at which they are used. (The controls drawn are "
    "those "
    "that are most bound to one time of day.)",
    verdict,
)
