"""Local Outlier Factor (Breunig et al., 2000; the paper's [5])."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import LocalOutlierFactor

from custom_components.smartguard.core.windows import Windows

from ..detector import Judged, Published
from ..features import control_numbers
from ..refitted import Estimator, RefittedDetector

NEIGHBORS = 10


class Lof(RefittedDetector, Judged):
    """Density of a window's bag of controls against that of its neighbors in training."""

    name = "LOF"

    def make(self) -> Estimator:
        """Return an estimator for windows that were not fitted."""
        return LocalOutlierFactor(n_neighbors=NEIGHBORS, novelty=True)  # type: ignore[no-any-return]

    @classmethod
    def as_published(cls, training: Windows, judged: Windows, labels: NDArray[np.int64]) -> Published:
        """Fit the ids of the judged windows, attacks included, and flag what is 1.5 times as sparse."""
        del training, labels
        estimator = LocalOutlierFactor(n_neighbors=NEIGHBORS).fit(control_numbers(judged))
        return Published(-estimator.negative_outlier_factor_, -estimator.offset_)
