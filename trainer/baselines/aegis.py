"""Aegis: a first-order Markov chain of controls (Sikder et al., 2019; the paper's [24])."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custom_components.smartguard.core.windows import Windows

from ..detector import PUBLISHED_SEED, Arrays, Detector, Judged, Progress, Published, Scores

PUBLISHED_SMOOTHING = 1e-10
PUBLISHED_PROBABILITY = 0.2


class Aegis(Detector, Judged):
    """Mean surprise of each control given the one before it."""

    name = "Aegis"
    counts: NDArray[np.float64]  # (V, V) from, to

    def learn(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Count transitions."""
        del validation
        self.counts = transitions(training, self.vocabulary)
        progress(1.0)

    def judge(self, windows: Windows) -> Scores:
        """Return the mean of −log p(control | control before), smoothed by what usually follows anything."""
        overall = self.counts.sum(axis=0) + 0.5
        usual = overall / overall.sum()
        given = (self.counts + usual) / (self.counts.sum(axis=1, keepdims=True) + 1.0)
        return surprises(given, windows).mean(axis=1)  # type: ignore[no-any-return]

    def arrays(self) -> Arrays:
        """Return the counts."""
        return {"counts": self.counts}

    def restore(self, arrays: Arrays) -> None:
        """Take back the counts."""
        self.counts = arrays["counts"]

    @classmethod
    def as_published(
        cls, training: Windows, judged: Windows, labels: NDArray[np.int64], seed: int = PUBLISHED_SEED
    ) -> Published:
        """Flag windows less likely than 0.2 as a whole, and take the normal ones for the positives."""
        del labels, seed
        vocabulary = int(max(training.control.max(), judged.control.max())) + 1
        counts = transitions(training, vocabulary) + PUBLISHED_SMOOTHING
        given = counts / counts.sum(axis=1, keepdims=True)
        threshold = -float(np.log(PUBLISHED_PROBABILITY))
        return Published(surprises(given, judged).sum(axis=1), threshold, inverted=True)


def transitions(windows: Windows, vocabulary: int) -> NDArray[np.float64]:
    """Count which control follows which, (V, V)."""
    counts = np.zeros((vocabulary, vocabulary))
    np.add.at(counts, (windows.control[:, :-1], windows.control[:, 1:]), 1.0)
    return counts


def surprises(given: NDArray[np.float64], windows: Windows) -> Scores:
    """Return −log p of each transition, (W, n − 1)."""
    surprise: Scores = -np.log(given[windows.control[:, :-1], windows.control[:, 1:]])
    return surprise
