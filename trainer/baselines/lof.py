"""Local Outlier Factor (Breunig et al., 2000; the paper's [5])."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import LocalOutlierFactor

from custom_components.smartguard.core.windows import Windows

from ..detector import PUBLISHED_SEED, Judged, Progress, Published
from ..features import bag_of_controls, control_numbers
from ..refitted import Estimator, RefittedDetector

NEIGHBORS = 10


class Lof(RefittedDetector, Judged):
    """Density of a window's bag of controls against that of its neighbors in training."""

    name = "LOF"

    def learn(self, training: Windows, validation: Windows, progress: Progress) -> None:
        """Fit the distinct bags: among more than ten equal ones there is no density to compare."""
        del validation
        self.fit_features(np.unique(bag_of_controls(training, self.vocabulary), axis=0))
        progress(1.0)

    def make(self) -> Estimator:
        """Return an estimator for windows that were not fitted."""
        return LocalOutlierFactor(n_neighbors=NEIGHBORS, novelty=True)  # type: ignore[no-any-return]

    @classmethod
    def as_published(
        cls, training: Windows, judged: Windows, labels: NDArray[np.int64], seed: int = PUBLISHED_SEED
    ) -> Published:
        """Fit the ids of the judged windows, attacks included, and flag what is 1.5 times as sparse."""
        del training, labels, seed
        with warnings.catch_warnings():  # that there are duplicates is part of what they did
            warnings.filterwarnings("ignore", "Duplicate values", UserWarning)
            estimator = LocalOutlierFactor(n_neighbors=NEIGHBORS).fit(control_numbers(judged))
        return Published(-estimator.negative_outlier_factor_, -estimator.offset_)
