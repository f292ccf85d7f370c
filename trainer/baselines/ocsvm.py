"""One-class support vector machine (the paper's [1])."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import OneClassSVM

from custom_components.smartguard.core.windows import Windows

from ..detector import PUBLISHED_SEED, Judged, Published
from ..features import control_numbers
from ..refitted import Estimator, RefittedDetector

OUTLIERS = 0.05


class OcSvm(RefittedDetector, Judged):
    """Distance of a window's bag of controls from the region that holds most of training."""

    name = "OCSVM"

    def make(self) -> Estimator:
        """Return a machine that leaves about the share outside that the threshold leaves.

        Roots make bags equally long (Hellinger's distance): by counts a window that repeats itself is far
        from all others, and one of many controls near.
        """
        return make_pipeline(FunctionTransformer(np.sqrt), OneClassSVM(nu=OUTLIERS, gamma="scale"))  # type: ignore[no-any-return]

    @classmethod
    def as_published(
        cls, training: Windows, judged: Windows, labels: NDArray[np.int64], seed: int = PUBLISHED_SEED
    ) -> Published:
        """Fit the ids of the judged windows, attacks included; half of them are to be outliers."""
        del training, labels, seed
        numbers = control_numbers(judged)
        machine = OneClassSVM(nu=0.5, gamma=0.5).fit(numbers)
        return Published(-machine.decision_function(numbers), 0.0)
