"""Detectors of scikit-learn over the bag of controls.

They are saved as what they were fitted to and fitted again when loaded, which their seed makes the same:
scikit-learn itself offers only pickle.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import numpy as np

from custom_components.smartguard.core.windows import Windows

from .detector import Arrays, Detector, Progress, Scores
from .features import Features, bag_of_controls


class Estimator(Protocol):
    """An outlier estimator of scikit-learn."""

    def fit(self, features: Features, /) -> object:
        """Fit to features (W, F)."""

    def score_samples(self, features: Features, /) -> Scores:
        """Return how normal each row is, (W,)."""


class RefittedDetector(Detector):
    """A scikit-learn estimator fitted to the training windows' bags of controls."""

    estimator: Estimator
    features: Features

    @abstractmethod
    def make(self) -> Estimator:
        """Return the estimator, not yet fitted."""

    def learn(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Fit the estimator; it has no use for validation windows."""
        del validation
        self.fit_features(bag_of_controls(training, self.vocabulary))
        progress(1.0)

    def fit_features(self, features: Features) -> None:
        """Fit the estimator to features (W, F) and keep them."""
        self.features = features
        self.estimator = self.make()
        self.estimator.fit(features)

    def judge(self, windows: Windows) -> Scores:
        """Return the negative of scikit-learn's normality."""
        normality = self.estimator.score_samples(bag_of_controls(windows, self.vocabulary))
        return -np.asarray(normality, np.float64)

    def arrays(self) -> Arrays:
        """Return the counts that it was fitted to."""
        return {"counts": self.features.astype(np.uint8)}

    def restore(self, arrays: Arrays) -> None:
        """Fit again."""
        self.fit_features(arrays["counts"].astype(np.float64))

    def parameters(self) -> int:
        """Return 0: nothing of it is a network."""
        return 0
