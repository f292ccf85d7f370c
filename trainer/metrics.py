"""What the paper and its critics measure (paper, 5.1.3)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t
from sklearn.metrics import average_precision_score, confusion_matrix, roc_auc_score, roc_curve

Metrics = dict[str, float]
Labels = NDArray[np.int64]
Scores = NDArray[np.float64]
QUANTILE = 0.95


def threshold_of(validation: Scores) -> float:
    """Return the 95 % quantile of the validation windows' scores (equation 20)."""
    return float(np.quantile(validation, QUANTILE))


def counted(labels: Labels, flags: NDArray[np.bool_]) -> Metrics:
    """Return recall, precision, F1, FPR and FNR of flags (W,); 0 where nothing is to divide by."""
    tn, fp, fn, tp = confusion_matrix(labels, flags.astype(np.int64), labels=[0, 1]).ravel().tolist()
    return {
        "recall": share(tp, tp + fn),
        "precision": share(tp, tp + fp),
        "f1": share(2 * tp, 2 * tp + fp + fn),
        "fpr": share(fp, fp + tn),
        "fnr": share(fn, tp + fn),
    }


def share(part: int, whole: int) -> float:
    """Return a share, 0 of nothing."""
    return part / whole if whole else 0.0


def ranked(labels: Labels, scores: Scores) -> Metrics:
    """Return what needs no threshold, and recall and F1 with at most 5 % or 1 % of false alarms."""
    recall_5, _ = at_fpr(labels, scores, 0.05)
    recall_1, f1_1 = at_fpr(labels, scores, 0.01)
    return {
        "auroc": float(roc_auc_score(labels, scores)),
        "ap": float(average_precision_score(labels, scores)),
        "recall_at_fpr_5": recall_5,
        "recall_at_fpr_1": recall_1,
        "f1_at_fpr_1": f1_1,
    }


def at_fpr(labels: Labels, scores: Scores, most: float) -> tuple[float, float]:
    """Return recall and F1 at the best threshold whose FPR is at most `most`.

    The threshold comes from the labels themselves: an upper bound. Best is the highest recall, then the
    fewest false alarms.
    """
    fpr, recall, _ = roc_curve(labels, scores, drop_intermediate=False)
    allowed = np.flatnonzero(fpr <= most + 1e-12)
    best = allowed[np.lexsort((fpr[allowed], -recall[allowed]))[0]]
    positives = float(labels.sum())
    tp, fp = recall[best] * positives, fpr[best] * (len(labels) - positives)
    return float(recall[best]), float(2 * tp / (tp + fp + positives))


def interval(values: list[float]) -> tuple[float, list[float]]:
    """Return the mean over seeds and its 95 % interval by Student's t; one value is its own interval."""
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return mean, [mean, mean]
    spread = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    half = float(t.ppf(0.975, len(values) - 1)) * spread
    return mean, [mean - half, mean + half]
