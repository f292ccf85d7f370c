"""Metrics against slow twins that count."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is only in the trainer's environment, as is torch")

from trainer import metrics


def example(seed: int, ties: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = (rng.random(80) < 0.4).astype(np.int64)
    scores = rng.normal(size=80) + labels
    return labels, np.round(scores) if ties else scores


def test_counts_by_hand() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1])
    flags = np.array([1, 0, 0, 0, 1, 1, 1, 0, 0], bool)
    counted = metrics.counted(labels, flags)
    assert counted == pytest.approx({"recall": 0.6, "precision": 0.75, "f1": 2 / 3, "fpr": 0.25, "fnr": 0.4})


def test_nothing_flagged_is_no_division_by_zero() -> None:
    counted = metrics.counted(np.array([0, 1]), np.zeros(2, bool))
    assert (counted["precision"], counted["recall"], counted["f1"]) == (0, 0, 0)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("most", [0.0, 0.01, 0.05, 0.2])
@pytest.mark.parametrize("seed", range(5))
def test_best_threshold_is_that_of_the_slow_twin(seed: int, most: float, ties: bool) -> None:
    labels, scores = example(seed, ties)
    best = (0.0, -1.0, 0.0)
    for threshold in [np.inf, *scores]:
        counted = metrics.counted(labels, scores >= threshold)
        if counted["fpr"] <= most:
            best = max(best, (counted["recall"], -counted["fpr"], counted["f1"]))
    assert metrics.at_fpr(labels, scores, most) == pytest.approx((best[0], best[2]))


def test_auroc_is_the_share_of_ordered_pairs() -> None:
    labels, scores = example(7, ties=True)
    pairs = scores[labels == 1][:, None] - scores[labels == 0][None]
    expected = (pairs > 0).mean() + 0.5 * (pairs == 0).mean()
    assert metrics.ranked(labels, scores)["auroc"] == pytest.approx(expected)


def test_ranking_survives_what_keeps_the_order() -> None:
    labels, scores = example(8, ties=False)
    assert metrics.ranked(labels, scores) == pytest.approx(metrics.ranked(labels, np.exp(3 * scores)))


def test_a_perfect_detector_is_perfect() -> None:
    labels = np.repeat((0, 1), 50)
    assert set(metrics.ranked(labels, labels.astype(float)).values()) == {1.0}


def test_threshold_leaves_a_twentieth_above() -> None:
    validation = np.arange(1000.0)
    assert (validation > metrics.threshold_of(validation)).mean() == pytest.approx(0.05)


def test_interval_of_seeds() -> None:
    mean, (low, high) = metrics.interval([0.8, 0.9, 1.0])
    # Student's t with two degrees of freedom: 4.3027 · 0.1 / √3
    assert (mean, low, high) == pytest.approx((0.9, 0.9 - 0.24841, 0.9 + 0.24841), abs=1e-4)
    assert metrics.interval([0.5]) == (0.5, [0.5, 0.5])
