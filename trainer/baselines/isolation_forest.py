"""Isolation Forest (Liu et al., 2008; the paper's [19])."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest as Forest

from custom_components.smartguard.core.windows import Windows

from ..detector import PUBLISHED_SEED, Judged, Published
from ..features import control_numbers
from ..refitted import Estimator, RefittedDetector


class IsolationForest(RefittedDetector, Judged):
    """How few random cuts set a window's bag of controls apart."""

    name = "IsolationForest"

    def make(self) -> Estimator:
        """Return a forest of a hundred trees."""
        return Forest(random_state=self.seed)  # type: ignore[no-any-return]

    @classmethod
    def as_published(
        cls, training: Windows, judged: Windows, labels: NDArray[np.int64], seed: int = PUBLISHED_SEED
    ) -> Published:
        """Fit the ids of the judged windows, attacks included, and flag scores above a half."""
        del training, labels
        numbers = control_numbers(judged)
        forest = Forest(random_state=seed).fit(numbers)
        return Published(-forest.score_samples(numbers), -forest.offset_)
